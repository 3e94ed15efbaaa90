"""A queue between producers and consumers: who finds it empty waits."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("producers_consumers", "consumer-2")
