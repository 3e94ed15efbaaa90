"""A thread and its end: main waits for it in `join`."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("hello", state=State.BLOCKED)
