"""Tasks that waited long in the queue of a pool or an executor whose workers were all at something
else, and that somebody waited for.

From when it was handed in to when it began nearly all of its crew's time went into tasks of other
functions, and the task itself took a small part of that time. Many tasks of one function that wait
for each other are none: somebody has to be the last. Nor are those that nobody waits for by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.crews import crews
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.silent import function_of, whole
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.labels import place
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.analysis.findings.crews import Crew
    from paraviz.analysis.findings.finding import Material
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Times, Trace

LONG_NS = 100_000_000
"""A wait of less is not worth a word."""
SHORT = 0.25
"""The task itself takes this share of its wait at most."""
OTHERS = 0.9
"""For this share of the wait the workers are at tasks of other functions."""
WAITED = 0.5
"""And for this share of it somebody waits for the task."""
NAMED = 3
"""Functions that are named: those that took most."""
_OF_STEPS = (ev.COROUTINE_AWAIT, ev.COROUTINE_READY, ev.COROUTINE_END)
_FOR_MANY = frozenset(("gather", "wait", "as_completed", "TaskGroup"))
"""What a task of asyncio awaits that is not this one alone."""


class _HandedIn(Struct, frozen=True):
    """A task that was handed in."""

    lane: int
    """By whom."""
    row: int
    """The event."""


class _Queued(Struct, frozen=True):
    """A task that waited for its turn."""

    at: int
    """As a row of the crew's tasks."""
    since_ns: int
    """When it was handed in."""
    waited_ns: int
    """From then on, until it began."""
    waiter: int
    """Who waited for it."""
    site: int
    """And at which line, or -1."""


def queued(material: Material) -> list[Finding]:
    """One for each function and crew."""
    trace = material.trace
    known = crews(trace)
    handed_in = _handed_in(trace) if known else {}
    result = []
    for number, crew in enumerate(known):
        material.pace(number / len(known))
        functions = np.array([function_of(trace.objects[name].name) for name in crew.names])
        different = distinct(functions) if len(functions) else functions
        if len(different) < 2:
            continue
        for function in different.tolist():
            found = list(_queued(trace, crew, functions == function, handed_in))
            if found:
                result.append(_finding(trace, crew, functions, found))
    return result


def _handed_in(trace: Trace) -> dict[int, _HandedIn]:
    """By the task's number."""
    result = {}
    for index, lane in enumerate(trace.lanes):
        for row in np.flatnonzero((lane.kinds == ev.TASK_SUBMIT) & (lane.values > 0)).tolist():
            result[int(lane.values[row])] = _HandedIn(index, row)
    return result


def _queued(
    trace: Trace, crew: Crew, own: NDArray[np.bool_], handed_in: dict[int, _HandedIn]
) -> Iterator[_Queued]:
    """Of the tasks of one function (bool[n])."""
    rows = np.flatnonzero(own)
    known = [handed_in.get(whole(int(crew.numbers[row]))) for row in rows]
    is_known = np.array([each is not None for each in known], bool)
    since = np.array(
        [trace.lanes[each.lane].times[each.row] if each else 0 for each in known], np.int64
    )
    begins, took = crew.begins[rows], (crew.ends - crew.begins)[rows]
    others = covered(crew.begins[~own], crew.ends[~own], begins)
    others -= covered(crew.begins[~own], crew.ends[~own], since)
    starts = np.array([trace.lanes[lane].start_ns for lane in crew.workers], np.int64)
    stops = np.array([trace.lanes[lane].end_ns for lane in crew.workers], np.int64)
    there = covered(starts, stops, begins) - covered(starts, stops, since)
    waited = begins - since
    chosen = is_known & (waited >= LONG_NS) & (took <= SHORT * waited) & (others >= OTHERS * there)
    for at in np.flatnonzero(chosen).tolist():
        submit = known[at]
        if submit is None:
            continue
        found = _waits(trace, submit, whole(int(crew.numbers[rows[at]])), int(begins[at]))
        if found is not None:
            yield _Queued(int(rows[at]), int(since[at]), int(waited[at]), *found)


