"""Workers that an exception ended, which nobody was there to catch.

Those are threads and processes, of which Python says so on stderr at most; tasks that nobody asks
for are told by `silent`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.unanswered import waits_for_pool
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Lane, Trace

RAISED = "raised "
"""How a worker's end by an exception begins, as `observe` has it."""
_HELPER = re.compile(r"\(_handle_(tasks|results)\)$")
"""The threads that carry a pool's tasks and results."""
_FAILED = "exit 1"
"""How a process of `multiprocessing` ends by an exception."""


def raised(material: Material) -> list[Finding]:
    """Each thread or process that an exception ended; the program itself says so without us, and
    what is told with a lock that was lost is told there."""
    trace = material.trace
    losers = {int(lock.holders[-1]) for lock in material.known.locks if lock.lost_ns >= 0}
    return [
        _finding(trace, index, error)
        for index, lane in enumerate(trace.lanes)
        if index and lane.kind != "task" and index not in losers
        if (error := error_of(lane) or _error_of_process(trace, lane))
    ]


def error_of(lane: Lane) -> str:
    """The exception that ended a lane, or "". SystemExit is how one ends a thread, and Ctrl-C how a
    person ends a run."""
    name = lane.end_reason.removeprefix(RAISED)
    asked = lane.end_reason, SystemExit.__name__, KeyboardInterrupt.__name__
    return "" if name in asked else name


def _error_of_process(trace: Trace, lane: Lane) -> str:
    """The exception that ended a process other than the first, or "". Whoever is left without its
    parent, which was stopped, has not failed by itself."""
    row = _last(lane)
    if trace.end_reason.startswith("stopped") and lane.end_ns >= trace.lanes[0].end_ns:
        return ""
    if row < 0 or lane.kind != "process" or lane.end_reason != _FAILED or lane.objects[row] < 0:
        return ""
    return trace.objects[int(lane.objects[row])].name


def _last(lane: Lane) -> int:
    """The row of the exception that ended a thread or process itself, or -1."""
    rows = np.flatnonzero((lane.kinds == ev.RAISED) & (lane.values == 0))
    return int(rows[-1]) if len(rows) else -1


def _finding(trace: Trace, index: int, error: str) -> Finding:
    lane, row = trace.lanes[index], _last(trace.lanes[index])
    where = place(trace, int(lane.sites[row])) if row >= 0 else ""
    vain = waits_for_pool(trace, lane.pid, lane.end_ns) if _HELPER.search(lane.name) else None
    words = N_("{worker} was ended by {error}")
    if vain is not None:
        words = N_(
            "{worker} was ended by {error}, and carries nothing any more for its pool: {waiter}"
            " waits at {place} in vain, for {length}"
        )
    elif where:
        words = N_("{worker} was ended by {error} at {place}")
    values = {"place": where, **(vain.values(trace) if vain is not None else {})}
    cost = vain.lasted_ns if vain is not None else 0
    return Finding(
        kind="raised",
        severity="fault",
        told=phrase(
            words,
            worker=lane_label(trace.lanes, index),
            error=error,
            length=duration(cost),
            **values,
        ),
        at_ns=lane.end_ns,
        until_ns=lane.end_ns if vain is None else vain.until_ns,
        lane_index=index,
        cost_ns=cost,
        proof=(("lived_ns", lane.end_ns - lane.start_ns), ("waited_ns", cost)),
    )
