"""Five philosophers: who holds which fork, who waits for it."""

from __future__ import annotations

from paraviz.tui.picture import svg

from screenshots.frozen import philosophers


def make() -> str:
    """The picture."""
    return svg(philosophers(), size=(140, 40), at_ns=8_000_000, lane_index=2)
