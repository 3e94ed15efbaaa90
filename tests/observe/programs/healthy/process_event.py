"""A process waits for an event that its parent sets."""

import time
from multiprocessing import Event, Process


def wait(ready):
    print(ready.wait(20))


if __name__ == "__main__":
    ready = Event()
    process = Process(target=wait, args=(ready,))
    process.start()
    time.sleep(0.1)
    ready.set()
    process.join()
