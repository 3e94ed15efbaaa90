"""A process is ended by an exception; `twin`: by itself, as programs end."""

import io
import sys
from multiprocessing import Process

TWIN = sys.argv[1:] == ["twin"]


def fail() -> None:
    # A traceback would have the paths of this machine.
    sys.stderr = io.StringIO()
    if TWIN:
        sys.exit(0)
    raise ValueError("nobody catches it")


if __name__ == "__main__":
    worker = Process(target=fail, name="worker")
    worker.start()
    worker.join()
