"""Workers of pools that hardly had anything to do while others were at work.

Where what is mapped over was slow to give a task, nothing is told.

An executor starts its threads as tasks come, so that one that rests is nothing by itself: it is
told where all tasks are of one function and were handed in by one worker before the first was done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.batches import with_ends
from paraviz.analysis.findings.chunks import size_of, to_blame
from paraviz.analysis.findings.finding import WORTH_NS, Finding
from paraviz.analysis.findings.silent import function_of
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.intervals import union
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.pools import Pool, Tasks
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Lane, Times, Trace

IDLE = 0.5
"""From this share of the pool's time on a worker is said to be idle."""
LASTED_NS = 25_000_000
"""What is over in less is mostly the begin of its workers."""
LATE_NS = 10_000_000
"""Of an iterator that takes so long for one task it is taken to hold the workers up."""
NAMED = 4
"""Workers that are named: those that were idle longest."""


def idle(material: Material, pool: Pool) -> list[Finding]:
    """The workers that waited for a task, while another one was at one, for more than half of the
    time from the first task's begin to the last one's end: one finding, or none."""
    trace = material.trace
    tasks = with_ends(trace, pool)
    first, last = int(tasks.begins[0]), int(tasks.ends.max())
    if last - first < LASTED_NS:
        return []
    busy = union(tasks.begins, tasks.ends)
    calls = sum(size_of(trace.objects[name].name) for name in tasks.names.tolist())
    did = np.bincount(tasks.workers, minlength=len(pool.workers))
    one_each = calls == len(tasks) and int(did.max()) == 1
    if calls < len(pool.workers) or (calls == len(pool.workers) and one_each):
        # Nobody could have shared out fewer calls than there are workers, nor one for each better.
        return []
    if _comes_late(trace, pool):
        return []
    if _comes_as_needed(trace, pool) and not _came_at_once(trace, pool, tasks):
        return []
    waited = np.array([_idle_ns(trace.lanes[worker], busy) for worker in pool.workers], np.int64)
    rows = np.flatnonzero(waited > IDLE * (last - first))
    cost = int(waited[rows].sum())
    if cost < WORTH_NS:
        return []
    rows = rows[np.argsort(-waited[rows], kind="stable")]
    each = tuple(
        _worker(trace, pool.workers[row], int(did[row]), float(waited[row] / (last - first)))
        for row in rows[:NAMED].tolist()
    )
    told = phrase(
        "{count:,} worker of a pool of {all:,} was idle while others worked (tasks:"
        " {tasks:,}, in {length}): {each}",
        "{count:,} workers of a pool of {all:,} were idle while others worked (tasks:"
        " {tasks:,}, in {length}): {each}",
        count=len(rows),
        all=len(pool.workers),
        tasks=len(tasks),
        length=duration(last - first),
        each=(*each, phrase("…")) if len(rows) > NAMED else each,
    )
    chunk = to_blame(trace, pool, tasks)
    if chunk is not None:
        told = phrase("{idle}; {chunk}", idle=told, chunk=chunk)
    found = Finding(
        kind="idle_workers",
        severity="waste",
        told=told,
        at_ns=first,
        until_ns=last,
        lane_index=pool.workers[int(rows[0])],
        cost_ns=cost,
        proof=(
            ("workers", len(pool.workers)),
            ("idle", len(rows)),
            ("without_a_task", int(np.count_nonzero(did[rows] == 0))),
            ("tasks", len(tasks)),
            ("took_ns", last - first),
            ("idle_ns", cost),
        ),
    )
    return [found]


def _worker(trace: Trace, lane: int, did: int, share: float) -> Phrase:
    name = lane_label(trace.lanes, lane)
    if not did:
        return phrase("{worker} never got a task", worker=name)
    return phrase("{worker} for {share:.0%}", worker=name, share=share)


def _comes_late(trace: Trace, pool: Pool) -> bool:
    """Whether what is mapped over was slow to give a task: nobody could have had it before."""
    numbers = np.concatenate([_begun(trace.lanes[worker]) for worker in pool.workers])
    for lane in trace.lanes:
        drawn = lane.times[(lane.kinds == ev.TASK_DRAWN) & np.isin(lane.values, numbers)]
        passed = np.append(lane.start_ns, lane.times[lane.kinds == ev.TASK_PASSED])
        since = passed[np.searchsorted(passed, drawn) - 1]
        if (drawn - since >= LATE_NS).any():
            return True
    return False


def _comes_as_needed(trace: Trace, pool: Pool) -> bool:
    """Whether it is an executor's: its threads do not say that they wait for a task."""
    lanes = [trace.lanes[worker] for worker in pool.workers]
    return all(lane.kind == "thread" and not (lane.kinds == ev.TASK_WAIT).any() for lane in lanes)


def _came_at_once(trace: Trace, pool: Pool, tasks: Tasks) -> bool:
    functions = {function_of(trace.objects[name].name) for name in tasks.names.tolist()}
    numbers = np.concatenate([_begun(trace.lanes[worker]) for worker in pool.workers])
    handed_in: list[int] = []
    by = set()
    for index, lane in enumerate(trace.lanes):
        rows = np.flatnonzero((lane.kinds == ev.TASK_SUBMIT) & np.isin(lane.values, numbers))
        handed_in += lane.times[rows].tolist()
        by.update([index] if len(rows) else [])
    known = len(handed_in) == len(numbers) and len(by) == 1
    return known and len(functions) == 1 and max(handed_in) < int(tasks.ends.min())


def _begun(lane: Lane) -> Times:
    """The numbers of the tasks that it began."""
    numbers: Times = lane.values[lane.kinds == ev.TASK_BEGIN]
    return numbers


def _idle_ns(lane: Lane, busy: tuple[Times, Times]) -> int:
    """How long a worker waited for a task while the pool was at one, which is another's then."""
    waits = np.flatnonzero(lane.kinds == ev.TASK_WAIT)
    if not len(waits):
        # Nothing that an executor's thread does comes between two tasks.
        waits = np.flatnonzero(lane.kinds == ev.TASK_END)
    begins = lane.times[waits]
    until = np.append(lane.times, max(lane.end_ns, int(lane.times[-1])))[waits + 1]
    return int((_covered(busy, until) - _covered(busy, begins)).sum())


def _covered(stretches: tuple[Times, Times], moments: Times) -> Times:
    """How much of the stretches, which do not overlap, lies before each moment."""
    begins, ends = stretches
    before = np.concatenate(([0], np.cumsum(ends - begins)))
    row = np.searchsorted(begins, moments, "right")
    last = np.maximum(row - 1, 0)
    missing = np.maximum(ends[last] - moments, 0)
    return np.where(row > 0, before[row] - missing, 0)
