"""A pool with many short tasks, one after the other; then one that takes long."""

import threading
import time
from multiprocessing import get_context


def short(n):
    return n


if __name__ == "__main__":
    with get_context("fork").Pool(2) as pool:
        until = time.monotonic() + 4
        while time.monotonic() < until:
            pool.apply(short, (1,))
        threading.Thread(target=time.sleep, args=(3_600,), name="long", daemon=True).start()
        pool.apply(time.sleep, (3_600,))
