"""A semaphore with three places: the others wait until one leaves."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("semaphore", "g", State.WAITING_LOCK)
