"""A pipe beside a queue, which has a thread more that feeds it."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("pipe_or_queue", "QueueFeederThread")
