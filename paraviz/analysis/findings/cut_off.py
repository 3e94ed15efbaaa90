"""Daemons that were cut off with work left: the process ended while items lay in the queue that
they take from.

Whoever is cut off while it waits for an item has nothing left to do but what came just then, and
nothing is told of it. Where others still live that take from the queue, or where one that takes
from it is not known to have ended, its items are not lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.orphaned_lock import CUT_OFF
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Lane, Trace

_QUEUES = ("Queue", "LifoQueue", "PriorityQueue", "SimpleQueue")
"""Those of threads; what is left in a pipe between processes belongs to whoever reads it next."""


def cut_off_with_work(material: Material) -> list[Finding]:
    """Each daemon thread that was cut off while it was at an item of a queue with others in it."""
    trace = material.trace
    found = []
    for index, lane in enumerate(trace.lanes):
        material.pace(index / len(trace.lanes))
        if lane.end_reason == CUT_OFF and lane.kind == "thread" and not lane.dropped:
            found += [
                _finding(trace, index, thing, left)
                for thing, left in _left(trace, index)
                if left > 0
            ]
    return found


def _left(trace: Trace, index: int) -> list[tuple[int, int]]:
    """The queues that a daemon took from and was not waiting at, and what was left in each."""
    lane = trace.lanes[index]
    got = lane.objects[lane.kinds == ev.GET]
    waits = np.flatnonzero(lane.kinds == ev.GET_WAIT)
    is_waiting = len(waits) and not (lane.times[waits[-1] + 1 :] > lane.times[waits[-1]]).any()
    at = int(lane.objects[waits[-1]]) if is_waiting else -1
    result = []
    for thing in distinct(got).tolist():
        if thing < 0 or thing == at or trace.objects[thing].kind not in _QUEUES:
            continue
        if all(_is_over(other) for other in trace.lanes if _takes(other, thing)):
            result.append((thing, _count(trace, thing)))
    return result


def _takes(lane: Lane, thing: int) -> bool:
    return bool((of_kinds(lane.kinds, (ev.GET, ev.GET_WAIT)) & (lane.objects == thing)).any())


def _is_over(lane: Lane) -> bool:
    """Whether a lane ended, by itself or with its process."""
    return bool(lane.end_reason) and not lane.dropped and not lane.end_reason.startswith("stopped")


def _count(trace: Trace, thing: int) -> int:
    """Items put and not got."""
    about = [lane.kinds[lane.objects == thing] for lane in trace.lanes if lane.kind != "task"]
    kinds = np.concatenate(about)
    return int(np.count_nonzero(kinds == ev.PUT) - np.count_nonzero(kinds == ev.GET))


def _finding(trace: Trace, index: int, thing: int, left: int) -> Finding:
    lane = trace.lanes[index]
    gets = np.flatnonzero((lane.kinds == ev.GET) & (lane.objects == thing))
    last = int(gets[-1])
    worked = np.diff(lane.times[gets])
    each = int(np.median(worked)) if len(worked) else lane.end_ns - int(lane.times[last])
    return Finding(
        kind="cut_off_with_work",
        severity="fault",
        told=phrase(
            "{worker} was cut off at the end of its process with {count:,} item left in `{queue}`,"
            " and at one it had taken at {place}: it had done {done:,}, in {each} each (median)",
            "{worker} was cut off at the end of its process with {count:,} items left in `{queue}`,"
            " and at one it had taken at {place}: it had done {done:,}, in {each} each (median)",
            count=left,
            worker=lane_label(trace.lanes, index),
            queue=trace.objects[thing].name,
            place=place(trace, int(lane.sites[last])) or "?",
            done=len(gets) - 1,
            each=duration(each),
        ),
        at_ns=int(lane.times[last]),
        until_ns=lane.end_ns,
        lane_index=index,
        object_index=thing,
        cost_ns=left * each,
        proof=(("left", left), ("done", len(gets) - 1), ("each_ns", each)),
    )