def covered(begins: Times, ends: Times, moments: Times) -> Times:
    """int64[n]: how much of these stretches lies before each moment, one on top of the other."""
    result = np.zeros(len(moments), np.int64)
    for edges, sign in ((np.sort(begins), 1), (np.sort(ends), -1)):
        count = np.searchsorted(edges, moments)
        sums = np.concatenate(([0], np.cumsum(edges)))
        result += sign * (count * moments - sums[count])
    return result


def _waits(
    trace: Trace, handed_in: _HandedIn, number: int, begin_ns: int
) -> tuple[int, int] | None:
    """The lane that waited for a task, most of the time until it began, and at which line."""
    lane = trace.lanes[handed_in.lane]
    since = int(lane.times[handed_in.row])
    if lane.kind == "task":
        # Whoever runs something in an executor awaits it in the same step.
        rows = np.flatnonzero(np.isin(lane.kinds[handed_in.row :], _OF_STEPS)) + handed_in.row
        row = int(rows[0]) if len(rows) else -1
        if row < 0 or lane.kinds[row] != ev.COROUTINE_AWAIT or lane.objects[row] < 0:
            return None
        is_for_it = trace.objects[int(lane.objects[row])].name not in _FOR_MANY
        return (handed_in.lane, int(lane.sites[row])) if is_for_it else None
    for index, other in enumerate(trace.lanes):
        if other.end_ns <= since or other.start_ns >= begin_ns:
            continue
        first, last = np.searchsorted(other.times, (since, begin_ns)).tolist()
        waits = np.flatnonzero(
            (other.kinds[first:last] == ev.RESULT_WAIT) & (other.values[first:last] == number)
        )
        if len(waits):
            row = first + int(waits[0])
            until = np.append(other.times, other.end_ns)[row + 1]
            if min(int(until), begin_ns) - int(other.times[row]) >= WAITED * (begin_ns - since):
                return index, int(other.sites[row])
    return None


def _finding(
    trace: Trace, crew: Crew, functions: NDArray[np.str_], found: list[_Queued]
) -> Finding:
    worst = max(found, key=lambda one: one.waited_ns)
    begin = worst.since_ns + worst.waited_ns
    within = np.minimum(crew.ends, begin) - np.maximum(crew.begins, worst.since_ns)
    within[functions == functions[worst.at]] = 0
    shares = {
        name: int(np.maximum(within[functions == name], 0).sum())
        for name in distinct(functions).tolist()
    }
    most = sorted((name for name in shares if shares[name]), key=lambda name: -shares[name])
    took = int(crew.ends[worst.at] - crew.begins[worst.at])
    values = {
        "function": str(functions[worst.at]),
        "waited": duration(worst.waited_ns),
        "workers": len(crew.workers),
        "others": ", ".join([*most[:NAMED], *(["…"] if len(most) > NAMED else [])]),
        "took": duration(took),
        "waiter": lane_label(trace.lanes, worst.waiter),
        "place": place(trace, worst.site) or "?",
    }
    return Finding(
        kind="queued",
        severity="waste",
        told=_told(len(found), values),
        at_ns=worst.since_ns,
        until_ns=begin,
        lane_index=worst.waiter,
        cost_ns=sum(one.waited_ns for one in found),
        proof=(
            ("tasks", len(found)),
            ("workers", len(crew.workers)),
            ("longest_ns", worst.waited_ns),
            ("took_ns", took),
        ),
    )


def _told(count: int, values: dict[str, Any]) -> Phrase:
    return phrase(
        "{count:,} task of {function} waited {waited} in the queue: all {workers:,} workers were at"
        " {others}; it took {took} itself, and {waiter} waited for it at {place}",
        "{count:,} tasks of {function} waited in the queue, up to {waited}: all {workers:,} workers"
        " were at {others}; that one took {took} itself, and {waiter} waited for it at {place}",
        count=count,
        **values,
    )
