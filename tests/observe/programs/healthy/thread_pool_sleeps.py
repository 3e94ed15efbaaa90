"""As many tasks as threads, each waits for something outside."""

import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def fetch(number):
    time.sleep(0.05)
    return number


with ThreadPoolExecutor(4) as pool:
    waiting = {pool.submit(fetch, number): number for number in range(8)}
    for done in as_completed(waiting):
        assert done.result() == waiting[done]
print("all fetched")
