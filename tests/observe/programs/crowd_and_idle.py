"""An executor's idle threads, and more processes that compute than there are CPUs."""

import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor


def compute():
    end = time.process_time() + 0.1
    while time.process_time() < end:
        pass


if __name__ == "__main__":
    with ThreadPoolExecutor(3, thread_name_prefix="idler") as executor:
        list(executor.map(time.sleep, [0.01, 0.01, 0.3]))
    fork = multiprocessing.get_context("fork")
    count = 2 * (os.cpu_count() or 1) + 1
    processes = [fork.Process(target=compute, name=f"cruncher {k}") for k in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
