"""Two threads calculate; `twin`: two processes do."""

import sys
import time
from multiprocessing import Process
from threading import Thread


def work() -> None:
    until = time.thread_time() + 0.08
    while time.thread_time() < until:
        sum(range(100))


if __name__ == "__main__":
    Worker = Process if sys.argv[1:] == ["twin"] else Thread
    workers = [Worker(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
