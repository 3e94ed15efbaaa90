"""Threads, the event loops in them and the tasks that those run: who of them waits for whom.

A thread in which a loop runs does what the task does that is in a step. In between it waits in the
loop until the task is done that the loop was begun for; where it runs for ever, until some task
goes on. A task that awaits another one, a lock or what a thread does for it waits for those; a
thread that has asked the loop for something waits for the task that does it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.trace.causality.handoffs import CHILDREN, IN_THREADS
from paraviz.trace.causality.wait_step import Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.trace.model import Lane, Trace

LOOP = "event loop"
"""The kind of what a thread waits for in its event loop, as the probe of asyncio has it."""
_OF_STEPS = np.zeros(256, bool)
_OF_STEPS[[ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END]] = True
_BEFORE_AWAIT = (ev.AWAITS_TASK, ev.AWAITS_LOCK, ev.WAIT_LIMIT)
_ANY_OF = frozenset({"wait", "as_completed", "wait_for", "shield"})
"""What a task awaits that may be over before the tasks are that it made for it."""


def in_step_of(trace: Trace, thread: int, at_ns: int) -> int:
    """The task that a thread is in a step of at a moment, or -1."""
    lanes = trace.lanes
    if lanes[thread].kind == "task":
        return -1
    return next((task for task in _near(lanes, thread, at_ns) if _in_step(lanes[task], at_ns)), -1)


def thread_of(trace: Trace, task: int) -> int:
    """The thread that a task runs in, or -1. The number of one that ended may be another's."""
    own = trace.lanes[task]
    threads = [
        (lane.start_ns, index)
        for index, lane in enumerate(trace.lanes)
        if lane.kind != "task"
        and (lane.pid, lane.tid) == (own.pid, own.tid)
        and lane.start_ns <= own.start_ns
    ]
    return max(threads)[1] if threads else -1


def turn(trace: Trace, task: int, at_ns: int) -> Step | None:
    """Whom a task that is ready waits for: the task that is in a step, or the thread, which is not
    done with something else."""
    thread = thread_of(trace, task)
    if thread < 0:
        return None
    running = in_step_of(trace, thread, at_ns)
    if running == task or (running < 0 and _rests(trace, thread, at_ns)):
        return None
    return Step(running if running >= 0 else thread, "turn")


def loop_of(trace: Trace, thread: int, at_ns: int) -> Step | None:
    """Whom a thread waits for that has nothing to do in its event loop: the task that the loop runs
    for, or else the only one, or the one that is the first to go on."""
    lanes = trace.lanes
    near = list(_near(lanes, thread, at_ns))
    mains = [task for task in near if (lanes[task].kinds == ev.MAIN_TASK).any()]
    if mains:
        return Step(max(mains, key=lambda task: lanes[task].start_ns), "join")
    if len(near) == 1:
        return Step(near[0], "one")
    later = [(at, task) for task in near if (at := _next_step_ns(lanes[task], at_ns)) >= 0]
    return Step(min(later)[1], "next", min(later)[0]) if later else None


def result_of(trace: Trace, waiter: int, row: int, at_ns: int) -> Step | None:
    """Whom a worker waits for that asked an event loop for a result; `row`: its event that begins
    the wait."""
    lane = trace.lanes[waiter]
    if row > 0 and lane.kinds[row - 1] == ev.FOR_OWN_LOOP:
        thread = thread_of(trace, waiter) if lane.kind == "task" else -1
        return Step(thread, "loop") if thread >= 0 else None
    number = int(lane.values[row])
    if number <= 0:
        return None
    for maker in trace.lanes:
        made = np.flatnonzero((maker.kinds == ev.COROUTINE_FOR) & (maker.values == number))
        for task in maker.objects[made].tolist():
            if task >= 0 and trace.lanes[task].start_ns <= at_ns < trace.lanes[task].end_ns:
                return Step(task, "join")
    return None


