"""Progress is shown while a task goes on: each short limit is followed by the next wait."""

import time
from concurrent.futures import ThreadPoolExecutor, wait

with ThreadPoolExecutor(1) as pool:
    future = pool.submit(time.sleep, 0.5)
    while wait([future], timeout=0.15).not_done:
        print("still at it")
