"""Four threads come back to a lock at once, each time; `twin`: they have enough to do without it
before they do."""

import select
import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
lock = threading.Lock()


def pause(seconds: float) -> None:
    """As `time.sleep`, which would be an event of its own."""
    select.select([], [], [], seconds)


def work() -> None:
    for _ in range(5):
        with lock:
            pause(0.002)
        pause(0.02 if TWIN else 0.0001)


workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers:
    worker.start()
for worker in workers:
    worker.join()
