"""Who let whom go on by a task that was handed in, by its result, or by an item that a queue's
feeder carries: of those that have a number.

Who waits for one is let go on by who made it. Where a thread carries it from one to the other (the
feeder of a queue, the threads of a pool) and was busy with what came before, by that thread; and
that one, where it had nothing to do, by whoever made it. A worker, and who carries, has nothing to
do from its last event on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.analysis.figures.numbered import Numbered, by_lane, numbered, whole_of
from paraviz.analysis.figures.waits import JumpColumns, receipts_of
from paraviz.distinct import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.trace.model import Lane, Refs, Times, Trace

SLACK_NS = 1_000_000_000
"""Who carries says that it is done after the fact: no later than that."""


def carried(trace: Trace) -> JumpColumns:
    """All of them."""
    parts = [*_tasks(trace), *_results(trace), *_items(trace)]
    at = np.concatenate([part.at for part in parts])
    lanes = np.concatenate([part.lanes for part in parts])
    origins = np.concatenate([part.origins for part in parts])
    good = lanes != origins
    return JumpColumns(at[good], lanes[good], origins[good])


def _jumps(good: NDArray[np.bool_], at: Times, lanes: Refs, origins: Refs) -> JumpColumns:
    return JumpColumns(at[good], lanes[good], origins[good])


def _tasks(trace: Trace) -> Iterator[JumpColumns]:
    """From a worker that was idle to who handed its task in, or carried it to the worker."""
    submits, passed, begins = (
        numbered(trace.lanes, kind) for kind in (ev.TASK_SUBMIT, ev.TASK_PASSED, ev.TASK_BEGIN)
    )
    handed = submits.last(whole_of(begins.numbers), begins.at)
    by = passed.last(begins.numbers, begins.at + SLACK_NS)
    source, known = submits.rows(handed), by >= 0
    carrier = passed.rows(by)
    busy = known & (carrier.before >= source.at)
    direct = (handed >= 0) & ~busy & (source.at >= begins.before)
    when = np.minimum(carrier.at, begins.at)
    yield _jumps(direct, source.at, begins.lanes, source.lanes)
    yield _jumps(known & ~direct & (when >= begins.before), when, begins.lanes, carrier.lanes)
    row = submits.last(whole_of(passed.numbers), passed.at)
    source = submits.rows(row)
    idle = (row >= 0) & (passed.before < source.at)
    yield _jumps(idle, source.at, passed.lanes, source.lanes)


def _results(trace: Trace) -> Iterator[JumpColumns]:
    """From who waited for a result to the worker that made it, or to who carried it."""
    waits = _result_waits(trace)
    sets, taken, begins, ends = (
        numbered(trace.lanes, kind)
        for kind in (ev.RESULT_SET, ev.RESULT_TAKEN, ev.TASK_BEGIN, ev.TASK_END)
    )
    row = sets.last(waits.numbers, waits.at)
    by = sets.rows(row)
    met = (row >= 0) & (by.at >= waits.before)
    own = by_lane(taken)
    row = own.keyed_by_lane().last(by.lanes.astype(np.int64), by.at)
    last = own.rows(row)
    made, done = _done(begins, ends, last)
    direct = met & (row >= 0) & made & (last.before < done.at) & (done.at >= waits.before)
    yield _jumps(direct, done.at, waits.lanes, done.lanes)
    yield _jumps(met & ~direct, by.at, waits.lanes, by.lanes)
    made, done = _done(begins, ends, taken)
    yield _jumps(made & (taken.before < done.at), done.at, taken.lanes, done.lanes)


def _done(begins: Numbered, ends: Numbered, taken: Numbered) -> tuple[NDArray[np.bool_], Numbered]:
    """Whether it is known who made the results that were taken, and by whom and when each was: its
    worker has sent it by the time that it does something else. A worker that was killed at once may
    not have told that it was done."""
    ended, begun = ends.last(taken.numbers, taken.at), begins.last(taken.numbers, taken.at)
    told = ended >= 0
    lanes = np.where(told, ends.rows(ended).lanes, begins.rows(begun).lanes)
    at = np.where(told, np.minimum(ends.rows(ended).after, taken.at), taken.at)
    return told | (begun >= 0), taken._replace(at=at, lanes=lanes)


def _result_waits(trace: Trace) -> Numbered:
    """The waits for a result that were met, as its ends, `before` being their begins."""
    ends = numbered(trace.lanes, ev.RESULT)
    begins = numbered(trace.lanes, ev.RESULT_WAIT)
    begun = begins.last(ends.numbers, ends.at)
    good = (begun >= 0) & (begins.rows(begun).lanes == ends.lanes)
    return ends._replace(before=begins.rows(begun).at).rows(np.flatnonzero(good))


def _items(trace: Trace) -> Iterator[JumpColumns]:
    """From who waited for an item to the feeder that carried it, where that took long."""
    fed = numbered(trace.lanes, ev.ITEM_PASSED)
    if not len(fed.at):
        return
    puts, gets = (_of_numbers(trace, kind, fed.numbers) for kind in (ev.PUT, ev.GET))
    source = puts.rows(row := puts.last(fed.numbers, fed.at))
    idle = (row >= 0) & (fed.before < source.at)
    yield _jumps(idle, source.at, fed.lanes, source.lanes)
    by = fed.last(gets.numbers, gets.at + SLACK_NS)
    feeder = fed.rows(by)
    row = puts.last(gets.numbers, gets.at)
    source = puts.rows(row)
    busy = (row < 0) | (feeder.before >= source.at) | (source.at < gets.before)
    when = np.minimum(feeder.at, gets.at)
    late = (by >= 0) & busy & (when >= gets.before)
    yield _jumps(late, when, gets.lanes, feeder.lanes)


def _of_numbers(trace: Trace, kind: int, numbers: Times) -> Numbered:
    """Those with one of these numbers, which no two queues share; of a get `before` is when the
    wait for it began, or after it."""
    lanes = [_masked(lane, np.isin(lane.values, numbers)) for lane in trace.lanes]
    found = numbered(lanes, kind)
    if kind != ev.GET:
        return found
    before = found.at + 1
    for index in distinct(found.lanes).tolist():
        begins, ends, _ = receipts_of(trace.lanes[index])
        own = np.flatnonzero(found.lanes == index)
        place = np.searchsorted(ends, found.at[own])
        there = place < len(ends)
        there[there] = ends[place[there]] == found.at[own][there]
        before[own[there]] = begins[place[there]]
    return found._replace(before=before)


def _masked(lane: Lane, wanted: NDArray[np.bool_]) -> Lane:
    return replace(lane, values=np.where(wanted, lane.values, 0))
