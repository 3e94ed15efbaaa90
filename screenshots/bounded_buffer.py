"""A buffer with three places: producers wait until it is not full."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("bounded_buffer", "producer-1", State.BLOCKED)
