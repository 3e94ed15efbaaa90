"""Ever larger images: in the end one worker is busy, the others are idle."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("image_pool", "ForkPoolWorker-1")
