"""What processes put into a queue, in a file that is quickly loaded by those that are started
afresh."""

from __future__ import annotations

import time

from paraviz.observe.putting import putter
from paraviz.session.queue import EventQueue

EACH = 60


def put_many(queue: EventQueue, who: int) -> None:
    for number in range(EACH):
        queue.put(bytes([who]) * (1 + number * 997))


def report_many(descriptor: int, who: int) -> None:
    """As an observed process does."""
    put = putter(descriptor)
    for number in range(EACH):
        while True:
            try:
                put(descriptor, bytes([who]) * (1 + number * 997))
                break
            except BlockingIOError:
                time.sleep(0.001)
