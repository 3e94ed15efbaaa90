"""A worker of a pool is killed while it holds a lock for which the others wait."""

import os
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import Lock, Process

lock = Lock()


def job(number: int) -> int:
    with lock:
        return number


def hold() -> None:
    lock.acquire()
    # What it did is sent by then.
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    holder = Process(target=hold, name="holder")
    holder.start()
    holder.join()
    with ProcessPoolExecutor(2) as pool:
        print(list(pool.map(job, range(2))))
