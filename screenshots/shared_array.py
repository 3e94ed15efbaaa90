"""Two processes change the same numbers without a lock: updates are lost."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("shared_array", "Process-1", close=True)
