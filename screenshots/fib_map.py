"""One process, one thread: it runs from beginning to end."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("fib_map")
