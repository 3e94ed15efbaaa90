"""A child is forked while a thread is at an import, and imports the same; it is ended."""

import os
import signal
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
begun, go_on = threading.Event(), threading.Event()
folder = tempfile.mkdtemp()
Path(folder, "slow.py").write_text("import __main__\n__main__.begun.set()\n__main__.go_on.wait()\n")
sys.path.insert(0, folder)


def load() -> None:
    import slow  # type: ignore[import-not-found]  # noqa: F401


threading.Thread(target=load, name="preload").start()
begun.wait()
child = os.fork()
if child == 0:
    load()
    os._exit(0)
time.sleep(0.5)
os.kill(child, signal.SIGTERM)
os.waitpid(child, 0)
go_on.set()
