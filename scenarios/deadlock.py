"""Deadlock

Each thread needs both locks, but they take them in opposite order. As soon as each holds one and
waits for the other's, nothing moves any more: two long waits, each for what the other one holds,
until one of them gives up. In the same order they only wait for each other's turn.
"""

from threading import Lock, Thread

lock_a = Lock()
lock_b = Lock()


def work(steps):
    for _ in range(steps):
        pass


def take_both(name, first, second, n, steps, give_up):
    for i in range(n):
        with first:
            work(steps)
            if not second.acquire(timeout=give_up or -1):
                print(f"{name} gives up")
                return
            work(steps)
            second.release()
    print(f"{name} is done")


def main(ordered: bool = False, n: int = 10, steps: int = 200_000, give_up: float = 0.5):
    second, first = (lock_b, lock_a) if ordered else (lock_a, lock_b)
    how = (n, steps, give_up)
    threads = [
        Thread(target=take_both, args=("a", lock_a, lock_b, *how), name="thread-a"),
        Thread(target=take_both, args=("b", first, second, *how), name="thread-b"),
    ]
    for thread in threads:
        thread.daemon = True
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
