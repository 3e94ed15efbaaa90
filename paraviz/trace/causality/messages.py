"""Messages: which put a get belongs to, and which send a receive.

A queue's items have numbers, which a put and its get share. A connection's messages have none, but
a pipe is first in, first out: the k-th message that was sent into one end is the k-th that came out
of the other. A pair whose sizes differ, or whose receive is before its send, is none: something is
missing there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.kinds import lanes_with
from paraviz.trace.model import Refs, Times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, SharedObject, Trace

Indices = NDArray[np.intp]
_NO_REFS, _NO_TIMES = np.empty(0, np.int32), np.empty(0, np.int64)


class Messages(Struct, frozen=True, eq=False):
    """What went from one worker to another, or to itself, by the moment it was put or sent."""

    senders: Refs
    """int32[n]: the lane that put or sent it."""
    sent: Refs
    """int32[n]: the row of that lane's event."""
    receivers: Refs
    """int32[n]: the lane that got or received it."""
    received: Refs
    """int32[n]: the row of that lane's event."""

    def __len__(self) -> int:
        return len(self.sent)


class _Events(NamedTuple):
    """Events of one kind that are about something, lane by lane."""

    objects: Refs
    values: Times
    times: Times
    lanes: Refs
    rows: Refs


def messages(trace: Trace) -> Messages:
    """All messages of a trace that have arrived, as far as both ends are known."""
    puts, gets, sends, receives = (
        _events(trace.lanes, kind) for kind in (ev.PUT, ev.GET, ev.SEND, ev.RECEIVE)
    )
    by_number = _paired(puts, gets, *_by_number(puts, gets))
    copied = _paired(puts, gets, *_by_copies(trace, puts, gets))
    by_order = _paired(sends, receives, *_by_order(sends, receives, trace.objects))
    order = np.argsort(np.concatenate((by_number[0], by_order[0], copied[0])), kind="stable")
    columns = zip(by_number[1:], by_order[1:], copied[1:], strict=True)
    return Messages(*(np.concatenate(column)[order] for column in columns))


def _events(lanes: Sequence[Lane], kind: int) -> _Events:
    parts = [(_NO_REFS, _NO_TIMES, _NO_TIMES, _NO_REFS, _NO_REFS)]
    for index, lane in lanes_with(lanes, (kind,)):
        rows = np.flatnonzero((lane.kinds == kind) & (lane.objects >= 0)).astype(np.int32)
        columns = lane.objects[rows], lane.values[rows], lane.times[rows]
        parts.append((*columns, np.full(len(rows), index, np.int32), rows))
    return _Events(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _by_number(puts: _Events, gets: _Events) -> tuple[Indices, Indices]:
    """Which puts and gets are of one object and number, which is not 0; a put has one get."""
    objects = np.concatenate((puts.objects, gets.objects))
    values = np.concatenate((puts.values, gets.values))
    # In a stable sort a put comes before the get of its number.
    order = np.lexsort((values, objects))
    objects, values = objects[order], values[order]
    first, second = order[:-1], order[1:]
    count = len(puts.rows)
    pairs = (first < count) & (second >= count) & (values[:-1] != 0)
    pairs &= (objects[:-1] == objects[1:]) & (values[:-1] == values[1:])
    return first[pairs], second[pairs] - count


def _by_copies(trace: Trace, puts: _Events, gets: _Events) -> tuple[Indices, Indices]:
    """What was put before a fork and got from a queue's copy, perhaps from the original, too."""
    originals = np.array([thing.copy_of for thing in trace.objects], np.int32)
    forked = {fork.pid: fork.at_ns for fork in trace.forks}
    at = np.array([forked.get(thing.pid, 0) for thing in trace.objects], np.int64)
    put, got = [np.empty(0, np.intp)], [np.empty(0, np.intp)]
    rows = np.flatnonzero((originals >= 0)[gets.objects]) if len(originals) else put[0]
    objects = gets.objects
    while len(rows):
        forks, objects = at[objects], originals[objects]
        moved = gets._replace(objects=objects[rows], values=gets.values[rows], rows=gets.rows[rows])
        one, other = _by_number(puts, moved)
        other = rows[other]
        before = puts.times[one] <= forks[other]
        put.append(one[before])
        got.append(other[before])
        rows = rows[(originals >= 0)[objects[rows]]]
    return np.concatenate(put), np.concatenate(got)


def _by_order(
    sends: _Events, receives: _Events, objects: Sequence[SharedObject]
) -> tuple[Indices, Indices]:
    """The k-th of what was sent into an end, with the k-th of what was received from its peer."""
    peers = np.array([thing.peer for thing in objects], np.int64)
    ends = peers[sends.objects]
    sent = np.lexsort((sends.times, ends))
    sent = sent[ends[sent] >= 0]
    received = np.lexsort((receives.times, receives.objects))
    ends, arrived = ends[sent], receives.objects[received]
    known = np.arange(len(objects))
    shift = np.searchsorted(arrived, known) - np.searchsorted(ends, known)
    places = np.arange(len(ends)) + shift[ends]
    there = np.flatnonzero(places < len(arrived))
    there = there[arrived[places[there]] == ends[there]]
    sent, received = sent[there], received[places[there]]
    alike = sends.values[sent] == receives.values[received]
    return sent[alike], received[alike]


def _paired(
    sends: _Events, receives: _Events, sent: Indices, received: Indices
) -> tuple[Times, Refs, Refs, Refs, Refs]:
    """When it was sent, and the columns of `Messages`, of the pairs that time allows."""
    at = sends.times[sent]
    good = np.flatnonzero(at <= receives.times[received])
    at, sent, received = at[good], sent[good], received[good]
    return (
        at,
        sends.lanes[sent],
        sends.rows[sent],
        receives.lanes[received],
        receives.rows[received],
    )
