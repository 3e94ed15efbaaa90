"""The workers of a pool wait for tasks of the same pool; `twin`: they leave one worker to them."""

import sys
from concurrent.futures import ThreadPoolExecutor

TWIN = sys.argv[1:] == ["twin"]
pool = ThreadPoolExecutor(3 if TWIN else 2, thread_name_prefix="web")


def inner(n: int) -> int:
    return n * n


def outer(n: int) -> int:
    return pool.submit(inner, n).result()


print([each.result() for each in [pool.submit(outer, n) for n in range(2)]])
