"""A thread fails while it holds a lock for which another one waits; `twin`: it gives it back."""

import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
lock = threading.Lock()
held = threading.Event()


def fail() -> None:
    lock.acquire()
    held.set()
    if TWIN:
        lock.release()
        return
    raise RuntimeError("holds the lock")


def want() -> None:
    held.wait()
    with lock:
        pass


# A traceback would have the paths of this machine.
threading.excepthook = lambda _: None
for name, target in (("dier", fail), ("victim", want)):
    threading.Thread(target=target, name=name).start()
