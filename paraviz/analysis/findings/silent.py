"""Exceptions that ended tasks, and that nobody asked for: the program goes on as if they had gone
well.

It is silent where somebody asked for an exception of the same kind out of the same function, who so
knows of it, and where the program itself was ended by an exception before it could ask.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.findings.finding import Finding
from paraviz.text.translation import phrase
from paraviz.trace.kinds import of_kinds
from paraviz.trace.labels import place
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.findings.finding import Material
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Trace
_UNASKED = (ev.RESULT_UNASKED, ev.COROUTINE_UNASKED)


class _Raised(Struct, frozen=True):
    """An exception that ended a task, or is the result of something else."""

    lane: int
    """Who was at it, or set it."""
    at_ns: int
    """When."""
    error: int
    """Its name, as a row of `Trace.objects`."""
    function: str
    """What the task was to do, without its arguments; "" where that is not known."""
    number: int
    """As the event has it, or that of the task."""
    site: int
    """Its line, as a row of `Trace.sites`, or -1."""
    pid: int
    """The process whose task it is, as far as is known."""


def silent_exceptions(material: Material) -> list[Finding]:
    """One for each kind of exception out of each function."""
    trace = material.trace
    known = [one for index in range(len(trace.lanes)) for one in _raised_in(trace, index)]
    if not known:
        return []
    functions = _handed_in(trace)
    known = [
        one if one.function else replace(one, function=functions.get(one.number, ""))
        for one in known
    ]
    unasked = list(_unasked(trace, known))
    groups: dict[tuple[str, int], list[_Raised]] = {}
    for one in unasked:
        groups.setdefault((one.function, one.error), []).append(one)
    silent = {(one.lane, one.at_ns) for one in unasked}
    numbers = {whole(one.number) for one in unasked if one.number > 0}
    for one in known:
        if (
            one.function
            and (one.lane, one.at_ns) not in silent
            and whole(one.number) not in numbers
        ):
            groups.pop((one.function, one.error), None)
    return [_finding(trace, group) for group in groups.values()]


def _handed_in(trace: Trace) -> dict[int, str]:
    """The function of each task, by its number."""
    result = {}
    for lane in trace.lanes:
        rows = np.flatnonzero((lane.kinds == ev.TASK_SUBMIT) & (lane.objects >= 0))
        for number, name in zip(
            lane.values[rows].tolist(), lane.objects[rows].tolist(), strict=True
        ):
            result[number] = function_of(trace.objects[name].name)
    return result


def _raised_in(trace: Trace, index: int) -> Iterator[_Raised]:
    """What a lane reports as raised, with the task that it was at."""
    lane = trace.lanes[index]
    rows = np.flatnonzero(lane.kinds == ev.RAISED)
    if not len(rows):
        return
    edges = np.flatnonzero((lane.kinds == ev.TASK_BEGIN) | (lane.kinds == ev.TASK_END))
    for row in rows.tolist():
        before = int(np.searchsorted(edges, row)) - 1
        task = int(edges[before]) if before >= 0 else -1
        function, number = "", int(lane.values[row])
        if lane.kind == "task":
            function = function_of(lane.name)
        elif task >= 0 and lane.kinds[task] == ev.TASK_BEGIN and lane.objects[task] >= 0:
            function = function_of(trace.objects[int(lane.objects[task])].name)
            number = int(lane.values[task]) or number
        if lane.objects[row] >= 0:
            at, error, site = (int(each[row]) for each in (lane.times, lane.objects, lane.sites))
            yield _Raised(index, at, error, function, number, site, lane.pid)


def function_of(task: str) -> str:
    """`store` of `store({…}, …)`, `store × 4` and `store · Task-2`."""
    return task.partition(" · ")[0].partition(MANY)[0].partition("(")[0]


def whole(number: int) -> int:
    """The number of all that was handed in at once, of which this is a part."""
    return number & ~ev.PART_MASK if number > 0 and number & ev.POOLS_TASK else number


def _key(pid: int, number: int) -> tuple[int, int]:
    """What has a number below 0 is known by it in its process only."""
    return (pid if number < 0 else 0), number


def _unasked(trace: Trace, known: list[_Raised]) -> Iterator[_Raised]:
    """What nobody will ask for any more."""
    by_number: dict[tuple[int, int], _Raised] = {}
    by_lane = {one.lane: one for one in known if trace.lanes[one.lane].kind == "task"}
    for one in known:
        for number in {one.number, whole(one.number)}:
            # Whoever was at it knows what and where; who set the result may not.
            key = _key(one.pid, number)
            if number and (key not in by_number or not by_number[key].function):
                by_number[key] = one
    for index, lane in enumerate(trace.lanes):
        over_ns = _over_ns(lane)
        for row in np.flatnonzero(of_kinds(lane.kinds, _UNASKED)).tolist():
            at, obj = int(lane.times[row]), int(lane.objects[row])
            if at >= over_ns or obj < 0:
                continue
            if lane.kinds[row] == ev.RESULT_UNASKED:
                number = int(lane.values[row])
                unknown = _Raised(index, at, obj, "", number, -1, lane.pid)
                yield by_number.get(_key(lane.pid, number), unknown)
            elif obj in by_lane:
                yield by_lane[obj]


def _over_ns(lane: Lane) -> int:
    """From when on an exception, or an exit with an error, keeps a process from asking."""
    failed = lane.end_reason.startswith("raised ") or lane.end_reason.startswith("exit ")
    rows = np.flatnonzero((lane.kinds == ev.PROGRAM_END) | (lane.kinds == ev.RAISED))
    if not failed or lane.end_reason == "exit 0" or not len(rows):
        return np.iinfo(np.int64).max
    return int(lane.times[rows[-1]])


def _finding(trace: Trace, group: list[_Raised]) -> Finding:
    first = min(group, key=lambda one: one.at_ns)
    return Finding(
        kind="silent_exception",
        severity="fault",
        told=_told(trace, first, len(group)),
        at_ns=first.at_ns,
        until_ns=first.at_ns,
        lane_index=first.lane,
        proof=(("unasked", len(group)),),
    )


def _told(trace: Trace, first: _Raised, count: int) -> Phrase:
    error = trace.objects[first.error].name
    where = place(trace, first.site)
    if not first.function:
        return phrase(
            "{count:,} result is {error}, and nobody asked for it",
            "{count:,} results are {error}, and nobody asked for them",
            count=count,
            error=error,
        )
    if not where:
        return phrase(
            "{count:,} task of {function} was ended by {error}, and nobody asked for its result",
            "{count:,} tasks of {function} were ended by {error}, and nobody asked for their"
            " results",
            count=count,
            function=first.function,
            error=error,
        )
    return phrase(
        "{count:,} task of {function} was ended by {error} at {place}, and nobody asked for its"
        " result",
        "{count:,} tasks of {function} were ended by {error} at {place}, and nobody asked for their"
        " results",
        count=count,
        function=first.function,
        error=error,
        place=where,
    )
