"""Unbalanced pools: the last worker was still at its tasks when all others had long been idle, and
the same tasks could have been handed out better.

That they could is shown by doing it: what had begun before all tasks were known to be there stays
as it was (a worker that finds none shows that the next one was not there yet, as where a generator
is slow), the others are handed out again, the longest first (LPT: Graham, *Bounds on
Multiprocessing Timing Anomalies*, 1969), each with the usual pause before it. How long a task takes
then is an upper bound: as long as it took, and no shorter than with as many others on the CPUs as
there are workers. Tasks that wait for anything but time may wait for each other: nothing is told of
those.
"""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.analysis.findings.batches import batches
from paraviz.analysis.findings.finding import WORTH_NS, Finding
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.findings.batches import Batch
    from paraviz.analysis.findings.finding import Material
    from paraviz.analysis.findings.pools import Pool, Tasks
    from paraviz.trace.model import Times

LOST = 0.2
"""From this share of the workers' time on, idle at the end, a pool is called unbalanced."""
SAVED = 0.1
"""The better order has to save this share of the time."""
IDLE_NS = 10_000_000
_PAUSES = 5
"""Who has no task for longer than that, and for so many of the usual pauses, finds none."""
LASTED_NS = 25_000_000
"""What is over in less is mostly the begin of its workers."""
_HANDING_NS = 1_000_000
"""What it takes to hand a task over."""
TASKS_LIMIT = 100_000
"""Of a batch of more tasks nothing is told."""
_WAITS_FOR_OTHERS = (
    ev.LOCK_WAIT,
    ev.WAIT_BEGIN,
    ev.PUT_WAIT,
    ev.GET_WAIT,
    ev.SEND_WAIT,
    ev.RECEIVE_WAIT,
    ev.RESULT_WAIT,
    ev.JOIN_BEGIN,
    ev.PROCESS_JOIN_BEGIN,
    ev.READ_BEGIN,
)


class _Unbalance(Struct, frozen=True):
    """A batch that was handed out badly."""

    batch: Batch
    """Its tasks."""
    end_ns: int
    """When the last task ended."""
    lost_ns: int
    """How long its workers were idle at the end, all together."""
    possible_ns: int
    """When the last task would have ended at the latest in the better order."""


def unbalanced(material: Material, pool: Pool) -> list[Finding]:
    """The batches of a pool that were handed out badly."""
    found = [_of_batch(material, pool, batch) for batch in batches(material.trace, pool)]
    return [_finding(material, pool, each) for each in found if each is not None]


def _of_batch(material: Material, pool: Pool, batch: Batch) -> _Unbalance | None:
    tasks, workers = batch.tasks, len(pool.workers)
    first, end = int(tasks.begins[0]), int(tasks.ends.max())
    done = np.maximum(np.array(pool.ready, np.int64), first)
    np.maximum.at(done, tasks.workers, tasks.ends)
    lost = int(np.maximum(end - done, 0).sum())
    if (
        end - first < LASTED_NS
        or lost < max(LOST * workers * (end - first), WORTH_NS)
        or len(tasks) > TASKS_LIMIT
    ):
        return None
    if _wait_for_others(material, pool, first, end) or _leave(material, pool):
        return None
    possible = _possible_end(material, pool, batch)
    if end - possible < SAVED * (end - first):
        return None
    return _Unbalance(batch, end, lost, possible)


def _wait_for_others(material: Material, pool: Pool, first: int, end: int) -> bool:
    """Whether a worker waits in that time for anything but a task and time."""
    for worker in pool.workers:
        lane = material.trace.lanes[worker]
        span = slice(*np.searchsorted(lane.times, (first, end)).tolist())
        if np.isin(lane.kinds[span], _WAITS_FOR_OTHERS).any():
            return True
    return False


def _leave(material: Material, pool: Pool) -> bool:
    """Whether a worker left after so many tasks (`maxtasksperchild`): another one has its place."""
    for worker in pool.workers:
        kinds = material.trace.lanes[worker].kinds
        own = kinds[np.isin(kinds, (ev.TASK_WAIT, ev.TASK_NONE, ev.TASK_END))]
        # The threads of an executor do not say that they wait.
        if (own == ev.TASK_WAIT).any() and own[-1] == ev.TASK_END:
            return True
    return False


