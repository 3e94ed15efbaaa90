"""Workers do all they do under one lock; `twin`: they have enough to do without it."""

import select
import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
ledger = threading.Lock()


def pause(seconds: float) -> None:
    """As `time.sleep`, which would be an event of its own."""
    select.select([], [], [], seconds)


def book() -> None:
    for _ in range(12):
        with ledger:
            pause(0.002)
        if TWIN:
            pause(0.02)


clerks = [threading.Thread(target=book, name=f"clerk-{n}") for n in range(4)]
for clerk in clerks:
    clerk.start()
for clerk in clerks:
    clerk.join()
