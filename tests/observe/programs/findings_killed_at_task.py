"""A worker of a pool is killed with its task, and `map` never returns; `twin`: a pool ends its
workers when all is done, by a signal too."""

import os
import signal
import sys
import time
from multiprocessing import Pool

TWIN = sys.argv[1:] == ["twin"]


def work(n: int) -> int:
    time.sleep(0.04)
    if n == 1 and not TWIN:
        os.kill(os.getpid(), signal.SIGKILL)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        print(pool.map(work, range(4), chunksize=1))