def _possible_end(material: Material, pool: Pool, batch: Batch) -> int:
    """When the last task would have ended, at the latest, the longest handed out first."""
    tasks = batch.tasks
    there_ns = max(batch.there_ns, _last_empty_ns(pool, tasks))
    fixed = tasks.begins < there_ns
    # Before the first of them began, hardly any had come to a worker.
    came_ns = max(there_ns, int(tasks.begins[0]) - _HANDING_NS)
    free = np.maximum(np.array(pool.ready, np.int64), came_ns)
    np.maximum.at(free, tasks.workers[fixed], tasks.ends[fixed])
    lengths = _at_most(material, pool, tasks)[~fixed] + _pause_ns(tasks)
    heap = free.tolist()
    heapq.heapify(heap)
    for length in np.sort(lengths)[::-1].tolist():
        heapq.heapreplace(heap, heap[0] + length)
    return int(max(heap)) if len(lengths) else int(tasks.ends.max())


def _last_empty_ns(pool: Pool, tasks: Tasks) -> int:
    """Until when a worker was last without a task though one was to come: that one was not there
    yet, as where a generator is slow to make it."""
    order = np.lexsort((tasks.begins, tasks.workers))
    workers, begins = tasks.workers[order], tasks.begins[order]
    before = np.concatenate(([0], tasks.ends[order][:-1]))
    first = np.diff(workers, prepend=-1) != 0
    before[first] = np.array(pool.ready, np.int64)[workers[first]]
    idle = np.flatnonzero(begins - before > max(IDLE_NS, _PAUSES * _pause_ns(tasks)))
    return int(begins[idle].max(initial=0))


def _pause_ns(tasks: Tasks) -> int:
    """The usual time between two tasks of a worker."""
    order = np.lexsort((tasks.begins, tasks.workers))
    same = tasks.workers[order][1:] == tasks.workers[order][:-1]
    pauses = (tasks.begins[order][1:] - tasks.ends[order][:-1])[same]
    return int(np.median(pauses)) if len(pauses) else 0


def _at_most(material: Material, pool: Pool, tasks: Tasks) -> Times:
    """int64[n]: how long each task takes at most with all workers at work."""
    trace = material.trace
    threads = trace.lanes[pool.workers[0]].kind == "thread"
    cpus = 1 if threads and trace.gil else max(len(trace.cpus), 1)
    crowd = max(len(pool.workers) / cpus, 1.0)
    result = tasks.ends - tasks.begins
    for place, worker in enumerate(pool.workers):
        rows = np.flatnonzero(tasks.workers == place)
        edges = np.stack((tasks.begins[rows], tasks.ends[rows]), axis=1).ravel()
        if not len(rows):
            continue
        times = material.index.time_in_states(edges, [worker])[:, 0, ::2]
        crowded = crowd * times[State.RUNNING] + times[State.BLOCKED]
        result[rows] = np.maximum(result[rows], np.ceil(crowded).astype(np.int64))
    return result


def _finding(material: Material, pool: Pool, one: _Unbalance) -> Finding:
    tasks, trace = one.batch.tasks, material.trace
    last = int(np.argmax(tasks.ends))
    worker = pool.workers[int(tasks.workers[last])]
    first, workers = int(tasks.begins[0]), len(pool.workers)
    took = one.end_ns - first
    return Finding(
        kind="unbalanced_pool",
        severity="waste",
        told=phrase(
            "unbalanced pool: {worker} finished when the others had long been idle, {share:.0%} of"
            " the time of {workers:,} workers was lost; the same {tasks:,} tasks, the longest"
            " first, would have taken {possible} instead of {took}",
            worker=lane_label(trace.lanes, worker),
            share=one.lost_ns / (workers * took),
            workers=workers,
            tasks=len(tasks),
            possible=duration(one.possible_ns - first),
            took=duration(took),
        ),
        at_ns=int(tasks.begins[last]),
        until_ns=one.end_ns,
        lane_index=worker,
        cost_ns=one.lost_ns,
        proof=(
            ("workers", workers),
            ("tasks", len(tasks)),
            ("lost_ns", one.lost_ns),
            ("took_ns", took),
            ("possible_ns", one.possible_ns - first),
        ),
    )
