"""Two printers

Two threads print their letter again and again, with some work between two prints. Without the lock
their letters interleave: the interpreter takes the GIL from a thread after the switch interval and
gives it to the other. With the lock the first one finishes before the second one may start.
"""

import sys
from threading import Lock, Thread

lock = Lock()


def work(steps):
    for _ in range(steps):
        pass


def print_multiple(text, n, steps):
    for i in range(n):
        print(text, end="")
        work(steps)


def print_multiple_locked(text, n, steps):
    with lock:
        print_multiple(text, n, steps)


def main(locked: bool = False, n: int = 20, steps: int = 200_000, switch_interval: float = 0.001):
    sys.setswitchinterval(switch_interval)
    target = print_multiple_locked if locked else print_multiple
    thread_a = Thread(target=target, args=("a", n, steps), name="thread-a")
    thread_b = Thread(target=target, args=("b", n, steps), name="thread-b")
    thread_a.start()
    thread_b.start()
    thread_a.join()
    thread_b.join()
    print()


if __name__ == "__main__":
    main()
