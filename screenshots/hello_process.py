"""A process of its own: it and main run at the same time."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("hello_process", "hello")
