"""Who let a task of asyncio go on, and who made the result of a pool or an executor that somebody
waited for, as far as the trace proves it.

A task of asyncio is ready from the moment some step of its thread says so: that of the task that
set its future, released its lock, put its item. What a gather or a TaskGroup waits for ends with
the last of the tasks that the waiter made.

A result belongs to a task by its name. It is there as soon as that task has ended, so that of
several of that name it is the last to have ended, if no other worker ended one at nearly the same
time. A result in parts, `work × 8`, needs all of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.causality.wakeups import EdgeColumns, events_of
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import Refs, Times
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Trace

NEAR_NS = 2_000_000
"""What a result may take from its task to who waits for it: tasks that ended closer together than
that cannot be told apart."""

_OF_STEPS = (ev.COROUTINE_RUN, ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END)
_ALL_PARTS = "all tasks"
_ANY = frozenset({"a task", "any task"})
CHILDREN = frozenset({"gather", "TaskGroup"})
"""What a task awaits that is over when all the tasks are that it made for it."""
IN_THREADS = frozenset({"to_thread", "run_in_executor"})
"""What a task awaits that a thread of an executor does."""
_SOME = "(…)"
"""How the name of a result ends that one task of several makes."""


def results(trace: Trace) -> EdgeColumns:
    """From the end of a task to that of the wait for its result."""
    ends = _task_ends(trace)
    found = []
    for lane, began, ended, wanted in _result_waits(trace.lanes):
        row = _maker(ends, began, ended, trace.objects[wanted].name)
        if row >= 0:
            found.append((ends.lanes[row], ends.times[row], lane, ended, wanted))
    return _columns(np.array(found, np.int64).reshape(-1, 5))


def runs_result(trace: Trace, name: str, at_ns: int) -> int:
    """The only lane that is in a task of this name at a moment, or -1."""
    asked = [row for row, thing in enumerate(trace.objects) if thing.name == name]
    running = []
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.kinds == ev.TASK_BEGIN) | (lane.kinds == ev.TASK_END))
        row = int(np.searchsorted(lane.times[rows], at_ns, "right")) - 1
        if row >= 0 and lane.start_ns <= at_ns < lane.end_ns:
            event = rows[row]
            if lane.kinds[event] == ev.TASK_BEGIN and int(lane.objects[event]) in asked:
                running.append(index)
    return running[0] if len(running) == 1 else -1


def steps(trace: Trace) -> EdgeColumns:
    """From what a task of asyncio did in a step, or from its end, to when another is ready."""
    found, children, ends = [], _children(trace.lanes), _task_ends(trace)
    for lanes in _threads(trace.lanes).values():
        ran = _Steps(trace, lanes, children, ends)
        for index in lanes:
            found.append(ran.edges_to(index))
    return _columns(np.concatenate(found) if found else np.empty((0, 5), np.int64))


def _columns(table: NDArray[np.int64]) -> EdgeColumns:
    sources, left, targets, reached, objects = table.T
    sources, targets, objects = (refs.astype(np.int32) for refs in (sources, targets, objects))
    return EdgeColumns(sources, left, targets, reached, objects)


def _result_waits(lanes: Sequence[Lane]) -> list[tuple[int, int, int, int]]:
    """Lane, begin, end and object of each wait for a result that was met."""
    found = []
    for index, lane in enumerate(lanes):
        rows = np.flatnonzero((lane.kinds == ev.RESULT_WAIT) | (lane.kinds == ev.RESULT))
        kinds, objects = lane.kinds[rows], lane.objects[rows]
        met = (kinds[:-1] == ev.RESULT_WAIT) & (kinds[1:] == ev.RESULT)
        met &= (objects[:-1] == objects[1:]) & (objects[1:] >= 0)
        begins, ends = lane.times[rows[:-1][met]], lane.times[rows[1:][met]]
        about = objects[1:][met]
        columns = begins.tolist(), ends.tolist(), about.tolist()
        found += [(index, *wait) for wait in zip(*columns, strict=True)]
    return found


def _task_ends(trace: Trace) -> _TaskEnds:
    ends = events_of(trace.lanes, (ev.TASK_END,))
    ends = ends.at(np.argsort(ends.times, kind="stable"))
    names = [trace.objects[row].name for row in ends.objects.tolist()]
    return _TaskEnds(ends.times.tolist(), ends.lanes.tolist(), names)


def _maker(ends: _TaskEnds, began_ns: int, ended_ns: int, wanted: str) -> int:
    """The row of the task's end, within a wait, that made the result `wanted`, or -1."""
    times, lanes, latest = ends.times, ends.lanes, -1
    needs_all = MANY in wanted or wanted == _ALL_PARTS
    for row in range(bisect_right(times, ended_ns) - 1, -1, -1):
        if times[row] < began_ns:
            break
        if not _may_make(ends.names[row], wanted):
            continue
        if latest < 0:
            latest = row
            if needs_all:
                break
        if wanted not in _ANY and times[latest] - times[row] >= NEAR_NS:
            break
        if lanes[row] != lanes[latest]:
            return -1
    return latest


def _may_make(task: str, wanted: str) -> bool:
    """Whether the task's name allows that it made this result, or a part of it."""
    if task == wanted or wanted in _ANY or wanted == _ALL_PARTS:
        return True
    if MANY in wanted or wanted.endswith(_SOME):
        return _function(task) == _function(wanted)
    return False


def _function(name: str) -> str:
    return name.partition(MANY)[0].partition("(")[0]


def _threads(lanes: Sequence[Lane]) -> dict[tuple[int, int], list[int]]:
    """The tasks of each thread."""
    found: dict[tuple[int, int], list[int]] = {}
    for index, lane in enumerate(lanes):
        if lane.kind == "task":
            found.setdefault((lane.pid, lane.tid), []).append(index)
    return found


