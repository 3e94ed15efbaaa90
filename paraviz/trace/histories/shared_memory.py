"""Shared memory: who read and wrote what, and whose updates were lost.

A worker **updates** a variable when it writes what it has just read: its last access before the
write was a read. One that writes the same value again and again, in another line, sets a flag or a
turn: it may have waited for that in a loop, but did not make it of what it read. An update
**overwrites** others' writes that came between the two, which it had not seen (P4 of Berenson et
al., *A Critique of ANSI SQL Isolation Levels*, 1995). One who held on to an old value for long may
overwrite many at once; and if the other then does the same with a value from before that, they are
all back, and the first one's write is gone.

So what is **lost** is told from the end: the last write is kept, what that worker had read is kept,
what the writer of that had read, and so on. A write without a read begins anew: what it replaced is
kept up to there. All other writes are lost; for a counter, they are what is missing from its value.

Accesses with the same stamp count as if the writes came first: what cannot be proved is not told.
How far the order of accesses without a lock can be trusted, `observe.probes.memory.sharing` says.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.trace.cancellation import Pace
from paraviz.trace.grouping import by_number

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Times, Trace


class Overwrite(Struct, frozen=True):
    """One write over others' that its writer had not seen."""

    lane_index: int
    """Who overwrote."""
    read_row: int
    """The row of the lane's events with its last read."""
    write_row: int
    """The row of its write."""
    other_lane: int
    """Whose write was the last between the two, and lost."""
    other_row: int
    """The row of that lane's events with it."""


class SharedHistory(Struct, frozen=True, eq=False):
    """What happened to one shared variable, or one element."""

    object_index: int
    """Its row of `Trace.objects`."""
    name: str
    """Its name."""
    reads: int
    """How often somebody read it."""
    writes: int
    """How often somebody wrote it."""
    lost_updates: int
    """How many writes have no part in what came after them."""
    overwrites: tuple[Overwrite, ...]
    """By whom, in the order of those writes. None for a whole array, whose parts are not told
    apart."""


def shared_histories(trace: Trace, pace: Pace | None = None) -> list[SharedHistory]:
    """The history of each shared variable that has events, in the order of `Trace.objects`.

    `pace` is told how far it is.
    """
    pace = pace or Pace()
    table = _accesses(trace, pace)
    count = len(trace.objects)
    writes = np.bincount(table[_OBJECT, table[_IS_WRITE] == 1], minlength=count)
    total = np.bincount(table[_OBJECT], minlength=count)
    told_apart = np.array([bool(one.typecode) for one in trace.objects], bool)
    pace(0.3)
    found, losses = _overwrites(table[:, told_apart[table[_OBJECT]]], pace)
    pace(0.8)
    lost = np.bincount(losses, minlength=count)
    overwrites: dict[int, list[Overwrite]] = {}
    for index, *fields in found.T.tolist():
        overwrites.setdefault(index, []).append(Overwrite(*fields))
    return [
        SharedHistory(
            index,
            trace.objects[index].name,
            int(total[index] - writes[index]),
            int(writes[index]),
            int(lost[index]),
            tuple(overwrites.get(index, ())),
        )
        for index in np.flatnonzero(total).tolist()
    ]


def shown_value(value: int, typecode: str) -> int | float | str:
    """The value of an event as the program had it; the length of text (typecode "s"), -1 for None;
    the number of elements of a whole array ("")."""
    if typecode in ("d", "f"):
        return float(struct.unpack("=d", struct.pack("=q", value))[0])
    if typecode in ("c", "u") and 0 <= value < 0x110000:
        return chr(value)
    if typecode in ("L", "Q") and value < 0:
        return value + (1 << 64)
    return bool(value) if typecode == "?" else value


_OBJECT, _TIME, _IS_WRITE, _LANE, _ROW, _VALUE, _SITE = range(7)


def _accesses(trace: Trace, pace: Pace) -> NDArray[np.int64]:
    """int64[7, n]: object, time, whether it is a write, lane, row, value, site of all reads and
    writes, by lane and then by row."""
    tables = [np.empty((7, 0), np.int64)]
    for index, lane in enumerate(trace.lanes):
        pace(0.2 * index / len(trace.lanes))
        is_access = (lane.kinds == ev.MEMORY_READ) | (lane.kinds == ev.MEMORY_WRITE)
        rows = np.flatnonzero(is_access & (lane.objects >= 0))
        table = np.empty((7, len(rows)), np.int64)
        table[_OBJECT] = lane.objects[rows]
        table[_TIME] = lane.times[rows]
        table[_IS_WRITE] = lane.kinds[rows] == ev.MEMORY_WRITE
        table[_LANE] = index
        table[_ROW] = rows
        table[_VALUE] = lane.values[rows]
        table[_SITE] = lane.sites[rows]
        tables.append(table)
    return np.concatenate(tables, axis=1)


