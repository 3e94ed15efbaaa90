"""A task raises what cannot be made again in the parent, which ends the thread that takes a pool's
results, and `map` never returns; `twin`: it can."""

import sys
import threading
import time
from multiprocessing import Pool

TWIN = sys.argv[1:] == ["twin"]


class Rejected(Exception):
    def __init__(self, order) -> None:
        super().__init__(order if TWIN else order["id"])


def check(n: int) -> int:
    time.sleep(0.02)
    if n == 1:
        raise Rejected({"id": 17})
    return n


if __name__ == "__main__":
    # A traceback would have the paths of this machine.
    threading.excepthook = lambda _: None
    with Pool(2) as pool:
        try:
            pool.map(check, range(4), chunksize=1)
        except Rejected:
            print("rejected")
