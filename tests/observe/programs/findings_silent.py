"""Tasks of an executor fail, and nobody asks for their results; `twin`: somebody does."""

import sys
from concurrent.futures import ThreadPoolExecutor

TWIN = sys.argv[1:] == ["twin"]


def store(row: dict[str, str]) -> str:
    return row["name"]


with ThreadPoolExecutor(2, thread_name_prefix="store") as pool:
    futures = [pool.submit(store, row) for row in ({"name": "a"}, {"nam": "b"}, {})]
if TWIN:
    print([str(future.exception()) for future in futures])
