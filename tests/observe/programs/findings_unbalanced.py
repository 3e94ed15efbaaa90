"""A pool gets its longest task last; `twin`: first."""

import sys
import time
from multiprocessing import Pool

NAPS = [0.03] * 4 + [0.12]


if __name__ == "__main__":
    naps = NAPS[::-1] if sys.argv[1:] == ["twin"] else NAPS
    with Pool(2) as pool:
        pool.map(time.sleep, naps, chunksize=1)
