"""Workers that an exception ended, which nobody was there to catch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.trace.findings.finding import Finding
from paraviz.trace.model import lane_label
from paraviz.words import phrase

if TYPE_CHECKING:
    from paraviz.trace.findings.finding import Material
    from paraviz.trace.model import Lane, Trace

RAISED = "raised "
"""How a worker's end by an exception begins, as `observe` has it."""


def raised(material: Material) -> list[Finding]:
    """Each thread or process that an exception ended; the program itself says so without us, and
    what is told with a lock that was lost is told there."""
    trace = material.trace
    losers = {int(lock.holders[-1]) for lock in material.known.locks if lock.lost_ns >= 0}
    return [
        _finding(trace, index)
        for index, lane in enumerate(trace.lanes)
        if index and lane.kind != "task" and error_of(lane) and index not in losers
    ]


def error_of(lane: Lane) -> str:
    """The exception that ended a lane, or "". SystemExit is how one ends a thread."""
    name = lane.end_reason.removeprefix(RAISED)
    return "" if name in (lane.end_reason, "SystemExit") else name


def _finding(trace: Trace, index: int) -> Finding:
    lane = trace.lanes[index]
    return Finding(
        kind="raised",
        severity="fault",
        told=phrase(
            "{worker} was ended by {error}",
            worker=lane_label(trace.lanes, index),
            error=error_of(lane),
        ),
        at_ns=lane.end_ns,
        until_ns=lane.end_ns,
        lane_index=index,
        proof=(("lived_ns", lane.end_ns - lane.start_ns),),
    )