class _TaskEnds(NamedTuple):
    """The ends of all tasks of pools and executors, by time."""

    times: list[int]
    lanes: list[int]
    names: list[str]


class _Changes(NamedTuple):
    """What changed in a task's life, as columns of n rows."""

    times: Times
    kinds: NDArray[np.uint8]
    objects: Refs
    sites: Refs


class _Steps:
    """The steps of the tasks of one thread, and their ends."""

    def __init__(
        self,
        trace: Trace,
        lanes: Sequence[int],
        children: dict[int, list[int]],
        ends: _TaskEnds,
    ) -> None:
        self._children, self._results = children, ends
        self._names = [thing.name for thing in trace.objects]
        self._of = {index: _changes(trace.lanes[index]) for index in lanes}
        begins, until, whose, over = [], [], [], []
        for index, its in self._of.items():
            rows = np.flatnonzero(its.kinds[:-1] == ev.COROUTINE_RUN)
            begins.append(its.times[rows])
            until.append(its.times[rows + 1])
            whose.append(np.full(len(rows), index))
            ended = its.times[its.kinds == ev.COROUTINE_END].tolist()
            over += [(end, index) for end in ended]
        order = np.argsort(np.concatenate(begins), kind="stable")
        columns = begins, until, whose
        self._begins, self._until, self._whose = (np.concatenate(c)[order] for c in columns)
        self._ends = sorted(over)
        self._lives: dict[int, tuple[frozenset[int], list[int], list[int]]] = {}

    def edges_to(self, lane: int) -> NDArray[np.int64]:
        """int64[n, 5]: what let a task go on, each time that it had awaited something."""
        its = self._of[lane]
        awaited = (its.kinds[:-1] == ev.COROUTINE_AWAIT) & (its.kinds[1:] == ev.COROUTINE_READY)
        rows = np.flatnonzero(awaited)
        by_a_task = its.sites[rows + 1] >= 0
        others = [self._from_outside(lane, its, row) for row in rows[~by_a_task].tolist()]
        told = np.array([edge for edge in others if edge[0] not in (-1, lane)], np.int64)
        return np.concatenate((self._in_steps(lane, its, rows[by_a_task]), told.reshape(-1, 5)))

    def _in_steps(self, lane: int, its: _Changes, rows: NDArray[np.intp]) -> NDArray[np.int64]:
        """From the task in whose step it became ready."""
        at = its.times[rows + 1]
        if not len(self._begins):
            return np.empty((0, 5), np.int64)
        step = np.searchsorted(self._begins, at, "right") - 1
        good = (step >= 0) & (at <= self._until[step]) & (self._whose[step] != lane)
        rows, at, step = rows[good], at[good], step[good]
        columns = self._whose[step], at, np.full(len(at), lane), at, its.objects[rows]
        return np.stack(columns, axis=1).astype(np.int64)

    def _from_outside(self, lane: int, its: _Changes, row: int) -> tuple[int, int, int, int, int]:
        """From the end of another task; the first is -1 where it is not known which."""
        since, at, obj = int(its.times[row]), int(its.times[row + 1]), int(its.objects[row])
        name = self._names[obj] if obj >= 0 else ""
        other, when = -1, 0
        if name in CHILDREN:
            other, when = self._last_child(lane, since, at)
        elif name in IN_THREADS:
            other, when = self._only_result(since, at)
        return other, when, lane, at, obj

    def _only_result(self, since_ns: int, at_ns: int) -> tuple[int, int]:
        """Who alone ended tasks of an executor in a stretch, and when the last; else (-1, 0)."""
        first = bisect_left(self._results.times, since_ns)
        last = bisect_right(self._results.times, at_ns)
        lanes = set(self._results.lanes[first:last])
        return (lanes.pop(), self._results.times[last - 1]) if len(lanes) == 1 else (-1, 0)

    def _last_child(self, maker: int, since_ns: int, at_ns: int) -> tuple[int, int]:
        """Who of those that a task made ended last before a moment, and when; (-1, 0) if another's
        ended after it, or one of them lives on."""
        row = bisect_right(self._ends, at_ns, key=_first) - 1
        if row < 0 or self._ends[row][0] < since_ns:
            return -1, 0
        ended_ns, child = self._ends[row]
        if maker not in self._lives:
            self._lives[maker] = self._lives_of(self._children.get(maker, []))
        children, begins, ends = self._lives[maker]
        # Some lives on where more have begun than have ended.
        if child not in children or bisect_right(begins, at_ns) > bisect_right(ends, at_ns):
            return -1, 0
        return child, ended_ns

    def _lives_of(self, lanes: list[int]) -> tuple[frozenset[int], list[int], list[int]]:
        """Which lanes they are, when they began and when they ended, each in order."""
        begins, ends = [], []
        for lane in dict.fromkeys(lanes):
            its = self._of.get(lane)
            if its is not None and len(its.times):
                begins.append(int(its.times[0]))
                ends += its.times[its.kinds == ev.COROUTINE_END][:1].tolist()
        return frozenset(lanes), sorted(begins), sorted(ends)


def _first(row: tuple[int, ...]) -> int:
    return row[0]


def _changes(lane: Lane) -> _Changes:
    rows = np.flatnonzero(of_kinds(lane.kinds, _OF_STEPS))
    return _Changes(lane.times[rows], lane.kinds[rows], lane.objects[rows], lane.sites[rows])


def _children(lanes: Sequence[Lane]) -> dict[int, list[int]]:
    """The tasks that each lane made."""
    made = (
        (index, lane.objects[lane.kinds == ev.COROUTINE_CREATE]) for index, lane in enumerate(lanes)
    )
    return {index: children.tolist() for index, children in made if len(children)}
