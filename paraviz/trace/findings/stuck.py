"""Nobody can go on: from some moment to the end of a run that was stopped nobody runs, and all wait
for each other, or for what nobody does any more.

Silent where anybody sleeps or waits for what comes from outside: input, a socket, a process that is
not observed, any system call that no event explains. So it is where a wait may end by a time limit,
as far as its line tells, and where the program's main thread or main task waits for an event: a
signal may set it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.trace.durations import duration
from paraviz.trace.findings.exhausted import exhausted
from paraviz.trace.findings.finding import Finding
from paraviz.trace.findings.hangs import explained
from paraviz.trace.findings.raised import error_of
from paraviz.trace.findings.waits import (
    Waiting,
    alive_at,
    is_for_others,
    last_look_ns,
    told_waits,
    waiting_at,
)
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.words import phrase

if TYPE_CHECKING:
    from paraviz.trace.findings.finding import Material
    from paraviz.trace.model import Trace

LASTED_NS = 500_000_000
"""Nobody runs for at least as long."""
_FUTEX = SYSCALL_CAUSE - 202
"""The cause of a wait for another thread that no event explains: of the standard library's own."""
_LOOP = "event loop"
_OF_TASKS = re.compile(
    r"(Event\.wait|Queue\.(get|put|join)|Lock\.acquire|Condition\.wait(_for)?|Semaphore\.acquire"
    r"|BoundedSemaphore\.acquire|Barrier\.wait|TaskGroup|gather|Task-\d+)$"
)
"""What an asyncio task awaits that only another task ends."""
_FOR_ALL = ("TaskGroup", "gather")
_LIMIT = re.compile(r"timeout|\b(wait|wait_for|acquire|join|get|result|poll)\([^()]*\d")
"""A line with a wait that may have a time limit."""
_LISTENS = ("Event", "Condition", "Event.wait", "Condition.wait")


def stuck(material: Material) -> list[Finding]:
    """The end of a run in which nobody runs any more, if that is not told by a circle of locks, by
    a lock that is lost or by an exhausted pool."""
    trace, at = material.trace, last_look_ns(material.trace)
    if at is None or _is_told(material, at):
        return []
    waits = []
    for index in alive_at(trace, at):
        wait = waiting_at(trace, index, at)
        if wait is None or not _is_closed(trace, wait):
            return []
        waits.append(wait)
    ended = [lane.end_ns for lane in trace.lanes if lane.end_ns <= at]
    since = max([*(wait.since_ns for wait in waits), *ended], default=at)
    named = [wait for wait in waits if is_for_others(wait) and not _is_at_hand(trace, wait)]
    if at - since < LASTED_NS or not named or _may_listen(trace, waits):
        return []
    return [_finding(trace, sorted(named, key=lambda wait: -wait.since_ns), since)]


def _is_told(material: Material, at: int) -> bool:
    if any(circle.start_ns <= at < circle.end_ns for circle in material.known.circles):
        return True
    lost = any(0 <= lock.lost_ns <= at < lock.hold_ends[-1] for lock in material.known.locks)
    ongoing = any(found.at_ns <= at < found.until_ns for found in explained(material))
    return lost or ongoing or bool(exhausted(material))


def _is_closed(trace: Trace, wait: Waiting) -> bool:
    """Whether only a worker of this run can end the wait."""
    if wait.kind < 0:
        return wait.kind == _FUTEX
    if not is_for_others(wait) or _has_limit(trace, wait):
        return False
    if wait.kind in (ev.SEND_WAIT, ev.RECEIVE_WAIT):
        return trace.objects[wait.object_index].peer >= 0
    if wait.kind == ev.COROUTINE_AWAIT:
        name = trace.objects[wait.object_index].name
        return bool(_OF_TASKS.match(name)) or name in {lane.name for lane in trace.lanes}
    return True


def _has_limit(trace: Trace, wait: Waiting) -> bool:
    path = trace.program.path
    # The program may have been called by a path from where one was.
    if wait.site < 0 or not trace.sites[wait.site].file.endswith(path.removeprefix("./")):
        return False
    lines, line = trace.program.source.splitlines(), trace.sites[wait.site].line
    return line <= len(lines) and bool(_LIMIT.search(lines[line - 1]))


def _is_at_hand(trace: Trace, wait: Waiting) -> bool:
    """Whether it only waits for work, as workers of pools and event loops do."""
    return wait.kind == ev.TASK_WAIT or (
        wait.kind == ev.WAIT_BEGIN and trace.objects[wait.object_index].kind == _LOOP
    )


def _may_listen(trace: Trace, waits: list[Waiting]) -> bool:
    """Whether a signal's handler may be what is waited for: the main thread, or a task that no
    other one waits for, waits for an event, and nobody else came to grief."""
    if any(error_of(lane) or lane.end_reason.startswith("killed") for lane in trace.lanes):
        return False
    group = any(
        wait.kind == ev.COROUTINE_AWAIT and trace.objects[wait.object_index].name in _FOR_ALL
        for wait in waits
    )
    return any(_is_for_event(trace, wait, group=group) for wait in waits)


def _is_for_event(trace: Trace, wait: Waiting, *, group: bool) -> bool:
    if wait.kind == ev.COROUTINE_AWAIT:
        return not group and trace.objects[wait.object_index].name in _LISTENS
    is_main = trace.lanes[wait.lane_index].kind == "process"
    if wait.kind != ev.WAIT_BEGIN or not is_main:
        return False
    return trace.objects[wait.object_index].kind in _LISTENS


def _finding(trace: Trace, waits: list[Waiting], since: int) -> Finding:
    last = waits[0]
    until = trace.lanes[0].end_ns
    return Finding(
        kind="stuck",
        severity="fault",
        told=phrase(
            "nobody has run since {time}, for {length}: {waits}",
            time=duration(since),
            length=duration(until - since),
            waits=told_waits(trace, waits),
        ),
        at_ns=since,
        until_ns=until,
        lane_index=last.lane_index,
        object_index=last.object_index if last.kind in (ev.LOCK_WAIT, ev.PUT_WAIT) else -1,
        cost_ns=(until - since) * len(waits),
        proof=(("workers", len(waits)), ("lasted_ns", until - since)),
    )
