"""64 threads and one GIL: who does not have it waits."""

from __future__ import annotations

from paraviz.trace import State
from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("prime_threads", "100000000008", State.WAITING_GIL, keys=["X"])
