"""Where in the program most of what a finding is about happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.labels import place

if TYPE_CHECKING:
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Trace


def line_of_waits(trace: Trace, lock: LockHistory, lane_index: int) -> str:
    """The line in which a worker mostly waited for a lock, `work.py:12`; the lock's name where no
    line is known."""
    lane = trace.lanes[lane_index]
    rows = (lane.kinds == ev.LOCK_WAIT) & (lane.objects == lock.object_index) & (lane.sites >= 0)
    sites, counts = np.unique(lane.sites[rows], return_counts=True)
    return place(trace, int(sites[counts.argmax()])) if len(sites) else lock.name
