"""Readers come and go, the writer waits until they are through."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("starvation", "W")
