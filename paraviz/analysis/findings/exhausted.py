"""Pools exhausted by their own tasks: every worker is in a task that waits for another task of the
same pool, which can begin only when one of them is done.

Whose task is waited for is not in the events. It is proven where nobody else is at a task: one that
was handed to workers that have nothing to do would have begun.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.waits import (
    NO_LIMIT,
    alive_at,
    last_look_ns,
    open_task,
    told_waits,
    waiting_at,
)
from paraviz.text.durations import duration
from paraviz.text.translation import phrase

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Trace

LASTED_NS = 200_000_000
"""A wait that is not seen to end lasts at least as long."""
_ANY_FUTURE = "a task"
"""What is waited for where it is no task of a pool, as `observe.probes.work.results` has it."""
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


def exhausted(material: Material) -> list[Finding]:
    """Each pool of threads whose workers all wait for its own tasks, in a run that was stopped."""
    trace, at = material.trace, last_look_ns(material.trace)
    if at is None:
        return []
    crews: dict[tuple[int, str], list[int]] = {}
    alive = alive_at(trace, at)
    for place, index in enumerate(alive):
        material.pace(place / len(alive))
        lane = trace.lanes[index]
        if lane.kind == "thread" and (lane.kinds == ev.TASK_BEGIN).any():
            crews.setdefault((lane.pid, _LAST_NUMBER.sub("#", lane.name)), []).append(index)
    stuck = {key: _stuck(trace, crew, at) for key, crew in crews.items()}
    hung = {one.lane_index for crew in stuck.values() for one in crew}
    at_work = {index for index in alive if open_task(trace.lanes[index]) >= 0}
    if at_work - hung:
        return []
    return [_finding(trace, crew, at) for crew in stuck.values() if crew]


def _stuck(trace: Trace, crew: list[int], at: int) -> list[Waiting]:
    """The waits of a pool's workers, or none where one of them does not wait for a task."""
    found = []
    for index in crew:
        wait = waiting_at(trace, index, at)
        if wait is None or wait.kind != ev.RESULT_WAIT or wait.object_index < 0:
            return []
        if open_task(trace.lanes[index]) < 0 or at - wait.since_ns < LASTED_NS:
            return []
        if wait.limit_ns != NO_LIMIT:
            return []
        if trace.objects[wait.object_index].name == _ANY_FUTURE:
            return []
        found.append(wait)
    return found


def _finding(trace: Trace, crew: list[Waiting], at: int) -> Finding:
    last = max(crew, key=lambda each: each.since_ns)
    until = trace.lanes[last.lane_index].end_ns
    return Finding(
        kind="exhausted_pool",
        severity="fault",
        told=phrase(
            "pool exhausted by its own tasks for {length}: its {count:,} worker waits for tasks of"
            " the same pool, which cannot begin: {waits}",
            "pool exhausted by its own tasks for {length}: its {count:,} workers wait for tasks of"
            " the same pool, which cannot begin: {waits}",
            count=len(crew),
            length=duration(until - last.since_ns),
            waits=told_waits(trace, crew),
        ),
        at_ns=last.since_ns,
        until_ns=until,
        lane_index=last.lane_index,
        cost_ns=sum(at - each.since_ns for each in crew),
        proof=(("workers", len(crew)), ("lasted_ns", until - last.since_ns)),
    )
