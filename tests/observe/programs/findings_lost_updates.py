"""Two processes count in shared memory without a lock; `twin`: with it."""

import sys
import time
from multiprocessing import Barrier, Process, Value

TWIN = sys.argv[1:] == ["twin"]


def count(counter, both) -> None:
    both.wait()
    for _ in range(10):
        if TWIN:
            with counter.get_lock():
                counter.value += 1
        else:
            seen = counter.value
            time.sleep(0.0005)
            counter.value = seen + 1


if __name__ == "__main__":
    counter, both = Value("i", 0), Barrier(2)
    workers = [Process(target=count, args=(counter, both)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
