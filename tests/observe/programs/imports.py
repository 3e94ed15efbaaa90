"""Two threads import the same module, one of them while the other is at it."""

import sys
import tempfile
import threading
from pathlib import Path

begun, go_on = threading.Event(), threading.Event()
folder = tempfile.mkdtemp()
Path(folder, "slow.py").write_text(
    "import __main__\n__main__.begun.set()\n__main__.go_on.wait(1)\nvalue = 7\n"
)
sys.path.insert(0, folder)


def load() -> None:
    import slow  # type: ignore[import-not-found]

    print(f"{slow.value}\n", end="")


first = threading.Thread(target=load, name="first")
first.start()
begun.wait()
threading.Timer(0.2, go_on.set).start()
load()
first.join()
