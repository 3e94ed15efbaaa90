"""The same two printers with a lock: who holds it, and who waits."""

from __future__ import annotations

from paraviz.tui.picture import svg
from screenshots.frozen import locked


def make() -> str:
    """The picture."""
    return svg(locked(), at_ns=30_000_000, lane_index=2)
