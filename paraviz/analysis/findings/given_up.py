"""Tasks that somebody gave up, and whose end the same one waited for all the same: to leave the
`with` of an executor, or to shut it down, joins its workers, as do the ends of an event loop and of
the program.

Given up is what a wait with a limit was for, once that was over, and what was called off while a
worker was at it. Who waits for it again, and who gives up and waits for no end, is none of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.figures.helpers import is_helper
from paraviz.analysis.findings.crews import crews
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.lines import at_line
from paraviz.analysis.findings.silent import whole
from paraviz.analysis.findings.waits import NO_LIMIT, limit_ns
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.causality.brackets import waits_in
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import lane_label
from paraviz.trace.states.of_tasks import hosts_of_tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.findings.finding import Material
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Trace

LONG_NS = 100_000_000
"""To wait for less is not worth a word."""
_IN_TIME = 0.99
"""Of its limit a wait that was met lasted less."""


class _Task(Struct, frozen=True):
    """A task that a worker began."""

    worker: int
    begin_ns: int
    end_ns: int
    name: int
    """A row of `Trace.objects`."""


class _GivenUp(Struct, frozen=True):
    """That somebody gave it up."""

    lane: int
    at_ns: int
    limit_ns: int
    """After how long, `NO_LIMIT` where it was called off."""
    site: int


class _Joined(Struct, frozen=True):
    """Somebody's wait for the end of a worker."""

    lane: int
    other: int
    begin_ns: int
    end_ns: int
    site: int
    at_exit: bool
    """Whether the program was over by then."""


class _Case(Struct, frozen=True):
    """A task, who gave it up, and the wait for its end."""

    task: _Task
    given_up: _GivenUp
    join: _Joined

    @property
    def cost_ns(self) -> int:
        return min(self.task.end_ns, self.join.end_ns) - self.join.begin_ns


def given_up_joined(material: Material) -> list[Finding]:
    """One for each line that waits for what was given up."""
    trace = material.trace
    given_up = _given_up(trace)
    if not given_up:
        return []
    material.pace(0.5)
    homes = _homes(trace)
    tasks, joins = _tasks(trace, given_up.keys()), list(_joins(trace))
    groups: dict[tuple[int, int], list[_Case]] = {}
    for number, one in given_up.items():
        for task in tasks.get(number, []):
            for join in joins:
                case = _Case(task, one, join)
                if homes[join.lane] == homes[one.lane] and _is_one(trace, case):
                    groups.setdefault((join.lane, join.site), []).append(case)
                    break
    return [_finding(trace, group) for group in groups.values()]


def _is_one(trace: Trace, case: _Case) -> bool:
    task, join = case.task, case.join
    other = trace.lanes[join.other]
    waits = case.given_up.at_ns <= join.begin_ns < task.end_ns <= other.end_ns
    own = trace.lanes[task.worker]
    # The threads of a pool of processes end only after its workers have nothing to do any more.
    its = join.other == task.worker or (
        own.kind == "process" and other.pid == trace.lanes[join.lane].pid and is_helper(other)
    )
    return waits and its and case.cost_ns >= LONG_NS


def _homes(trace: Trace) -> list[int]:
    """The thread of each lane: that of its loop, and of one that the standard library started by
    itself for a line of the program that of whoever is at that line."""
    hosts = hosts_of_tasks(trace.lanes)
    homes = [hosts.get(index, index) for index in range(len(trace.lanes))]
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.kinds == ev.THREAD_START) & (lane.objects >= 0))
        for other in lane.objects[rows].tolist():
            if trace.lanes[other].name.endswith("(_do_shutdown)"):
                homes[other] = homes[index]
    return homes


def _given_up(trace: Trace) -> dict[int, _GivenUp]:
    """By the task's number: who gave it up last, if nobody waited for it in vain or well since."""
    result: dict[int, _GivenUp] = {}
    submits = _submits(trace)
    for index, lane in enumerate(trace.lanes):
        known = (lane.kinds == ev.RESULT_WAIT) | (lane.kinds == ev.TASK_UNSTOPPED)
        if not known.any():
            continue
        waits = waits_in(lane.kinds, lane.objects)
        ends = dict(zip(waits.begins.tolist(), waits.ends.tolist(), strict=True))
        own = {number for number, (by, _) in submits.items() if by == index}
        for row in np.flatnonzero(known & (lane.values > 0)).tolist():
            number = whole(int(lane.values[row]))
            if lane.kinds[row] == ev.TASK_UNSTOPPED:
                result.setdefault(number, _called_off(trace, submits, number, index, row))
                continue
            # Of several tasks that are waited for it is not known which.
            numbers = {number} if number in submits else own
            end, limit = ends.get(row, -1), limit_ns(lane, row)
            until = int(lane.times[end]) if end >= 0 else lane.end_ns
            late = limit > 0 and until - int(lane.times[row]) >= _IN_TIME * limit
            for each in numbers:
                if not late:
                    result.pop(each, None)
                elif submits[each][1] < lane.times[row]:
                    result[each] = _GivenUp(index, until, limit, int(lane.sites[row]))
    return result


