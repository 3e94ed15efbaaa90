"""A barrier

Four workers do several rounds of work; a has least to do, d has most. At the barrier they wait
until the last one has arrived, then all begin the next round at once: the slowest sets the pace.
Without the barrier the quick ones run ahead: the numbers of the rounds in the output mix.
"""

import multiprocessing
import threading
from typing import Literal


def run(name, barrier, n, steps):
    for i in range(1, n + 1):
        for _ in range(steps):
            pass
        print(f"{name}{i} ", end="", flush=True)
        if barrier:
            barrier.wait()


def main(
    wait: bool = True,
    how: Literal["threads", "processes"] = "processes",
    n: int = 5,
    steps: int = 1_000_000,
):
    module, worker = threading, threading.Thread
    if how == "processes":
        module, worker = multiprocessing, multiprocessing.Process
    barrier = module.Barrier(4) if wait else None
    workers = [
        worker(target=run, args=(name, barrier, n, i * steps), name=name)
        for i, name in enumerate("abcd", start=1)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print()


if __name__ == "__main__":
    main()
