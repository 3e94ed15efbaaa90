"""The recent part of lanes that grow: their last events, and of all those before only what has a
say still: waits that go on, locks that are held, spans that did not end, the last event.

So what follows from events can be worked out for what is new, in place of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.distinct import distinct
from paraviz.trace.causality.brackets import open_waits, still_open
from paraviz.trace.grouping import by_number
from paraviz.trace.histories.lock_pairing import paired
from paraviz.trace.kinds import of_kinds

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane

    Rows = NDArray[np.intp]

_MOST_KEPT = 256
"""Of a lane. Waits whose end was not told would gather without an end."""
_NESTED = 4
"""Locks in locks that are looked for at first."""
_BEGINS, _ENDS = (ev.TASK_BEGIN, ev.SPAN_BEGIN), (ev.TASK_END, ev.SPAN_END)


class Recent(Struct, frozen=True, eq=False):
    """Which part of one lane is recent."""

    first: int = 0
    """The row of its first recent event."""
    kept: Rows = np.empty(0, np.intp)
    """intp[k], sorted: rows before that have a say still."""
    written: int = 0
    """How many characters it wrote before."""
    since_ns: int = 0
    """From when on events are recent; those that came late may be older."""

    def rows(self, lane: Lane) -> Rows:
        """intp[n]: the rows of the events of `part`."""
        return np.concatenate((self.kept, np.arange(self.first, len(lane.times), dtype=np.intp)))

    def part(self, lane: Lane) -> Lane:
        """The lane with these events alone, and what it wrote by them."""
        if not self.first:
            return lane
        past, last = self.kept, slice(self.first, None)
        values = lane.values[past]
        values[lane.kinds[past] == ev.WRITE] = 0
        return replace(
            lane,
            times=np.concatenate((lane.times[past], lane.times[last])),
            kinds=np.concatenate((lane.kinds[past], lane.kinds[last])),
            objects=np.concatenate((lane.objects[past], lane.objects[last])),
            values=np.concatenate((values, lane.values[last])),
            sites=np.concatenate((lane.sites[past], lane.sites[last])),
            text=lane.text[self.written :],
        )


def advanced(lanes: Sequence[Lane], recent: Sequence[Recent], to_ns: int) -> list[Recent]:
    """The recent parts from `to_ns` on; `recent`: those before, from an earlier moment on."""
    stops = [
        max(part.first, int(np.searchsorted(lane.times, to_ns)))
        for lane, part in zip(lanes, recent, strict=True)
    ]
    pasts = [
        np.concatenate((part.kept, np.arange(part.first, stop, dtype=np.intp)))
        for part, stop in zip(recent, stops, strict=True)
    ]
    held = _held(lanes, pasts)
    result = []
    for lane, part, stop, rows, locks in zip(lanes, recent, stops, pasts, held, strict=True):
        if stop == part.first and not len(part.kept):
            result.append(replace(part, since_ns=to_ns))
            continue
        kinds, objects = lane.kinds[rows], lane.objects[rows]
        spans = np.flatnonzero(of_kinds(kinds, _BEGINS + _ENDS))
        begun = of_kinds(kinds[spans], _BEGINS)
        spans = spans[still_open(np.zeros(len(spans), np.int64), begun)]
        matter = np.zeros(len(rows), bool)
        # Without what it lets go of, a release would be that of somebody else's hold.
        matter[-1:] = kinds[-1:] != ev.LOCK_RELEASED
        matter[open_waits(kinds, objects)] = True
        matter[spans] = True
        matter[locks] = True
        # Whether a line end is shown goes by what was written before.
        matter[np.flatnonzero(kinds == ev.WRITE)[-1:]] = True
        fresh = slice(part.first, stop)
        writes = lane.kinds[fresh] == ev.WRITE
        written = part.written + int(lane.values[fresh][writes].sum())
        result.append(Recent(stop, rows[matter][-_MOST_KEPT:], written, to_ns))
    return result


class _Turns(NamedTuple):
    """What acquired and released locks in the pasts of all lanes, as columns of n rows."""

    places: NDArray[np.intp]
    """In the past of its lane."""
    lanes: NDArray[np.intp]
    objects: NDArray[np.int32]
    times: NDArray[np.int64]
    got: NDArray[np.bool_]

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> _Turns:
        """Some of them."""
        places, lanes, objects = self.places[rows], self.lanes[rows], self.objects[rows]
        return _Turns(places, lanes, objects, self.times[rows], self.got[rows])

    def without_pairs(self) -> _Turns:
        """Of one lane: without what it let go of before it took or let go of anything else, as all
        of it is in most lanes, and what is around only that."""
        turns = self
        for _ in range(_NESTED):
            pairs = turns.got[:-1] & ~turns.got[1:] & (turns.objects[:-1] == turns.objects[1:])
            if not pairs.any():
                break
            left = np.ones(len(turns.got), bool)
            left[:-1][pairs] = False
            left[1:][pairs] = False
            turns = turns.at(left)
        return turns


def _held(lanes: Sequence[Lane], pasts: Sequence[Rows]) -> list[Rows]:
    """For each lane the places in `pasts` of what acquired a lock that is held still."""
    each = list(enumerate(zip(lanes, pasts, strict=True)))
    alone = [_turns(index, lane, rows).without_pairs() for index, (lane, rows) in each]
    others = distinct(np.concatenate([_by_others(turns) for turns in alone]))
    found = [_left(turns.at(~np.isin(turns.objects, others))) for turns in alone]
    if not len(others):
        return found
    mixed = [_turns(index, lane, rows) for index, (lane, rows) in each]
    both = _Turns(*(np.concatenate(column) for column in zip(*mixed, strict=True)))
    both = both.at(np.argsort(both.times, kind="stable"))
    for thing in others.tolist():
        own = both.at(both.objects == thing)
        begun, over = paired(own.got, own.lanes.astype(np.int32))
        left = own.at(begun[over < 0])
        for index in distinct(left.lanes).tolist():
            found[index] = np.concatenate((found[index], left.places[left.lanes == index]))
    return found


def _turns(index: int, lane: Lane, rows: Rows) -> _Turns:
    """Those of a lane, in the order of time."""
    places = np.flatnonzero(of_kinds(lane.kinds[rows], (ev.LOCK_ACQUIRED, ev.LOCK_RELEASED)))
    where = rows[places]
    objects = lane.objects[where]
    known = objects >= 0
    if not known.all():
        places, where, objects = places[known], where[known], objects[known]
    got = lane.kinds[where] == ev.LOCK_ACQUIRED
    return _Turns(places, np.full(len(places), index), objects, lane.times[where], got)


def _by_others(turns: _Turns) -> NDArray[np.int32]:
    """The locks that this lane lets go of without having them: others have a say in them."""
    if not len(turns.got):
        return turns.objects
    turns = turns.at(by_number(turns.objects))
    firsts = np.flatnonzero(np.diff(turns.objects, prepend=-1))
    walk = np.cumsum(np.where(turns.got, 1, -1))
    before = np.append(0, walk)[firsts]
    return turns.objects[firsts][np.minimum.reduceat(walk, firsts) < before]


def _left(turns: _Turns) -> Rows:
    """The places of what a lane holds still of locks that it alone lets go of."""
    return turns.places[still_open(turns.objects.astype(np.int64), turns.got)]
