"""A pool is closed and joined before its results are read."""

import time
from multiprocessing import Pool


def nap(number):
    time.sleep(0.03)
    return number


if __name__ == "__main__":
    pool = Pool(2)
    result = pool.map_async(nap, range(6), chunksize=1)
    pool.close()
    pool.join()
    print(result.get())
