"""Locks: who held each one, who waited for it, and what that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Refs, Times, Trace

_IS_LOCK_KIND = np.zeros(256, bool)
_IS_LOCK_KIND[list(ev.LOCK_KINDS)] = True


class LockHistory(Struct, frozen=True, eq=False):
    """What happened to one lock."""

    object_index: int
    """Its row of `Trace.objects`."""
    name: str
    """Its name."""
    hold_starts: Times
    """int64[n], sorted: when somebody got it."""
    hold_ends: Times
    """int64[n]: when it was given back, or the end of what is known."""
    holders: Refs
    """int32[n]: the lane that got it."""
    wait_starts: Times
    """int64[m], sorted: when somebody began to wait for it."""
    wait_ends: Times
    """int64[m]: when the wait was over, by success or not."""
    waiters: Refs
    """int32[m]: the lane that waited."""
    waits_over: Times
    """int64[m], sorted: `wait_ends` in the order of time."""

    @property
    def acquisitions(self) -> int:
        """How often somebody got it."""
        return len(self.hold_starts)

    @property
    def contended(self) -> int:
        """How often somebody had to wait for it."""
        return len(self.wait_starts)

    @property
    def wait_ns(self) -> int:
        """All waiting together."""
        return int((self.wait_ends - self.wait_starts).sum())

    @property
    def longest_wait_ns(self) -> int:
        """The longest wait."""
        return int((self.wait_ends - self.wait_starts).max(initial=0))

    @property
    def held_ns(self) -> int:
        """All holding together."""
        return int((self.hold_ends - self.hold_starts).sum())

    def holder_at(self, at_ns: int) -> int:
        """The lane that holds it at a moment, of several the last to get it, or -1."""
        begun = int(np.searchsorted(self.hold_starts, at_ns, "right"))
        lasting = np.flatnonzero(self.hold_ends[:begun] > at_ns)
        return int(self.holders[lasting[-1]]) if len(lasting) else -1

    def waiters_at(self, at_ns: int) -> list[int]:
        """The lanes that wait for it at a moment."""
        waiting = (self.wait_starts <= at_ns) & (at_ns < self.wait_ends)
        return [int(lane) for lane in self.waiters[waiting]]


def lock_histories(trace: Trace) -> list[LockHistory]:
    """The history of every lock that some event mentions, in the order of `Trace.objects`."""
    events = _lock_events(trace.lanes)
    edges = np.searchsorted(events[0], np.arange(len(trace.objects) + 1))
    return [
        _history(index, trace, events[:, edges[index] : edges[index + 1]])
        for index in np.flatnonzero(np.diff(edges)).tolist()
    ]


def _lock_events(lanes: Sequence[Lane]) -> NDArray[np.int64]:
    """int64[4, n]: object, time, kind and lane of all lock events, by object and then by time."""
    tables = [np.empty((4, 0), np.int64)]
    for index, lane in enumerate(lanes):
        rows = np.flatnonzero(_IS_LOCK_KIND[lane.kinds])
        columns = lane.objects[rows], lane.times[rows], lane.kinds[rows], np.full(len(rows), index)
        tables.append(np.stack(columns).astype(np.int64, copy=False))
    table = np.concatenate(tables, axis=1)
    return table[:, np.lexsort((table[1], table[0]))]


def _history(index: int, trace: Trace, events: NDArray[np.int64]) -> LockHistory:
    """Pair one lock's events. What does not end lasts to its lane's end."""
    ends = np.array([lane.end_ns for lane in trace.lanes], np.int64)
    holds, waits = _holds(events[1:], ends), _waits(events[1:], ends)
    return LockHistory(
        index,
        trace.objects[index].name,
        holds[0].copy(),
        holds[1].copy(),
        holds[2].astype(np.int32),
        waits[0].copy(),
        waits[1].copy(),
        waits[2].astype(np.int32),
        np.sort(waits[1]),
    )


def _waits(events: NDArray[np.int64], ends: Times) -> NDArray[np.int64]:
    """int64[3, m]: begin, end and lane of each wait, by begin. A wait ends with what its lane does
    next but release; of two in a row the first is not known to have lasted."""
    events = events[:, events[1] != ev.LOCK_RELEASED]
    at, kinds, lanes = events[:, np.argsort(events[2], kind="stable")]
    goes_on = np.append(lanes[1:] == lanes[:-1], np.zeros(min(len(at), 1), bool))
    following = np.append(at[1:], at[:1])
    until = np.where(goes_on, following, np.maximum(at, ends[lanes]))
    waiting = kinds == ev.LOCK_WAIT
    waiting[:-1] &= ~(goes_on[:-1] & waiting[1:])
    waits = np.stack((at, until, lanes))[:, waiting]
    return waits[:, np.lexsort((waits[2], waits[1], waits[0]))]


def _holds(events: NDArray[np.int64], ends: Times) -> NDArray[np.int64]:
    """int64[3, n]: begin, end and lane of each hold, by begin."""
    at, kinds, lanes = events[:, (events[1] == ev.LOCK_ACQUIRED) | (events[1] == ev.LOCK_RELEASED)]
    got = kinds == ev.LOCK_ACQUIRED
    if len(got) and not (got[0] and (got[1:] != got[:-1]).all()):
        return _tangled_holds(at, got, lanes, ends)
    begins, holders, until = at[got], lanes[got], at[~got]
    if len(until) < len(begins):
        until = np.append(until, max(begins[-1], ends[holders[-1]]))
    return np.stack((begins, until, holders))


def _tangled_holds(
    at: Times, got: NDArray[np.bool_], lanes: NDArray[np.int64], ends: Times
) -> NDArray[np.int64]:
    """As `_holds`, one by one, where acquisitions and releases do not take turns: events are
    missing, or a release is stamped after the acquisition it made way for."""
    holds: list[tuple[int, int, int]] = []
    held: list[tuple[int, int]] = []
    for time, is_begin, lane in zip(at.tolist(), got.tolist(), lanes.tolist(), strict=True):
        if is_begin:
            held.append((time, lane))
        elif held:
            since, holder = held.pop(_given_back(held, lane))
            holds.append((since, time, holder))
    holds += [(since, max(since, int(ends[holder])), holder) for since, holder in held]
    return np.array(sorted(holds), np.int64).reshape(-1, 3).T


def _given_back(held: list[tuple[int, int]], lane: int) -> int:
    """Which acquisition a release ends: the releaser's own, else (a Lock may be released by
    anyone) the oldest."""
    for row in range(len(held) - 1, -1, -1):
        if held[row][1] == lane:
            return row
    return 0
