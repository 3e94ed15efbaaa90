"""A barrier: the slowest sets the pace of all."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("barrier", "a", State.BLOCKED)
