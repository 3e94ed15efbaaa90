"""Which line of its source each worker was at: that of its last event that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Trace


class Lines:
    """The lines of a trace's lanes, worked out lane by lane when first asked for."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._seen: dict[int, tuple[NDArray[np.int64], NDArray[np.int32]]] = {}

    def site_at(self, lane_index: int, at_ns: int) -> int:
        """The row of `Trace.sites` where a lane was last seen by a moment; -1 before its first
        such event and outside its life."""
        lane = self._trace.lanes[lane_index]
        if not lane.start_ns <= at_ns < lane.end_ns:
            return -1
        times, sites = self._sited(lane_index)
        count = int(np.searchsorted(times, at_ns, "right"))
        return int(sites[count - 1]) if count else -1

    def _sited(self, lane_index: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """int64[k], int32[k]: when and where, of a lane's events that have a line."""
        if lane_index not in self._seen:
            lane = self._trace.lanes[lane_index]
            rows = np.flatnonzero(lane.sites >= 0)
            self._seen[lane_index] = (lane.times[rows], lane.sites[rows])
        return self._seen[lane_index]
