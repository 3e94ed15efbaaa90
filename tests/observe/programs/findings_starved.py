"""A thread that has little to do, often, beside one that computes; `twin`: one that waits."""

import sys
import threading
import time

TWIN = sys.argv[1:] == ["twin"]
stop = threading.Event()


def compute() -> None:
    value = 0
    while not stop.is_set():
        if TWIN:
            stop.wait(0.05)
        for number in range(0 if TWIN else 50_000):
            value += number


def tick() -> None:
    for _ in range(60):
        time.sleep(0.001)
    stop.set()


for work in (compute, tick):
    threading.Thread(target=work, name=work.__name__).start()
