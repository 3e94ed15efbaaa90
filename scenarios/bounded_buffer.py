"""A bounded buffer

Two producers put numbers into a buffer with few places, one consumer takes them out. At first the
consumer waits until the buffer is not empty; then the producers are faster, and wait until it is
not full. The output is the number of places in use: it never rises above the capacity.
"""

from threading import Condition, Lock, Thread

buffer = []
lock = Lock()
not_full = Condition(lock)
not_empty = Condition(lock)


def produce(n, capacity, steps):
    for i in range(n):
        for _ in range(steps):
            pass
        with lock:
            not_full.wait_for(lambda: len(buffer) < capacity)
            buffer.append(i)
            print(len(buffer), end=" ")
            not_empty.notify()


def consume(n, steps):
    for i in range(n):
        with lock:
            not_empty.wait_for(lambda: len(buffer) > 0)
            buffer.pop(0)
            print(len(buffer), end=" ")
            not_full.notify()
        for _ in range(steps):
            pass
    print()


def main(capacity: int = 3, n: int = 8, steps: int = 200_000):
    Thread(target=consume, args=(2 * n, 2 * steps), name="consumer").start()
    Thread(target=produce, args=(n, capacity, steps), name="producer-1").start()
    Thread(target=produce, args=(n, capacity, steps), name="producer-2").start()


if __name__ == "__main__":
    main()
