"""Two printers without a lock take turns at the GIL: their letters interleave."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("printers", "thread-a")
