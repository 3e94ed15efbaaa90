"""An update is lost: between a worker's read and its write the other one counts on."""

from __future__ import annotations

from pathlib import Path

from paraviz.formats import load
from paraviz.tui.picture import svg

RECORDING = Path(__file__).parents[1] / "docs" / "example" / "lost_update.pviz"


def make() -> str:
    """The picture."""
    return svg(
        load(RECORDING),
        size=(100, 30),
        at_ns=88_111_000,
        lane_index=1,
        between_ns=(84_900_000, 88_500_000),
    )
