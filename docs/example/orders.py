"""Four workers and one lock, which each holds while it asks the warehouse."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Lock

lock = Lock()
total = 0


def ask_the_warehouse(order):
    time.sleep(0.01)
    return order


def handle(order):
    global total
    with lock:
        total += ask_the_warehouse(order)


if __name__ == "__main__":
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(handle, range(20)))
    print(total)
