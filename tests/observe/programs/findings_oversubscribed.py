"""Many more processes than CPUs, all of which compute; `twin`: as many as there are CPUs."""

import multiprocessing
import os
import sys

TWIN = sys.argv[1:] == ["twin"]


def compute(size: int) -> None:
    value = 0
    for number in range(size):
        value += number


if __name__ == "__main__":
    count = len(os.sched_getaffinity(0))
    sizes = [4_000_000] * count if TWIN else [1_000_000] * (4 * count)
    workers = [
        multiprocessing.Process(target=compute, args=(size,), name=f"cruncher-{number}")
        for number, size in enumerate(sizes)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