def _overwrites(
    table: NDArray[np.int64], pace: Pace
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """int64[6, k]: object, lane, read's row, write's row, other lane and row of its write, of every
    overwrite, by object and then by time of the write; int64[l]: the object of each lost write.

    Over all accesses by object and time, the last write before each one is a running maximum. An
    update overwrites if that stands after its read.
    """
    n = table.shape[1]
    by_time = np.argsort(2 * table[_TIME] - table[_IS_WRITE], kind="stable")
    in_order = by_time[by_number(table[_OBJECT, by_time])]
    pace(0.4)
    place = np.empty(n, np.int64)
    place[in_order] = np.arange(n)
    is_write = table[_IS_WRITE] == 1
    last_write = np.full(n + 1, -1, np.int64)
    last_write[1:] = np.maximum.accumulate(np.where(is_write[in_order], np.arange(n), -1))
    reads, writes = _updates(table, is_write)
    seen = np.full(n, -1, np.int64)
    # At most what stood there, should it have read and written in the same moment.
    seen[place[writes]] = last_write[np.minimum(place[reads], place[writes])]
    blind = is_write[in_order]
    blind[place[writes]] = False
    objects = table[_OBJECT, in_order]
    pace(0.6)
    kept = _kept(objects, is_write[in_order], blind, seen, last_write)
    overwritten = last_write[place[writes]]
    hit = overwritten > place[reads]
    reads, writes, others = reads[hit], writes[hit], in_order[overwritten[hit]]
    chosen = np.argsort(place[writes])
    reads, writes, others = reads[chosen], writes[chosen], others[chosen]
    losses = objects[is_write[in_order] & ~kept]
    found = np.stack(
        (
            table[_OBJECT, writes],
            table[_LANE, writes],
            table[_ROW, reads],
            table[_ROW, writes],
            table[_LANE, others],
            table[_ROW, others],
        )
    )
    return found, losses


def _kept(
    objects: Times,
    is_write: NDArray[np.bool_],
    blind: NDArray[np.bool_],
    seen: Times,
    last_write: Times,
) -> NDArray[np.bool_]:
    """bool[n]: which of the accesses (by object and time) are writes that had a part in the last
    one, or in one that was replaced without being read.

    `seen` (int64[n]): the write that an update had read, or -1; `last_write` (int64[n + 1]): the
    last write of any object before each access.
    """
    writes = np.flatnonzero(is_write)
    first = np.flatnonzero(np.diff(objects, prepend=-1))
    begins = np.repeat(first, np.diff(first, append=len(objects)))
    # What belongs to another object is none that was seen.
    earlier = np.where(seen >= begins, seen, -1)[writes]
    replaced = last_write[:-1][blind]
    replaced = replaced[replaced >= begins[blind]]
    last = np.append(objects[writes][1:] != objects[writes][:-1], True)[: len(writes)]
    number = np.cumsum(is_write) - 1
    roots = np.concatenate((np.flatnonzero(last), number[replaced]))
    kept = np.zeros(len(objects), bool)
    kept[writes] = _reached(np.where(earlier >= 0, number[earlier], -1), roots)
    return kept


def _reached(parents: NDArray[np.intp], roots: NDArray[np.intp]) -> NDArray[np.bool_]:
    """bool[w]: what is a root, or a parent of such, or one of that, and so on.

    `parents` (intp[w]): an earlier one or -1. Most come right after their parent: of each such run
    all up to the last one that is reached are.
    """
    if not len(parents):
        return np.zeros(0, bool)
    goes_on = parents == np.arange(-1, len(parents) - 1)
    goes_on[0] = False
    starts = np.flatnonzero(~goes_on)
    runs = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(parents)))
    before = parents[starts].tolist()
    run_before = runs[parents[starts]].tolist()
    reached = [-1] * len(starts)
    for at, run in zip(roots.tolist(), runs[roots].tolist(), strict=True):
        while at >= 0:
            until = reached[run]
            reached[run] = max(until, at)
            if until >= 0:
                break
            at, run = before[run], run_before[run]
    result: NDArray[np.bool_] = np.arange(len(parents)) <= np.array(reached)[runs]
    return result


def _updates(table: NDArray[np.int64], is_write: NDArray[np.bool_]) -> tuple[Times, Times]:
    """int64[u] each: the columns of reads, and of the writes that follow them in the same lane."""
    by_lane = by_number(table[_OBJECT])
    before, after = by_lane[:-1], by_lane[1:]
    follows = (
        (table[_OBJECT, before] == table[_OBJECT, after])
        & (table[_LANE, before] == table[_LANE, after])
        & ~is_write[before]
        & is_write[after]
    )
    reads, writes = before[follows], after[follows]
    # In one line it is one step, such as `+=`.
    known = (table[_SITE, reads] >= 0) & (table[_SITE, writes] >= 0)
    apart = known & (table[_SITE, reads] != table[_SITE, writes])
    updates = ~apart | ~_always_the_same(table, is_write)[writes]
    return reads[updates], writes[updates]


def _always_the_same(table: NDArray[np.int64], is_write: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """bool[n]: of a write, whether its worker writes nothing but this value there, more than once:
    it sets a flag or a turn, whatever it has read."""
    result = np.zeros(table.shape[1], bool)
    rows = np.flatnonzero(is_write)
    if not len(rows):
        return result
    rows = rows[np.lexsort((table[_LANE, rows], table[_OBJECT, rows]))]
    fresh = (np.diff(table[_OBJECT, rows], prepend=-1) != 0) | (
        np.diff(table[_LANE, rows], prepend=-1) != 0
    )
    first = np.flatnonzero(fresh)
    values = table[_VALUE, rows]
    same = np.minimum.reduceat(values, first) == np.maximum.reduceat(values, first)
    counts = np.diff(first, append=len(rows))
    result[rows] = np.repeat(same & (counts > 1), counts)
    return result