def awaited(trace: Trace, task: int, row: int, at_ns: int, ends: Step | None) -> Step | None:
    """Whom a task waits for that awaits something; `row`: its event that says so. `ends`: whoever
    is seen to make it ready."""
    lane = trace.lanes[task]
    told = row
    while told > 0 and lane.kinds[told - 1] in _BEFORE_AWAIT:
        told -= 1
    kinds, objects = lane.kinds[told:row], lane.objects[told:row]
    for lock in objects[kinds == ev.AWAITS_LOCK].tolist():
        holder = holder_of_lock(trace, lock, at_ns)
        return Step(holder, "lock") if holder >= 0 else ends
    obj = int(lane.objects[row])
    name = trace.objects[obj].name if obj >= 0 else ""
    others = objects[kinds == ev.AWAITS_TASK].tolist()
    if not others and name in CHILDREN | _ANY_OF:
        others = lane.objects[:row][lane.kinds[:row] == ev.COROUTINE_CREATE].tolist()
    living = [other for other in others if other >= 0 and _lives(trace.lanes[other], at_ns)]
    if living:
        last = max(living, key=lambda other: (trace.lanes[other].end_ns, -other))
        is_sure = name not in _ANY_OF or len(others) == 1
        return Step(last, "join" if is_sure else "one")
    if name in IN_THREADS:
        submits = np.flatnonzero(lane.kinds[:row] == ev.TASK_SUBMIT)
        number = int(lane.values[submits[-1]]) if len(submits) else 0
        if number and (found := at_number(trace, number, at_ns)):
            return found
    return ends


def holder_of_lock(trace: Trace, lock: int, at_ns: int) -> int:
    """The lane that has a lock of asyncio at a moment, or -1."""
    return holding_since(trace, lock, at_ns)[0]


def holding_since(trace: Trace, lock: int, at_ns: int) -> tuple[int, int]:
    """Who has a lock of asyncio at a moment, and since when; (-1, -1) for nobody."""
    latest, holder = -1, -1
    let_go = -1
    for index, lane in enumerate(trace.lanes):
        until = int(np.searchsorted(lane.times, at_ns, "right"))
        about = lane.objects[:until] == lock
        got = np.flatnonzero(about & (lane.kinds[:until] == ev.TASK_GOT_LOCK))
        let = np.flatnonzero(about & (lane.kinds[:until] == ev.TASK_LET_LOCK))
        if len(got) and lane.times[got[-1]] > latest:
            latest, holder = int(lane.times[got[-1]]), index
        if len(let):
            let_go = max(let_go, int(lane.times[let[-1]]))
    return (holder, latest) if holder >= 0 and let_go < latest else (-1, -1)


def _rests(trace: Trace, thread: int, at_ns: int) -> bool:
    """Whether a thread is in its event loop, about to see that there is something to do."""
    lane = trace.lanes[thread]
    row = int(np.searchsorted(lane.times, at_ns, "right")) - 1
    obj = int(lane.objects[row]) if row >= 0 and lane.kinds[row] == ev.WAIT_BEGIN else -1
    return obj >= 0 and trace.objects[obj].kind == LOOP


def _near(lanes: Sequence[Lane], thread: int, at_ns: int) -> Iterator[int]:
    """The tasks of a thread that live at a moment."""
    own = lanes[thread].pid, lanes[thread].tid
    for index, lane in enumerate(lanes):
        if lane.kind == "task" and (lane.pid, lane.tid) == own and _lives(lane, at_ns):
            yield index


def _lives(lane: Lane, at_ns: int) -> bool:
    return lane.start_ns <= at_ns < lane.end_ns


def _in_step(task: Lane, at_ns: int) -> bool:
    """Whether a task is in a step; of one that is in none its last event says so."""
    row = int(np.searchsorted(task.times, at_ns, "right")) - 1
    while row >= 0 and not _OF_STEPS[task.kinds[row]]:
        row -= 1
    return row >= 0 and bool(task.kinds[row] == ev.COROUTINE_RUN)


def _next_step_ns(task: Lane, at_ns: int) -> int:
    """When a task begins its next step, or -1."""
    first = int(np.searchsorted(task.times, at_ns, "right"))
    rows = np.flatnonzero(task.kinds[first:] == ev.COROUTINE_RUN)
    return int(task.times[first + rows[0]]) if len(rows) else -1


def at_number(trace: Trace, number: int, at_ns: int) -> Step | None:
    """Who is at the task of an executor that has a number, or begins it later."""
    if number <= 0:
        return None
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.values == number) & (lane.kinds == ev.TASK_BEGIN))
        if len(rows):
            begun = int(lane.times[rows[0]])
            if begun > at_ns:
                return Step(index, "begins", begun)
            ends = (lane.values == number) & (lane.kinds == ev.TASK_END) & (lane.times <= at_ns)
            # Between the end of the task and its waiter's going on it is nobody's any more.
            return None if ends.any() or not _lives(lane, at_ns) else Step(index, "task")
    return None
