"""A race for a counter

Two threads add 1 to the same counter. Each takes the old number along, adds, and stores the result:
if the GIL goes to the other thread in between, all that the other one counted meanwhile is lost.
With the lock nobody comes in between; the price is the row of the lock and the waits for it.
"""

import sys
from threading import Lock, Thread

lock = Lock()
counter = 0


def add_one(number):
    for _ in range(50):
        pass
    return number + 1


def count(n):
    global counter
    for i in range(n):
        counter = add_one(counter)


def count_locked(n):
    global counter
    for i in range(n):
        with lock:
            counter = add_one(counter)


def main(locked: bool = False, n: int = 30_000, switch_interval: float = 0.0005):
    sys.setswitchinterval(switch_interval)
    target = count_locked if locked else count
    thread_a = Thread(target=target, args=(n,), name="thread-a")
    thread_b = Thread(target=target, args=(n,), name="thread-b")
    thread_a.start()
    thread_b.start()
    thread_a.join()
    thread_b.join()
    print(f"expected {2 * n}, got {counter}: {2 * n - counter} updates lost")


if __name__ == "__main__":
    main()
