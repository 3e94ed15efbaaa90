"""Processes that wait for tasks which a thread of their pool or executor is busy to pickle and
send, one after the other: they are no faster than that one is.

It is shown by both: most of the workers' time, from the first task that was sent to the last one
that came, they wait for a task that is handed in already, and most of that time the thread that
carries tasks to them runs, or wants to. While it waits for room in the pipe, for the next of what
is mapped over, or for the GIL, something else holds them up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.crews import crews
from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.lines import at_line
from paraviz.analysis.findings.silent import function_of, whole
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.intervals import union
from paraviz.trace.kinds import of_kinds
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.findings.crews import Crew
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Times, Trace

LONG_NS = 100_000_000
"""What is over in less is not worth a word."""
TASKS = 4
"""Fewer tasks show nothing."""
WAITED = 0.5
"""The share of their time that the workers wait for tasks that are handed in."""
CARRIED = 0.6
"""The share of it that the thread which carries them is at it."""
_FEEDER = "QueueFeederThread"


class _Carrier(Struct, frozen=True, eq=False):
    """The thread that pickles the tasks of a crew and sends them."""

    lane: int
    begins: Times
    """int64[n], sorted: from when on it is at a task, or may be."""
    ends: Times
    """int64[n]: until when."""


def pickling_bound(material: Material) -> list[Finding]:
    """One for each crew of processes."""
    trace = material.trace
    found = []
    known = [crew for crew in crews(trace) if trace.lanes[crew.workers[0]].kind == "process"]
    submits = _submits(trace) if known else {}
    for place, crew in enumerate(known):
        material.pace(place / len(known))
        carrier = _carrier(trace, crew) if len(crew.begins) >= TASKS else None
        if carrier is not None:
            finding = _of_crew(material, crew, carrier, submits)
            found += [finding] if finding is not None else []
    return found


def _submits(trace: Trace) -> dict[int, tuple[int, int]]:
    """When each task was handed in, and at which line, by the number of all that was with it."""
    result = {}
    for lane in trace.lanes:
        rows = np.flatnonzero((lane.kinds == ev.TASK_SUBMIT) & (lane.values > 0))
        columns = lane.values[rows], lane.times[rows], lane.sites[rows]
        for number, at, site in zip(*(each.tolist() for each in columns), strict=True):
            result[number] = at, site
    return result


def _carrier(trace: Trace, crew: Crew) -> _Carrier | None:
    """A pool's thread says when it has sent one; the feeder of an executor's queue belongs to the
    thread that takes its results, and does nothing else."""
    for index, lane in enumerate(trace.lanes):
        passed = (lane.kinds == ev.TASK_PASSED) & np.isin(lane.values, crew.numbers)
        if passed.any():
            rows = np.flatnonzero(passed)
            return _Carrier(index, lane.times[np.maximum(rows - 1, 0)], lane.times[rows])
        taken = (lane.kinds == ev.RESULT_TAKEN) & np.isin(lane.values, crew.numbers)
        if taken.any():
            started = lane.objects[(lane.kinds == ev.THREAD_START) & (lane.objects >= 0)]
            for other in started.tolist():
                its = trace.lanes[other]
                if its.name.startswith(_FEEDER):
                    return _Carrier(other, np.array([its.start_ns]), np.array([its.end_ns]))
    return None


def _waits(trace: Trace, crew: Crew, submits: dict[int, tuple[int, int]]) -> tuple[Times, Times]:
    """int64[n] each: from when to when a worker waited for a task that had been handed in."""
    found = []
    for index in crew.workers:
        lane = trace.lanes[index]
        own = of_kinds(lane.kinds, (ev.TASK_WAIT, ev.TASK_BEGIN))
        rows = np.flatnonzero(own)
        kinds, times = lane.kinds[rows], lane.times[rows]
        met = np.flatnonzero((kinds[:-1] == ev.TASK_WAIT) & (kinds[1:] == ev.TASK_BEGIN))
        for at in met.tolist():
            submit = submits.get(whole(int(lane.values[rows[at + 1]])))
            since = max(int(times[at]), submit[0]) if submit is not None else int(times[at + 1])
            found.append((since, int(times[at + 1])))
    begins, ends = np.array(found, np.int64).reshape(-1, 2).T
    return begins, np.maximum(ends, begins)


def _of_crew(
    material: Material, crew: Crew, carrier: _Carrier, submits: dict[int, tuple[int, int]]
) -> Finding | None:
    trace = material.trace
    begins, ends = _waits(trace, crew, submits)
    if not len(begins):
        return None
    first, last = int(carrier.begins[0]), int(crew.begins[-1])
    first = max(first, int(begins.min()))
    begins, ends = np.maximum(begins, first), np.maximum(np.minimum(ends, last), first)
    waited = int(np.maximum(ends - begins, 0).sum())
    if last - first < LONG_NS or waited < WAITED * (last - first) * len(crew.workers):
        return None
    busy = _busy_ns(material, carrier, first, last)
    if busy < CARRIED * (last - first):
        return None
    tasks, took = len(crew.begins), int(np.median(crew.ends - crew.begins))
    known = [submits[number] for number in map(whole, crew.numbers.tolist()) if number in submits]
    return Finding(
        kind="pickling_bound",
        severity="waste",
        told=phrase(
            "{carrier} holds up {workers:,} workers: it was busy for {busy} to pickle and send"
            " {tasks:,} tasks of {function}{where}, {each} each; the tasks themselves took {took}"
            " (median), and the workers waited for them {share:.0%} of the time",
            carrier=lane_label(trace.lanes, carrier.lane),
            workers=len(crew.workers),
            busy=duration(busy),
            tasks=tasks,
            function=function_of(trace.objects[int(crew.names[0])].name),
            where=at_line(trace, known[0][1] if known else -1),
            each=duration(busy // tasks),
            took=duration(took),
            share=waited / ((last - first) * len(crew.workers)),
        ),
        at_ns=first,
        until_ns=last,
        lane_index=carrier.lane,
        cost_ns=waited,
        proof=(
            ("workers", len(crew.workers)),
            ("tasks", tasks),
            ("busy_ns", busy),
            ("took_ns", took),
            ("waited_ns", waited),
        ),
    )


def _busy_ns(material: Material, carrier: _Carrier, first: int, last: int) -> int:
    """How long, from one moment to another, who carries tasks was at one and ran, or wanted to."""
    begins, ends = (np.clip(each, first, last) for each in (carrier.begins, carrier.ends))
    begins, ends = union(begins, ends)
    edges = distinct(np.concatenate((begins, ends)))
    if len(edges) < 2:
        return 0
    spent = material.index.time_in_states(edges, [carrier.lane])[:, 0]
    row = np.searchsorted(begins, edges[:-1], "right") - 1
    within = edges[:-1] < ends[np.maximum(row, 0)]
    return int(spent[[State.RUNNING, State.WAITING_CPU]][:, within].sum())
