"""Deadlocks, with the circle by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.text.translation import Phrase
    from paraviz.trace.causality.deadlocks import Deadlock
    from paraviz.trace.model import Lane, Trace

NAMED = 6
"""Workers of a circle that are named; a circle of more ends in an ellipsis."""


def hung(material: Material) -> list[Finding]:
    """Each circle of workers that wait for each other, `trace.deadlocks`."""
    return [_finding(material, circle) for circle in material.known.circles]


def _finding(material: Material, circle: Deadlock) -> Finding:
    trace = material.trace
    lasted = circle.end_ns - circle.start_ns
    return Finding(
        kind="deadlock",
        severity="fault",
        told=phrase(
            "deadlock of {count:,} worker for {length}: {circle}",
            "deadlock of {count:,} workers for {length}: {circle}",
            count=len(circle.lanes),
            length=duration(lasted),
            circle=_circle(trace, circle) if len(circle.lanes) > 1 else _alone(material, circle),
        ),
        at_ns=circle.start_ns,
        until_ns=circle.end_ns,
        lane_index=circle.lanes[0],
        object_index=circle.objects[0],
        cost_ns=lasted * len(circle.lanes),
        proof=(("workers", len(circle.lanes)), ("lasted_ns", lasted)),
    )


def _alone(material: Material, circle: Deadlock) -> Phrase:
    """Of one that waits for what it holds: where it waits, and where it took it."""
    trace, wanted = material.trace, circle.objects[0]
    lane = trace.lanes[circle.lanes[0]]
    lock = next(each for each in material.known.locks if each.object_index == wanted)
    row = int(np.searchsorted(lock.hold_starts, circle.start_ns, "right")) - 1
    taken = _line(trace, lane, ev.LOCK_ACQUIRED, wanted, int(lock.hold_starts[row]))
    waits = _line(trace, lane, ev.LOCK_WAIT, wanted, circle.start_ns)
    words = N_("{worker} waits for itself: for `{lock}`, which it holds")
    if taken and waits:
        words = N_("{worker} waits for itself: at {line} for `{lock}`, which it took at {taken}")
    worker = lane_label(trace.lanes, circle.lanes[0])
    return phrase(words, worker=worker, lock=lock.name, line=waits, taken=taken)


def _line(trace: Trace, lane: Lane, kind: int, thing: int, at_ns: int) -> str:
    """The line of what a lane did with a lock at a moment, or ""."""
    rows = np.arange(*np.searchsorted(lane.times, (at_ns, at_ns + 1)))
    rows = rows[(lane.kinds[rows] == kind) & (lane.objects[rows] == thing)]
    return place(trace, int(lane.sites[rows[0]])) if len(rows) else ""


def _circle(trace: Trace, circle: Deadlock) -> tuple[object, ...]:
    names = [lane_label(trace.lanes, lane) for lane in circle.lanes]
    links = zip(names, circle.objects, [*names[1:], names[0]], strict=True)
    told = [
        phrase(
            "{worker} waits for `{lock}` of {holder}",
            worker=worker,
            lock=trace.objects[lock].name,
            holder=holder,
        )
        for worker, lock, holder in links
    ]
    return (*told[:NAMED], phrase("…")) if len(told) > NAMED else tuple(told)
