"""Two threads count without a lock: at each switch of the GIL updates are lost."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("counter_race")
