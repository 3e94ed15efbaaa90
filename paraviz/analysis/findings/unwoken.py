"""Objects of asyncio that were set from a thread that is not their loop's: nothing wakes the loop,
so that it goes on resting until anything else does.

It is none where the loop was at work just then, or was woken soon by something else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label
from paraviz.trace.states.of_tasks import hosts_of_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.findings.finding import Material
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Trace

LATE_NS = 50_000_000
"""Who goes on within less was woken anyway."""
_KINDS = (ev.TASK_UNWOKEN, ev.CALLBACK_UNWOKEN)
_LOOP = "event loop"


class _Unwoken(Struct, frozen=True):
    """A moment in which a loop ought to have been woken."""

    lane: int
    """Who did not wake it."""
    row: int
    """The event."""
    late_ns: int
    """How long the loop rested on."""
    is_open: bool
    """Whether to the end of the run."""


def set_from_thread(material: Material) -> list[Finding]:
    """One for each worker, line, and task or callback."""
    trace = material.trace
    alike: dict[tuple[int, ...], list[_Unwoken]] = {}
    for one in _unwoken(trace):
        lane = trace.lanes[one.lane]
        key = one.lane, *(int(each[one.row]) for each in (lane.kinds, lane.objects, lane.sites))
        alike.setdefault(key, []).append(one)
    return [_finding(trace, found) for found in alike.values()]


def _unwoken(trace: Trace) -> Iterator[_Unwoken]:
    hosts: dict[int, int] | None = None
    for index, lane in enumerate(trace.lanes):
        for row in np.flatnonzero(of_kinds(lane.kinds, _KINDS) & (lane.objects >= 0)).tolist():
            hosts = hosts_of_tasks(trace.lanes) if hosts is None else hosts
            host = _host(trace, hosts, lane, row)
            if host < 0:
                continue
            until, is_open = _rests_until(trace, trace.lanes[host], int(lane.times[row]))
            if until - int(lane.times[row]) >= LATE_NS:
                yield _Unwoken(index, row, until - int(lane.times[row]), is_open)


def _host(trace: Trace, hosts: dict[int, int], lane: Lane, row: int) -> int:
    """The thread of the loop, or -1: that of a callback is known where there is one loop only."""
    if lane.kinds[row] == ev.TASK_UNWOKEN:
        return hosts.get(int(lane.objects[row]), -1)
    known = {host for host in hosts.values() if trace.lanes[host].pid == lane.pid}
    return known.pop() if len(known) == 1 else -1


def _rests_until(trace: Trace, host: Lane, at_ns: int) -> tuple[int, bool]:
    """Until when a loop rests that does so at a moment, and whether that is not seen to end; that
    moment where it does not rest."""
    row = int(np.searchsorted(host.times, at_ns, "right")) - 1
    if row < 0 or host.kinds[row] != ev.WAIT_BEGIN or host.objects[row] < 0:
        return at_ns, False
    if trace.objects[int(host.objects[row])].kind != _LOOP:
        return at_ns, False
    if row + 1 < len(host.times):
        return int(host.times[row + 1]), False
    return host.end_ns, True


def _finding(trace: Trace, found: list[_Unwoken]) -> Finding:
    worst = max(found, key=lambda one: one.late_ns)
    at = int(trace.lanes[worst.lane].times[worst.row])
    late = sum(one.late_ns for one in found)
    return Finding(
        kind="set_from_thread",
        severity="fault",
        told=_told(trace, worst),
        at_ns=at,
        until_ns=at + worst.late_ns,
        lane_index=worst.lane,
        cost_ns=late,
        proof=(("times", len(found)), ("longest_ns", worst.late_ns), ("late_ns", late)),
    )


def _told(trace: Trace, worst: _Unwoken) -> Phrase:
    lane, row = trace.lanes[worst.lane], worst.row
    obj = int(lane.objects[row])
    values = {
        "worker": lane_label(trace.lanes, worst.lane),
        "place": place(trace, int(lane.sites[row])) or "?",
        "late": duration(worst.late_ns),
    }
    if lane.kinds[row] == ev.CALLBACK_UNWOKEN:
        name = trace.objects[obj].name
        if worst.is_open:
            return phrase(
                "{worker} called for {name} at {place} from a thread that is not its event loop's:"
                " the loop was not woken, and rests since then, for {late}",
                name=name,
                **values,
            )
        return phrase(
            "{worker} called for {name} at {place} from a thread that is not its event loop's: the"
            " loop was not woken, and rested {late} longer",
            name=name,
            **values,
        )
    values["task"] = lane_label(trace.lanes, obj)
    values["what"] = _awaited(trace, trace.lanes[obj], int(lane.times[row]))
    if worst.is_open:
        return phrase(
            "{worker} set what {task} awaits ({what}) at {place}, from a thread that is not its"
            " event loop's: the loop was not woken, and {task} does not go on since then, for"
            " {late}",
            **values,
        )
    return phrase(
        "{worker} set what {task} awaits ({what}) at {place}, from a thread that is not its event"
        " loop's: the loop was not woken, and {task} went on {late} later",
        **values,
    )


def _awaited(trace: Trace, task: Lane, at_ns: int) -> str:
    """What a task awaits at a moment."""
    before = int(np.searchsorted(task.times, at_ns, "right"))
    rows = np.flatnonzero(
        (task.kinds[:before] == ev.COROUTINE_AWAIT) & (task.objects[:before] >= 0)
    )
    return trace.objects[int(task.objects[rows[-1]])].name if len(rows) else "…"
