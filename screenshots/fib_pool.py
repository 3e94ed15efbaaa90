"""A pool: each worker takes the next chunk as soon as it falls free."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("fib_pool", "ForkPoolWorker-1")