def _submits(trace: Trace) -> dict[int, tuple[int, int]]:
    """Who handed each task in, and when, by its number."""
    result = {}
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.kinds == ev.TASK_SUBMIT) & (lane.values > 0))
        for number, at in zip(lane.values[rows].tolist(), lane.times[rows].tolist(), strict=True):
            result[number] = index, at
    return result


def _called_off(
    trace: Trace, submits: dict[int, tuple[int, int]], number: int, index: int, row: int
) -> _GivenUp:
    lane = trace.lanes[index]
    at, site = int(lane.times[row]), int(lane.sites[row])
    by = submits.get(number, (index, 0))[0]
    other = trace.lanes[by]
    if other.kind == "task":
        # Its loop does it in its name.
        index, site = by, _last_site(other, at)
    return _GivenUp(index, at, NO_LIMIT, site)


def _last_site(task: Lane, at_ns: int) -> int:
    """The line at which a task of asyncio waited, or of who let it go on from there."""
    rows = np.flatnonzero(of_kinds(task.kinds, (ev.COROUTINE_AWAIT, ev.COROUTINE_READY)))
    rows = rows[(task.times[rows] <= at_ns) & (task.sites[rows] >= 0)]
    return int(task.sites[rows[-1]]) if len(rows) else -1


def _tasks(trace: Trace, wanted: object) -> dict[int, list[_Task]]:
    """What workers were at, by the number of what was handed in."""
    result: dict[int, list[_Task]] = {}
    for crew in crews(trace):
        columns = crew.lanes, crew.begins, crew.ends, crew.names, crew.numbers
        for lane, begin, end, name, part in zip(*(each.tolist() for each in columns), strict=True):
            number = whole(part)
            if number in wanted:  # type: ignore[operator]
                result.setdefault(number, []).append(_Task(lane, begin, end, name))
    return result


def _joins(trace: Trace) -> Iterator[_Joined]:
    """All waits for the end of a worker that lasted."""
    starts = _starts(trace)
    for index, lane in enumerate(trace.lanes):
        if not (lane.kinds == ev.JOIN_BEGIN).any():
            continue
        over = lane.times[lane.kinds == ev.PROGRAM_END]
        for row, last in zip(
            *(each.tolist() for each in waits_in(lane.kinds, lane.objects)), strict=True
        ):
            begin, other = int(lane.times[row]), int(lane.objects[row])
            end = int(lane.times[last]) if last >= 0 else lane.end_ns
            if lane.kinds[row] == ev.JOIN_BEGIN and other >= 0 and end - begin >= LONG_NS:
                site = int(lane.sites[row]) if lane.sites[row] >= 0 else starts.get(index, -1)
                at_exit = bool(len(over)) and begin >= over[0]
                yield _Joined(index, other, begin, end, site, at_exit)


def _starts(trace: Trace) -> dict[int, int]:
    """The line that started each thread."""
    result: dict[int, int] = {}
    for lane in trace.lanes:
        rows = np.flatnonzero((lane.kinds == ev.THREAD_START) & (lane.objects >= 0))
        result.update(zip(lane.objects[rows].tolist(), lane.sites[rows].tolist(), strict=True))
    return result


def _finding(trace: Trace, group: list[_Case]) -> Finding:
    worst = max(group, key=lambda case: case.cost_ns)
    join = min((case.join for case in group), key=lambda one: one.begin_ns)
    until = max(min(case.task.end_ns, case.join.end_ns) for case in group)
    numbers = len({(case.task.worker, case.task.begin_ns) for case in group})
    return Finding(
        kind="given_up_joined",
        severity="waste",
        told=phrase(
            "{gave_up}, yet {cost} went into waiting for the end of {count:,} such task: {cause}",
            "{gave_up}, yet {cost} went into waiting for the ends of {count:,} such tasks: {cause}",
            count=numbers,
            gave_up=_gave_up(trace, worst),
            cost=duration(until - join.begin_ns),
            cause=_cause(trace, worst),
        ),
        at_ns=join.begin_ns,
        until_ns=until,
        lane_index=join.lane,
        cost_ns=until - join.begin_ns,
        proof=(("tasks", numbers), ("waited_ns", until - join.begin_ns)),
    )


def _gave_up(trace: Trace, case: _Case) -> Phrase:
    limit = case.given_up.limit_ns
    words = N_("{worker} gave {task} up after {limit}{where}")
    if limit == NO_LIMIT:
        words = N_("{worker} gave {task} up{where}")
    return phrase(
        words,
        worker=lane_label(trace.lanes, case.given_up.lane),
        task=trace.objects[case.task.name].name,
        limit=duration(limit),
        where=at_line(trace, case.given_up.site),
    )


def _cause(trace: Trace, case: _Case) -> Phrase:
    join = case.join
    words = N_("{joiner} joins its worker {worker}{where}")
    if join.at_exit:
        words = N_("the end of the program joins its worker {worker}")
    elif trace.lanes[case.given_up.lane].kind == "task" and join.lane != case.given_up.lane:
        words = N_("the end of the event loop joins its worker {worker}{where}")
    elif join.site >= 0:
        words = N_("to leave or shut down its executor joins its worker {worker}{where}")
    return phrase(
        words,
        joiner=lane_label(trace.lanes, join.lane),
        worker=lane_label(trace.lanes, case.task.worker),
        where=at_line(trace, join.site),
    )
