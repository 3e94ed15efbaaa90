"""For a projector: large, with few words and more contrast, as one key (V) shows it."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import unlocked


def make() -> str:
    """The picture."""
    return svg(unlocked(), at_ns=43_000_000, lane_index=1, projection=True)
