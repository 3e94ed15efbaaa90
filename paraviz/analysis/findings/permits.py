"""Permits of semaphores that are lost: who had them ended, by an exception most often, and did not
give them back, and others wait for one in vain.

Anybody may give a permit back, and a semaphore may be a signal, of which one takes what another one
gives. So it has to be seen that this one is none: all that was ever given back had been taken by
the same worker; nobody that is alive has one; and those who wait do so to the end of a run that was
stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.raised import error_of
from paraviz.analysis.findings.waits import alive_at, last_look_ns, waiting_at
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.waits import Waiting
    from paraviz.trace.model import Trace

LASTED_NS = 500_000_000
"""Others wait for at least as long."""
NAMED = 4
"""Workers that are named."""


def permits_lost(material: Material) -> list[Finding]:
    """Each semaphore with lost permits for which others wait in vain."""
    trace, at = material.trace, last_look_ns(material.trace)
    if at is None:
        return []
    waits: dict[int, list[Waiting]] = {}
    for index in alive_at(trace, at):
        wait = waiting_at(trace, index, at)
        if wait is not None and wait.kind == ev.LOCK_WAIT and _is_semaphore(trace, wait):
            waits.setdefault(wait.object_index, []).append(wait)
    found = []
    for thing, vain in waits.items():
        keepers = _keepers(trace, thing, at)
        if keepers and at - max(wait.since_ns for wait in vain) >= LASTED_NS:
            found.append(_finding(trace, thing, keepers, vain, at))
    return found


def _is_semaphore(trace: Trace, wait: Waiting) -> bool:
    thing = wait.object_index
    return thing >= 0 and trace.objects[thing].kind.endswith("Semaphore")


def _keepers(trace: Trace, thing: int, at: int) -> dict[int, int]:
    """How many permits each worker that has ended kept; {} where that is not certain."""
    keepers: dict[int, int] = {}
    for index, lane in enumerate(trace.lanes):
        about = lane.objects == thing
        steps = (about & (lane.kinds == ev.LOCK_ACQUIRED)).astype(np.int8)
        steps -= about & (lane.kinds == ev.LOCK_RELEASED)
        held = np.cumsum(steps, dtype=np.int64)
        if not len(held):
            continue
        is_over = lane.end_ns <= at
        if held.min() < 0 or lane.dropped or (held[-1] > 0 and not is_over):
            return {}
        if held[-1] > 0:
            keepers[index] = int(held[-1])
    return keepers


def _finding(
    trace: Trace, thing: int, keepers: dict[int, int], vain: list[Waiting], at: int
) -> Finding:
    last = max(keepers, key=lambda lane: trace.lanes[lane].end_ns)
    since = max(trace.lanes[last].end_ns, min(wait.since_ns for wait in vain))
    until = max(trace.lanes[wait.lane_index].end_ns for wait in vain)
    cost = sum(until - max(wait.since_ns, trace.lanes[last].end_ns) for wait in vain)
    told = tuple(_keeper(trace, lane) for lane in keepers)
    return Finding(
        kind="lock_lost",
        severity="fault",
        told=phrase(
            "{count:,} permit of `{lock}` was not given back: {keepers}; {waiters:,} wait for one"
            " in vain, {cost} together",
            "{count:,} permits of `{lock}` were not given back: {keepers}; {waiters:,} wait for one"
            " in vain, {cost} together",
            count=sum(keepers.values()),
            lock=trace.objects[thing].name,
            keepers=(*told[:NAMED], phrase("…")) if len(told) > NAMED else told,
            waiters=len(vain),
            cost=duration(cost),
        ),
        at_ns=since,
        until_ns=until,
        lane_index=vain[0].lane_index,
        object_index=thing,
        cost_ns=cost,
        proof=(
            ("permits", sum(keepers.values())),
            ("workers", len(vain)),
            ("lasted_ns", at - since),
        ),
    )


def _keeper(trace: Trace, index: int) -> object:
    error = error_of(trace.lanes[index])
    worker = lane_label(trace.lanes, index)
    if error:
        return phrase("{worker} was ended by {error} with it", worker=worker, error=error)
    return phrase("{worker} ended with it", worker=worker)
