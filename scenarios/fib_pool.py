"""Fibonacci numbers with a pool

The pool cuts the list into chunks, and whichever worker falls free takes the next one. As
long as a task is worth its way to the worker and back, this beats one process. With the
lecture's own numbers the tasks are tiny: starting the workers takes longer than all of
the calculation.
"""

from multiprocessing import Pool
from typing import Literal


def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


def main(
    how: Literal["pool", "map"] = "pool",
    processes: int = 4,
    first: int = 20_000,
    count: int = 100,
    chunksize: int = 0,
):
    numbers = range(first, first + count)
    if how == "pool":
        with Pool(processes=processes) as pool:
            fibs = pool.map(fib, numbers, chunksize or None)
    else:
        fibs = list(map(fib, numbers))
    print([f % 1000 for f in fibs])


if __name__ == "__main__":
    main()
