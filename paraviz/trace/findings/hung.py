"""Deadlocks, with the circle by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.trace.durations import duration
from paraviz.trace.findings.finding import Finding
from paraviz.trace.model import lane_label
from paraviz.words import phrase

if TYPE_CHECKING:
    from paraviz.trace.deadlocks import Deadlock
    from paraviz.trace.findings.finding import Material
    from paraviz.trace.model import Trace

NAMED = 6
"""Workers of a circle that are named; a circle of more ends in an ellipsis."""


def hung(material: Material) -> list[Finding]:
    """Each circle of workers that wait for each other, `trace.deadlocks`."""
    return [_finding(material.trace, circle) for circle in material.known.circles]


def _finding(trace: Trace, circle: Deadlock) -> Finding:
    lasted = circle.end_ns - circle.start_ns
    return Finding(
        kind="deadlock",
        severity="fault",
        told=phrase(
            "deadlock of {count:,} worker for {length}: {circle}",
            "deadlock of {count:,} workers for {length}: {circle}",
            count=len(circle.lanes),
            length=duration(lasted),
            circle=_circle(trace, circle),
        ),
        at_ns=circle.start_ns,
        until_ns=circle.end_ns,
        lane_index=circle.lanes[0],
        object_index=circle.objects[0],
        cost_ns=lasted * len(circle.lanes),
        proof=(("workers", len(circle.lanes)), ("lasted_ns", lasted)),
    )


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
