"""A pool that hangs: a worker was killed while it held a lock."""

import os
import time
from multiprocessing import Lock, Pool

lock = Lock()


def work(n):
    time.sleep(0.02)
    if n == 5:
        lock.acquire()
        os.kill(os.getpid(), 9)
    with lock:
        return n * n


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(work, range(12), chunksize=1))
