"""Results that will never come: the worker that was at the task is dead, and somebody waits for it.

A pool starts another worker, and does not do again what the dead one was at; an executor gives all
up. Whoever waits for a pool's result waits for ever.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.silent import whole
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace.model import Lane, Trace


class Vain(Struct, frozen=True):
    """Somebody waits in vain."""

    lane: int
    """Who."""
    site: int
    """At which line, or -1."""
    since_ns: int
    """Since when, and not before that was certain."""
    until_ns: int
    """Until the run ended, or it was given up."""

    @property
    def lasted_ns(self) -> int:
        """How long."""
        return self.until_ns - self.since_ns

    def values(self, trace: Trace) -> dict[str, str]:
        """What a sentence needs: `waiter`, `place`."""
        return {
            "waiter": lane_label(trace.lanes, self.lane),
            "place": place(trace, self.site) or "?",
        }


def task_of(lane: Lane) -> int:
    """The row at which a lane began the task that it was in when it ended, or -1."""
    rows = np.flatnonzero((lane.kinds == ev.TASK_BEGIN) | (lane.kinds == ev.TASK_END))
    if not len(rows) or lane.kinds[rows[-1]] == ev.TASK_END or lane.objects[rows[-1]] < 0:
        return -1
    return int(rows[-1])


def waits_in_vain(trace: Trace, lane: Lane) -> Vain | None:
    """Who waits for the task that a lane was in when it ended, to the end of the run."""
    row = task_of(lane)
    number = int(lane.values[row]) if row >= 0 else 0
    if number <= 0 or not number & ev.POOLS_TASK:
        return None
    return _waits(trace, lane.end_ns, lambda value: value in (number, whole(number)))


def waits_for_pool(trace: Trace, pid: int, since_ns: int) -> Vain | None:
    """Who waits, to the end of the run, for a result of a pool of a process."""
    return _waits(
        trace, since_ns, lambda value: value > 0 and value & ev.POOLS_TASK and value >> 30 == pid
    )


def _waits(trace: Trace, since_ns: int, is_meant: Callable[[int], object]) -> Vain | None:
    for index, other in enumerate(trace.lanes):
        rows = np.flatnonzero(other.kinds == ev.RESULT_WAIT)
        if not len(rows) or rows[-1] + 1 < len(other.kinds):
            continue
        row = int(rows[-1])
        if is_meant(int(other.values[row])) and other.end_ns > since_ns:
            since = max(since_ns, int(other.times[row]))
            return Vain(index, int(other.sites[row]), since, other.end_ns)
    return None
