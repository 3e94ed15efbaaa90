"""Each small task takes a large table along, which one thread has to pickle; `twin`: the workers
have the table, and its key is all that is sent."""

import sys
import time
from functools import partial
from multiprocessing import get_context

TWIN = sys.argv[1:] == ["twin"]
TABLE = {number: str(number) * 3 for number in range(60_000)}


def convert(table: dict[int, str], number: int) -> int:
    time.sleep(0.06 if TWIN else 0.001)
    return len((table or TABLE)[number])


if __name__ == "__main__":
    with get_context("fork").Pool(2) as pool:
        print(sum(pool.map(partial(convert, {} if TWIN else TABLE), range(5), chunksize=1)))
