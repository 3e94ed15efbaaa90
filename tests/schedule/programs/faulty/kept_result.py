import threading
from functools import lru_cache

calls = []


@lru_cache(maxsize=None)
def load(key):
    calls.append(key)
    return object()


out = []


def use():
    out.append(load("k"))


ts = [threading.Thread(target=use) for _ in range(2)]
for t in ts:
    t.start()
for t in ts:
    t.join()
assert out[0] is out[1]
