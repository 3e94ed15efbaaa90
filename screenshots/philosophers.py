"""Five philosophers, five forks: each holds one and waits for the next one's."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("philosophers", "Arendt", State.WAITING_LOCK)
