"""A process that is started afresh, with two threads that compute."""

import multiprocessing
import threading
import time


def spin():
    until = time.perf_counter() + 0.5
    while time.perf_counter() < until:
        pass


def work():
    spinners = [threading.Thread(target=spin, name=f"spinner {number}") for number in (1, 2)]
    for spinner in spinners:
        spinner.start()
    for spinner in spinners:
        spinner.join()


if __name__ == "__main__":
    worker = multiprocessing.get_context("spawn").Process(target=work)
    worker.start()
    worker.join()
