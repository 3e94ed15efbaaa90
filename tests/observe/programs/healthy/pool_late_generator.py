"""The long task comes late out of a slow generator: no order would have helped."""

import time
from multiprocessing import Pool


def nap(seconds):
    time.sleep(seconds)
    return seconds


def late():
    for _ in range(6):
        yield 0.03
    time.sleep(0.2)
    yield 0.3


if __name__ == "__main__":
    with Pool(2) as pool:
        print(sum(pool.imap(nap, late())))
