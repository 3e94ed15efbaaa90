"""Processes change a shared array

Each process adds to every element of the array and to the shared total. `+=` reads and
then writes, and between the two another process can do the same: its update is lost, and
the numbers come out too small. With the lock held over both, nothing is lost.
"""

from contextlib import nullcontext
from multiprocessing import Array, Barrier, Lock, Process, Value


def f(a, total, n, lock, start):
    start.wait()
    for _ in range(n):
        with lock:
            for i in range(len(a)):
                a[i] += 1
                total.value += 1


def main(locked: bool = False, processes: int = 2, n: int = 10_000):
    a = Array("i", [2, 4, 13])
    total = Value("i", 2 + 4 + 13)
    lock = Lock() if locked else nullcontext()
    start = Barrier(processes)
    ps = [Process(target=f, args=(a, total, n, lock, start)) for _ in range(processes)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()

    added = processes * n
    print("expected", [2 + added, 4 + added, 13 + added], 19 + 3 * added)
    print("got     ", list(a), total.value)


if __name__ == "__main__":
    main()
