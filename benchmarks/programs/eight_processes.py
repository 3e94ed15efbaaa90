"""Eight processes that take and give back a lock of their own, over and over."""

from __future__ import annotations

import multiprocessing
import threading


def work(pairs: int) -> None:
    lock = threading.Lock()
    for _ in range(pairs):
        with lock:
            pass


def main(processes: int = 8, pairs: int = 62_500) -> None:
    workers = [multiprocessing.Process(target=work, args=(pairs,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
