"""A fork copies a lock that another thread has then; in the child nobody lets go of it."""

import threading
from multiprocessing import get_context

console = threading.Lock()
taken, forked = threading.Event(), threading.Event()


def logger():
    with console:
        taken.set()
        forked.wait()


def job():
    with console:
        pass


if __name__ == "__main__":
    threading.Thread(target=logger, name="logger").start()
    taken.wait()
    child = get_context("fork").Process(target=job, name="job")
    child.start()
    forked.set()
    child.join()
