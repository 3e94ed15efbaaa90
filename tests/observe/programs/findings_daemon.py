"""A daemon is cut off while it holds a lock; `twin`: while it holds none."""

import sys
import threading
import time

lock = threading.Lock()
ready = threading.Event()
twin = sys.argv[1:] == ["twin"]


def save() -> None:
    with lock:
        if not twin:
            ready.set()
            time.sleep(60)
    ready.set()
    time.sleep(60)


threading.Thread(target=save, name="saver", daemon=True).start()
ready.wait()
