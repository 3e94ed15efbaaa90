"""A short task waits in the queue of an executor whose threads are at long ones; `twin`: it has an
executor of its own."""

import sys
import time
from concurrent.futures import ThreadPoolExecutor

TWIN = sys.argv[1:] == ["twin"]


def report() -> None:
    time.sleep(0.15)


def look_up() -> int:
    return 42


with ThreadPoolExecutor(2) as pool, ThreadPoolExecutor(1) as other:
    reports = [pool.submit(report) for _ in range(4)]
    print((other if TWIN else pool).submit(look_up).result())
    for each in reports:
        each.result()
