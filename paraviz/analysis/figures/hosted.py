"""What lets a task of asyncio go on, as what lets the thread go on that it runs in.

A thread does what its tasks do. What a task waits for within a step the thread waits for as well;
what it awaits, only as long as the thread has nothing else to do and waits in its event loop.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.figures.numbered import numbered
from paraviz.analysis.figures.waits import JumpColumns, waits_of
from paraviz.distinct import distinct
from paraviz.trace.causality.event_loops import LOOP
from paraviz.trace.histories.lock_signals import threads_of
from paraviz.trace.kinds import lanes_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Times, Trace

SLACK_NS = 2_000_000
"""How much later than it wakes the loop whoever does so may be stamped."""
_JOBS = ("to_thread", "run_in_executor")
_OF_STEPS = (ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END)
_IS_OF_STEPS = np.zeros(256, bool)
_IS_OF_STEPS[list(_OF_STEPS)] = True


def in_threads(trace: Trace, jumps: JumpColumns) -> JumpColumns:
    """The same jumps between threads, without those that no thread waited for."""
    threads = threads_of(trace.lanes)
    lanes, origins, at = threads[jumps.lanes], threads[jumps.origins], jumps.at.copy()
    good = lanes != origins
    for task in distinct(jumps.lanes[lanes != jumps.lanes]).tolist():
        rows = np.flatnonzero((jumps.lanes == task) & good)
        rows = rows[~_in_steps(trace.lanes[task], at[rows])]
        met, until = _in_loop(trace, trace.lanes[int(threads[task])], at[rows])
        good[rows] = met
        at[rows] = np.minimum(at[rows], until)
    return JumpColumns(at[good], lanes[good], origins[good])


def awaited_jobs(trace: Trace) -> JumpColumns:
    """From a task that awaited what it had handed in to an executor to who made that. The result is
    there before its maker says that it is done."""
    begins = numbered(trace.lanes, ev.TASK_BEGIN)
    ends = numbered(trace.lanes, ev.TASK_END)
    jobs = np.array([thing.name in _JOBS for thing in trace.objects], bool)
    found = []
    for index, lane in lanes_with(trace.lanes, (ev.TASK_SUBMIT,)):
        kinds = lane.kinds
        awaits = np.flatnonzero((kinds[:-1] == ev.COROUTINE_AWAIT) & (lane.objects[:-1] >= 0))
        awaits = awaits[jobs[lane.objects[awaits]] & (kinds[awaits + 1] == ev.COROUTINE_READY)]
        submits = np.flatnonzero(kinds == ev.TASK_SUBMIT)
        last = np.searchsorted(submits, awaits) - 1
        awaits, last = awaits[last >= 0], last[last >= 0]
        if len(awaits):
            ready, numbers = lane.times[awaits + 1], lane.values[submits[last]]
            row, end = begins.last(numbers, ready), ends.last(numbers, ready)
            at = np.where(end >= 0, ends.rows(end).at, ready)
            maker, known = begins.rows(row).lanes, row >= 0
            whose = np.full(len(ready), index, np.int32)
            found.append(JumpColumns(at[known], whose[known], maker[known]))
    none = np.empty(0, np.int32)
    found.append(JumpColumns(np.empty(0, np.int64), none, none))
    return JumpColumns(
        np.concatenate([part.at for part in found]),
        np.concatenate([part.lanes for part in found]),
        np.concatenate([part.origins for part in found]),
    )


def _in_steps(task: Lane, at: Times) -> NDArray[np.bool_]:
    """bool[n]: whether a task was in a step at each moment."""
    rows = np.flatnonzero(_IS_OF_STEPS[task.kinds])
    if not len(rows):
        return np.zeros(len(at), bool)
    last = np.searchsorted(task.times[rows], at, "right") - 1
    return np.asarray((last >= 0) & (task.kinds[rows[last]] == ev.COROUTINE_RUN), bool)


def _in_loop(trace: Trace, thread: Lane, at: Times) -> tuple[NDArray[np.bool_], Times]:
    """bool[n]: whether a thread waited in its event loop at each moment; and int64[n]: until when
    it did."""
    begins, ends, objects = waits_of(thread, ev.WAIT_BEGIN, ev.WAIT_END)
    loops = np.array([thing.kind == LOOP for thing in trace.objects], bool)
    begins, ends = begins[loops[objects]], ends[loops[objects]]
    if not len(begins):
        return np.zeros(len(at), bool), at
    last = np.searchsorted(begins, at, "right") - 1
    until = ends[last]
    return np.asarray((last >= 0) & (at <= until + SLACK_NS), bool), until
