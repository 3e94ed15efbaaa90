"""A result comes within its limit."""

import time
from concurrent.futures import ThreadPoolExecutor


def quick():
    time.sleep(0.02)
    return "here"


with ThreadPoolExecutor(2) as pool:
    print(pool.submit(quick).result(timeout=20))
