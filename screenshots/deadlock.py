"""Two threads, two locks in opposite order: each waits for what the other one holds."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("deadlock", "thread-a", State.WAITING_LOCK)
