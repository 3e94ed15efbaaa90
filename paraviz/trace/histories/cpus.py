"""Who was on which CPU, from the operating system's record of context switches."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.kernel import records
from paraviz.trace.model import Cpu

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.kernel.records import Switches
    from paraviz.trace.model import Lane, Refs


def cpu_histories(lanes: Sequence[Lane], switches: Switches) -> tuple[Cpu, ...]:
    """The CPUs that occur, by number. `switches`: sorted, in ns since the lanes' origin.

    A stretch begins where a thread comes onto a CPU and ends with whatever is next recorded there.
    One whose beginning is not recorded, as a thread's first may be, begins with its lane, or where
    the stretch before it ended.
    """
    births = np.array([lane.start_ns for lane in lanes], np.int64)
    # Of one that was seen asleep it is not known which CPU it had left.
    switches = switches.rows(switches.cpus >= 0)
    who = _lanes_of(lanes, switches)
    order = np.argsort(switches.cpus, kind="stable")
    cuts = np.flatnonzero(np.diff(switches.cpus[order])) + 1
    result = []
    for rows in np.split(order, cuts):
        if not len(rows):
            continue
        times, lane_rows = switches.times[rows], who[rows]
        begins = switches.kinds[rows] == records.IN
        until = np.append(times[1:], switches.times[-1])
        follows = np.concatenate(([False], begins[:-1]))
        unbegun = ~begins & ~follows & (lane_rows >= 0)
        before = np.concatenate((times[:1], times[:-1]))
        born = births[lane_rows] if len(births) else times
        first = np.arange(len(times)) == 0
        starts = np.where(unbegun, np.where(first, born, np.maximum(before, born)), times)
        ends = np.where(unbegun, times, until)
        kept = (unbegun | begins) & (ends > starts)
        result.append(Cpu(int(switches.cpus[rows[0]]), starts[kept], ends[kept], lane_rows[kept]))
    return tuple(result)


def _lanes_of(lanes: Sequence[Lane], switches: Switches) -> Refs:
    """int32[n]: the lane of each switch; -1 for a thread without one. Numbers are used again."""
    who = np.full(len(switches), -1, np.int32)
    order = np.argsort(switches.tids, kind="stable")
    tids = switches.tids[order]
    for index in sorted(range(len(lanes)), key=lambda each: lanes[each].start_ns):
        lane = lanes[index]
        if lane.kind == "task":
            continue
        rows = order[np.searchsorted(tids, lane.tid) : np.searchsorted(tids, lane.tid, "right")]
        # A thread's last switch comes after all it could say: only the next of its number ends it.
        who[rows[switches.times[rows] >= lane.start_ns]] = index
    return who
