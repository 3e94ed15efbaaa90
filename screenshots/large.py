"""A terminal of 200 × 60."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import locked


def make() -> str:
    """The picture."""
    return svg(locked(), size=(200, 60), at_ns=30_000_000, lane_index=2)
