"""A part of the run, with the part framed in the overview and a selected span measured."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import unlocked


def make() -> str:
    """The picture."""
    return svg(
        unlocked(),
        at_ns=52_000_000,
        lane_index=1,
        between_ns=(38_000_000, 62_000_000),
        keys=["enter"],
    )
