"""A terminal of 60 × 14: lanes, ruler and sentence remain."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import unlocked


def make() -> str:
    """The picture."""
    return svg(unlocked(), size=(60, 14), at_ns=43_000_000, lane_index=1)
