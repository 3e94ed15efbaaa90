"""A thread is ended by an exception; `twin`: it ends itself."""

import sys
import threading

TWIN = sys.argv[1:] == ["twin"]


def fail() -> None:
    if TWIN:
        sys.exit()
    raise ValueError("nobody catches it")


# A traceback would have the paths of this machine.
threading.excepthook = lambda _: None
worker = threading.Thread(target=fail, name="worker")
worker.start()
worker.join()
