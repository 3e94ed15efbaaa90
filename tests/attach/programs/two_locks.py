"""An RLock and a Lock, taken in two orders."""

import threading

phil = threading.RLock()
registry = threading.Lock()
both = threading.Barrier(2)


def attrs():
    with phil:
        both.wait()
        with registry:
            pass


def load():
    with registry:
        both.wait()
        with phil:
            pass


threads = [threading.Thread(target=f, name=f.__name__, daemon=True) for f in (attrs, load)]
for t in threads:
    t.start()
for t in threads:
    t.join()
