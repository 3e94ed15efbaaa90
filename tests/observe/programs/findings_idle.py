"""A map in one chunk, for a pool of three workers; `twin`: a chunk for each."""

import sys
import time
from multiprocessing import Pool

if __name__ == "__main__":
    with Pool(3) as pool:
        pool.map(time.sleep, [0.04] * 6, chunksize=2 if sys.argv[1:] == ["twin"] else 6)
