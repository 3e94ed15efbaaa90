"""The light theme, for bright rooms."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import unlocked


def make() -> str:
    """The picture."""
    return svg(unlocked(), theme="paraviz-light", at_ns=43_000_000, lane_index=1)
