"""A worker that holds a lock asks for it again; `twin`: others let go of what it waits for."""

import sys
import threading
import time

lock = threading.Lock()
done = []


def again() -> None:
    with lock:
        done.append(lock.acquire(timeout=0.3))


def served() -> None:
    while lock.acquire():
        done.append(True)


def teller() -> None:
    if "twin" in sys.argv:
        served()
    else:
        again()


worker = threading.Thread(target=teller, name="teller", daemon="twin" in sys.argv)
if "twin" in sys.argv:
    lock.acquire()
worker.start()
if "twin" in sys.argv:
    for _ in range(3):
        time.sleep(0.03)
        lock.release()
    time.sleep(0.05)
else:
    worker.join()
