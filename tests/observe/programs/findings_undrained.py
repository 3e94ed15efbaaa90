"""Somebody joins a process before he takes what it has put into a queue; `twin`: after that."""

import multiprocessing
import sys

TWIN = sys.argv[1:] == ["twin"]


def measure(out: "multiprocessing.Queue[bytes]") -> None:
    out.put(b"x" * 300_000)


if __name__ == "__main__":
    readings: "multiprocessing.Queue[bytes]" = multiprocessing.Queue()
    gauge = multiprocessing.Process(target=measure, args=(readings,), name="gauge")
    gauge.start()
    if TWIN:
        readings.get()
    gauge.join()
    if not TWIN:
        readings.get()
