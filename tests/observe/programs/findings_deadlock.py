"""Two threads take two locks in opposite order, and give up after a while; `twin`: in one order."""

import sys
import threading

first, second = threading.Lock(), threading.Lock()
met = threading.Barrier(2)


def work(one: threading.Lock, other: threading.Lock, meet: bool) -> None:
    with one:
        if meet:
            met.wait()
        if other.acquire(timeout=0.3):
            other.release()


twin = sys.argv[1:] == ["twin"]
a = threading.Thread(target=work, args=(first, second, not twin), name="a")
b = threading.Thread(
    target=work, args=(first, second, False) if twin else (second, first, True), name="b"
)
a.start()
b.start()
a.join()
b.join()
