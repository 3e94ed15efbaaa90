"""Ten processes: the last one works on when all others have ended."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("fib_processes", "fib(33)")
