"""A worker of a pool leaves in the middle of its task, and `map` never returns; `twin`: the task
raises, and `map` says so."""

import sys
import time
from multiprocessing import Pool

TWIN = sys.argv[1:] == ["twin"]


def work(n: int) -> int:
    time.sleep(0.02)
    if n == 1:
        if TWIN:
            raise ValueError(n)
        sys.exit(3)
    return n


if __name__ == "__main__":
    with Pool(2) as pool:
        try:
            pool.map(work, range(4), chunksize=1)
        except ValueError as error:
            print(error)
