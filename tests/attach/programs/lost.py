"""A worker of a pool is killed at its task; the other tasks are done."""

import os
import signal
import time
from multiprocessing import get_context


def resize(n):
    if n == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(0.02)
    return n * n


if __name__ == "__main__":
    with get_context("fork").Pool(2) as pool:
        pool.map(resize, range(6), chunksize=1)
