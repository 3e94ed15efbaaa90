"""How long anybody in a process was active: on a CPU, or ready and waiting for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.kernel import records

if TYPE_CHECKING:
    from paraviz.kernel.records import Switches
    from paraviz.trace.model import Times


class Activity:
    """The activity of the threads of one process, observed or not."""

    def __init__(self, switches: Switches) -> None:
        """`switches`: all of the process, sorted by time.

        What a thread did before its first switch is what this one ends.
        """
        by_thread = np.argsort(switches.tids, kind="stable")
        tids, kinds = switches.tids[by_thread], switches.kinds[by_thread]
        after = (kinds == records.IN) | (kinds == records.PREEMPTED)
        first = np.ones(len(tids), bool)
        first[1:] = tids[1:] != tids[:-1]
        before = np.zeros(len(tids), bool)
        before[1:] = after[:-1]
        before[first] = kinds[first] != records.IN
        changes = np.empty(len(tids), np.int64)
        changes[by_thread] = after.astype(np.int64) - before
        active = np.cumsum(np.concatenate(([np.count_nonzero(before & first)], changes))) > 0
        self._times = switches.times
        self._active = active
        """bool[n + 1]: whether anybody is, before the first switch and after each."""
        self._sums = np.zeros(len(tids), np.int64)
        np.cumsum(np.diff(self._times) * active[1:-1], out=self._sums[1:])

    def within(self, begins: Times, ends: Times) -> Times:
        """ns in [begin, end) during which anybody was active."""
        return self._until(ends) - self._until(begins)

    def _until(self, at: Times) -> Times:
        """ns up to a moment, counted from the first switch."""
        if not len(self._times):
            return np.zeros(len(at), np.int64)
        row = np.searchsorted(self._times, at, "right")
        last = np.maximum(row - 1, 0)
        return self._sums[last] + (at - self._times[last]) * self._active[row]
