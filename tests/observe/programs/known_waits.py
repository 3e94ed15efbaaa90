"""A thread that holds a lock while it sleeps, one that waits for it, one that computes."""

import threading
import time

lock = threading.Lock()
held = threading.Event()
done = threading.Event()


def holder():
    with lock:
        held.set()
        time.sleep(0.2)


def waiter():
    held.wait()
    with lock:
        pass
    done.set()


def sleeper():
    time.sleep(0.25)


if __name__ == "__main__":
    workers = [
        threading.Thread(target=each, name=each.__name__) for each in (holder, waiter, sleeper)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
