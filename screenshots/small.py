"""A terminal of 80 × 24."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import locked


def make() -> str:
    """The picture."""
    return svg(locked(), size=(80, 24), at_ns=30_000_000, lane_index=2)
