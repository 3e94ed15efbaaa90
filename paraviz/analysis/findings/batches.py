"""Batches: tasks of a pool of which it is known that they were all handed in at some moment.

When a task was handed in is not in the events. It is known in two cases. Whoever waits for the
result of a map has handed in all its chunks; they are its own where as many calls began in the pool
since the last such wait as the map has. And whoever joins a worker or a helper of a pool or of an
executor has closed it before, so that nothing is handed in any more. (What `imap` reads from a
generator is taken to be read by then: no event says so.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.kinds import of_kinds
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from paraviz.analysis.findings.pools import Pool, Tasks
    from paraviz.trace.model import Lane, Times, Trace

_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)


class Batch(Struct, frozen=True, eq=False):
    """Tasks of one pool, all there from some moment on."""

    tasks: Tasks
    """By the moment they began."""
    there_ns: int
    """From then on all of them could begin."""


def batches(trace: Trace, pool: Pool) -> list[Batch]:
    """The maps of a pool, or all its tasks up to its end; those that are known."""
    found = _maps(trace, pool)
    return found or _to_the_end(trace, pool)


def _maps(trace: Trace, pool: Pool) -> list[Batch]:
    """The maps whose results their starter waited for, each with all chunks and nothing besides."""
    lane, tasks = trace.lanes[pool.starter], pool.tasks
    asked = np.flatnonzero(of_kinds(lane.kinds, (ev.RESULT_WAIT, ev.RESULT)))
    result = []
    before = lane.start_ns
    for row, then in zip(asked[:-1].tolist(), asked[1:].tolist(), strict=True):
        if lane.kinds[row] != ev.RESULT_WAIT or lane.kinds[then] != ev.RESULT:
            continue
        since, until = int(lane.times[row]), int(lane.times[then])
        first, last = np.searchsorted(tasks.begins, (before, until)).tolist()
        chosen = _over(tasks.rows(np.arange(first, last)), until)
        if last > first and _is_map(trace, int(lane.objects[row]), chosen, until):
            result.append(Batch(chosen, since))
        before = until
    return result


def _over(tasks: Tasks, until: int) -> Tasks:
    """The tasks of a map whose result is there: one whose end is not known ended by then."""
    ends = np.where(tasks.ended, tasks.ends, until)
    return replace(tasks, ends=ends, ended=np.ones(len(tasks), bool))


def _is_map(trace: Trace, asked: int, tasks: Tasks, until: int) -> bool:
    function, _, count = (trace.objects[asked].name if asked >= 0 else "").rpartition(MANY)
    if not function or not count.isdecimal() or int(tasks.ends.max()) > until:
        return False
    calls = 0
    names, times = np.unique(tasks.names, return_counts=True)
    for name, often in zip(names.tolist(), times.tolist(), strict=True):
        chunk, _, size = trace.objects[name].name.rpartition(MANY)
        if chunk != function or not size.isdecimal():
            return False
        calls += often * int(size)
    return calls == int(count)


def _to_the_end(trace: Trace, pool: Pool) -> list[Batch]:
    """All tasks, where the starter joined the pool."""
    lane = trace.lanes[pool.starter]
    closed = _closed_ns(lane, _crew(lane, pool))
    known = pool.tasks.ended.all()
    return [Batch(pool.tasks, closed)] if known and closed is not None else []


def _crew(lane: Lane, pool: Pool) -> Times:
    """The lanes of the pool's workers, and of all that the same line of the starter started since:
    its helpers."""
    rows = np.flatnonzero(of_kinds(lane.kinds, (ev.THREAD_START, ev.PROCESS_START)))
    own = rows[np.isin(lane.objects[rows], pool.workers)]
    after = rows[(rows > own[0]) & (lane.sites[rows] == pool.site)] if pool.site >= 0 else own
    return np.union1d(lane.objects[own], lane.objects[after])


def _closed_ns(lane: Lane, crew: Times) -> int | None:
    """When the starter first joined one of them, or None."""
    rows = np.flatnonzero(of_kinds(lane.kinds, _JOINS) & np.isin(lane.objects, crew))
    return int(lane.times[rows[0]]) if len(rows) else None


def with_ends(trace: Trace, pool: Pool) -> Tasks:
    """The tasks of a pool, with the ends that its maps tell where nothing else does."""
    tasks = pool.tasks
    if tasks.ended.all():
        return tasks
    ends, ended = tasks.ends.copy(), tasks.ended.copy()
    for batch in _maps(trace, pool):
        first = int(np.searchsorted(tasks.begins, batch.tasks.begins[0]))
        ends[first : first + len(batch.tasks)] = batch.tasks.ends
        ended[first : first + len(batch.tasks)] = True
    return replace(tasks, ends=ends, ended=ended)
