"""Somebody waits for the first of several, then for all."""

import time
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

with ThreadPoolExecutor(3) as pool:
    futures = [pool.submit(time.sleep, 0.02 * number) for number in (1, 2, 3)]
    first = wait(futures, return_when=FIRST_COMPLETED)
    print(len(first.done) >= 1)
    print(len(wait(futures).not_done))
