"""The job goes out, the result comes back: in between the background process rests."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("ping_pong", "background", State.BLOCKED)
