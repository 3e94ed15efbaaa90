"""Which line of its source each worker was at: that of its last event that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from paraviz.trace.model import Trace


_FIRST, _GROWTH = 64, 4
"""Events that are looked at, and how many more with each further look."""


class Lines:
    """The lines of a trace's lanes."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    def site_at(self, lane_index: int, at_ns: int) -> int:
        """The row of `Trace.sites` where a lane was last seen by a moment; -1 before its first
        such event and outside its life."""
        lane = self._trace.lanes[lane_index]
        if not lane.start_ns <= at_ns < lane.end_ns:
            return -1
        stop, size = int(np.searchsorted(lane.times, at_ns, "right")), _FIRST
        while stop > 0:
            sites = lane.sites[max(stop - size, 0) : stop]
            known = np.flatnonzero(sites >= 0)
            if len(known):
                return int(sites[known[-1]])
            stop, size = stop - size, size * _GROWTH
        return -1
