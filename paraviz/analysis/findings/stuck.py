"""Nobody can go on: from some moment to the end of a run that was ended from outside nobody runs,
and all wait for each other, or for what nobody does any more.

Where anybody sleeps, has a time limit, or waits for what comes from outside (input, a socket, a
process that is not observed, any system call that no event explains) it is told of those alone who
wait in vain for certain (`vain`), and of threads that keep their process from ending (`outliving`).
Silent where the program's main thread or main task waits for an event: a signal may set it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.findings.exhausted import exhausted
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.hangs import explained
from paraviz.analysis.findings.outliving import outliving
from paraviz.analysis.findings.raised import error_of
from paraviz.analysis.findings.reasons import reasons
from paraviz.analysis.findings.vain import in_vain
from paraviz.analysis.findings.waits import (
    NO_LIMIT,
    Waiting,
    alive_at,
    is_for_others,
    last_look_ns,
    tells_limits,
    told_waits,
    waiting_at,
)
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.model import SYSCALL_CAUSE

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
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
_LISTENS = ("Event", "Condition", "Event.wait", "Condition.wait")


def stuck(material: Material) -> list[Finding]:
    """The end of a run in which nobody runs any more, or some wait in vain while others go on, if
    that is not told by a circle of locks, by a lock that is lost or by an exhausted pool; and the
    threads that keep a process from ending."""
    trace, at = material.trace, last_look_ns(material.trace)
    if at is None or not tells_limits(trace) or _is_told(material, at):
        return []
    waits, others = [], []
    for index in alive_at(trace, at):
        wait = waiting_at(trace, index, at)
        if wait is None or not _is_closed(trace, wait):
            others.append(index)
        else:
            waits.append(wait)
    if not others:
        return _of_all(trace, waits, at)
    return outliving(trace, at, LASTED_NS) or _of_some(trace, waits, others, at)


def _of_all(trace: Trace, waits: list[Waiting], at: int) -> list[Finding]:
    ended = [lane.end_ns for lane in trace.lanes if lane.end_ns <= at]
    since = max([*(wait.since_ns for wait in waits), *ended], default=at)
    named = _named(trace, waits)
    if at - since < LASTED_NS or not named or _may_listen(trace, waits):
        return []
    words = N_("nobody has run since {time}, for {length}: {waits}")
    return [_finding(trace, named, since, words)]


def _of_some(trace: Trace, waits: list[Waiting], others: list[int], at: int) -> list[Finding]:
    named = _named(trace, in_vain(trace, waits, others, at, LASTED_NS))
    if not named or _may_listen(trace, named):
        return []
    words = N_(
        "in vain since {time}, for {length}: {waits}; nobody is left who could end that, though"
        " others go on"
    )
    return [_finding(trace, named, named[0].since_ns, words)]


def _named(trace: Trace, waits: list[Waiting]) -> list[Waiting]:
    """Those that are worth naming, the last one to begin first."""
    named = [wait for wait in waits if is_for_others(wait) and not _is_at_hand(trace, wait)]
    return sorted(named, key=lambda wait: -wait.since_ns)


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
    if not is_for_others(wait) or wait.limit_ns != NO_LIMIT:
        return False
    if wait.kind in (ev.SEND_WAIT, ev.RECEIVE_WAIT):
        return trace.objects[wait.object_index].peer >= 0
    if wait.kind == ev.COROUTINE_AWAIT:
        name = trace.objects[wait.object_index].name
        return bool(_OF_TASKS.match(name)) or name in {lane.name for lane in trace.lanes}
    return True


def _is_at_hand(trace: Trace, wait: Waiting) -> bool:
    """Whether it only waits for work, as workers of pools and event loops do."""
    return wait.kind == ev.TASK_WAIT or (
        wait.kind == ev.WAIT_BEGIN and trace.objects[wait.object_index].kind == _LOOP
    )


def _may_listen(trace: Trace, waits: list[Waiting]) -> bool:
    """Whether a signal's handler may be what is waited for: the main thread, or a task that no
    other one waits for, waits for an event, and nobody else came to grief."""
    own = trace.end_reason
    if any(
        error_of(lane) or lane.end_reason.startswith("killed")
        for lane in trace.lanes
        if lane.end_reason != own
    ):
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


def _finding(trace: Trace, waits: list[Waiting], since: int, words: str) -> Finding:
    last = waits[0]
    until = trace.lanes[0].end_ns
    told = phrase(
        words,
        time=duration(since),
        length=duration(until - since),
        waits=told_waits(trace, waits),
    )
    why = reasons(trace, waits)
    return Finding(
        kind="stuck",
        severity="fault",
        told=phrase("{told}; {why}", told=told, why=why) if why else told,
        at_ns=since,
        until_ns=until,
        lane_index=last.lane_index,
        object_index=last.object_index if last.kind in (ev.LOCK_WAIT, ev.PUT_WAIT) else -1,
        cost_ns=(until - since) * len(waits),
        proof=(("workers", len(waits)), ("lasted_ns", until - since)),
    )
