"""The states of a run that goes on, worked out anew only where they are recent.

Each snapshot derives them for the recent part of each lane (`trace.recent`); what was before keeps
the states that it was given then. Once a run is over they are derived from all there is, at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec.structs import replace

from paraviz.session.lane_buffer import Growing
from paraviz.trace.model import States, no_states
from paraviz.trace.recent import Recent, advanced
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.trace.model import Lane, Times

    Key = tuple[int, ...]
    Derive = Callable[["Sequence[Tail]"], Sequence[Lane]]

MOST_EVENTS = 100_000
"""So many recent events are derived with each snapshot: more of them become past."""
LEAST_EVENTS = 30_000
"""So many stay recent."""
LAG_NS = 100_000_000
"""And what is younger: what others have to say of it may be on its way."""
APART_NS = 1_000_000
"""Looks at all threads, one after the other, are less apart."""
MOST_LANES = 2_000
"""Of more lanes everything is derived each time."""


class Tail(NamedTuple):
    """The recent part of a lane."""

    lane: Lane
    """With its recent events. It begins with `since_ns`, or somewhat earlier if that helps."""
    since_ns: int
    """From when on its states are wanted."""
    ran_ns: int
    """For how long it ran before that, as far as is known."""
    birth_ns: int
    """When its life began."""

    @property
    def goes_on(self) -> bool:
        """Whether some of its life is past."""
        return self.birth_ns < self.since_ns


class _Past:
    """The states of one lane up to some moment."""

    def __init__(self, lane: Lane) -> None:
        self.start_ns = lane.start_ns
        self.until_ns = lane.start_ns
        self.recent = Recent()
        self.ran_ns = 0
        self._columns = Growing(np.int64), Growing(np.uint8), Growing(np.int32)
        self.end_ns: int | None = None
        """When it ended, if that was in the past."""

    def states(self) -> States:
        return States(*(column.so_far() for column in self._columns))

    def settle(self, lane: Lane, tail: States, to_ns: int) -> None:
        """What `tail` (from `until_ns` on) says up to `to_ns` is past."""
        before, count = self.states(), int(np.searchsorted(tail.starts, to_ns))
        fresh = _joined(before, tail)[1]
        # Of what came late the states before stay as they are.
        first = int(np.searchsorted(fresh.starts, before.starts[-1], "right")) if len(before) else 0
        last = max(first, int(np.searchsorted(fresh.starts, to_ns)))
        starts, states, causes = self._columns
        starts.append(fresh.starts[first:last])
        states.append(fresh.states[first:last])
        causes.append(fresh.causes[first:last])
        ends = np.minimum(np.append(tail.starts[1:], lane.end_ns), to_ns)[:count]
        running = tail.states[:count] == State.RUNNING
        self.ran_ns += int((ends - tail.starts[:count])[running].sum())
        self.until_ns = max(self.until_ns, min(to_ns, lane.end_ns))
        self.end_ns = lane.end_ns if lane.end_reason and lane.end_ns <= to_ns else None


class Settled:
    """The states of all lanes of a run."""

    def __init__(self) -> None:
        self._pasts: dict[Key, _Past] = {}
        self.since_ns: int | None = None
        """From when on everything is recent; None while all of it is."""
        self.recent: tuple[Recent, ...] = ()
        """The recent parts that the last snapshot was derived from."""

    def with_states(
        self,
        lanes: Sequence[Lane],
        keys: Sequence[Key],
        now_ns: int,
        derive: Derive,
        looks: Times | None = None,
    ) -> list[Lane]:
        """The lanes with their states. `keys`: what is the same of each lane in all snapshots;
        `derive`: the recent parts with theirs; `looks`: when threads' accounts were looked at,
        sorted: what they tell is of the time between two."""
        pasts = [self._past(key, lane) for key, lane in zip(keys, lanes, strict=True)]
        if len(lanes) > MOST_LANES or None in pasts:
            self.forget()
            pasts = [self._past(key, lane) for key, lane in zip(keys, lanes, strict=True)]
        tails = [_tail(lane, past) for lane, past in zip(lanes, pasts, strict=True) if past]
        self.recent = tuple(past.recent for past in pasts if past)
        result, found = [], []
        for lane, past, tail, told in zip(lanes, pasts, tails, derive(tails), strict=True):
            assert past is not None
            states = _told(lane, past, tail, told)
            found.append(states)
            result.append(replace(lane, states=_whole(past, states)))
        events = sum(len(tail.lane.times) for tail in tails)
        if events > MOST_EVENTS and len(lanes) <= MOST_LANES:
            to_ns = self._where_to_cut(lanes, now_ns, looks)
            if self.since_ns is None or to_ns > self.since_ns:
                self._advance(lanes, [past for past in pasts if past], found, to_ns)
        return result

    @property
    def is_past(self) -> bool:
        """Whether any of it is past, as the last snapshot has it."""
        return any(part.first for part in self.recent)

    def forget(self) -> None:
        """All of it is recent again."""
        self._pasts = {}
        self.since_ns = None

    def _past(self, key: Key, lane: Lane) -> _Past | None:
        """What is past of a lane; None where what was thought of it does not hold."""
        past = self._pasts.get(key)
        if past is None:
            past = self._pasts[key] = _Past(lane)
        is_other = past.start_ns != lane.start_ns or past.until_ns > lane.end_ns
        return None if is_other or past.end_ns not in (None, lane.end_ns) else past

    def _where_to_cut(self, lanes: Sequence[Lane], now_ns: int, looks: Times | None) -> int:
        """From when on events stay recent."""
        to_ns = now_ns - LAG_NS
        last = np.concatenate([np.empty(0, np.int64), *(x.times[-LEAST_EVENTS:] for x in lanes)])
        if len(last) > LEAST_EVENTS:
            place = len(last) - LEAST_EVENTS
            to_ns = min(to_ns, int(np.partition(last, place)[place]))
        if looks is None:
            return to_ns
        sweeps = looks[np.flatnonzero(np.diff(looks, prepend=-APART_NS) >= APART_NS)]
        before = int(np.searchsorted(sweeps, to_ns, "right")) - 1
        at_ns = int(sweeps[before]) if before >= 0 else to_ns
        return at_ns if self.since_ns is None or at_ns > self.since_ns else to_ns

    def _advance(
        self, lanes: Sequence[Lane], pasts: Sequence[_Past], found: Sequence[States], to_ns: int
    ) -> None:
        parts = advanced(lanes, [past.recent for past in pasts], to_ns)
        for lane, past, states, part in zip(lanes, pasts, found, parts, strict=True):
            past.settle(lane, states, to_ns)
            past.recent = part
        self.since_ns = to_ns


def _tail(lane: Lane, past: _Past) -> Tail:
    part = past.recent.part(lane)
    if past.end_ns is not None and past.recent.first == len(lane.times):
        # Nothing more is to be found of it.
        gone = replace(part, start_ns=lane.end_ns, **_no_events(part))
        return Tail(gone, lane.end_ns, past.ran_ns, lane.end_ns)
    since = past.until_ns
    if past.recent.first < len(lane.times):
        # What comes late is heard all the same.
        since = max(min(since, int(lane.times[past.recent.first])), lane.start_ns)
    start = max(since - 1, lane.start_ns)
    return Tail(replace(part, start_ns=start), since, past.ran_ns, lane.start_ns)


def _no_events(lane: Lane) -> dict[str, object]:
    names = ("times", "kinds", "objects", "values", "sites")
    return {name: getattr(lane, name)[:0] for name in names}


def _told(lane: Lane, past: _Past, tail: Tail, told: Lane) -> States:
    """What was derived, from `since_ns` on, with causes as rows of the lane."""
    states = told.states
    if not len(states) or tail.since_ns >= lane.end_ns:
        return no_states()
    first = max(int(np.searchsorted(states.starts, tail.since_ns, "right")) - 1, 0)
    starts, causes = states.starts[first:].copy(), states.causes[first:].copy()
    starts[0] = max(int(starts[0]), tail.since_ns)
    if past.recent.first:
        rows = past.recent.rows(lane)
        known = np.flatnonzero(causes >= 0)
        causes[known] = rows[causes[known]]
    return States(starts, states.states[first:], causes)


def _whole(past: _Past, tail: States) -> States:
    before = past.states()
    if not len(before):
        return tail
    if len(tail):
        count = int(np.searchsorted(before.starts, tail.starts[0]))
        before = States(before.starts[:count], before.states[:count], before.causes[:count])
    one, other = _joined(before, tail)
    return States(
        np.concatenate((one.starts, other.starts)),
        np.concatenate((one.states, other.states)),
        np.concatenate((one.causes, other.causes)),
    )


def _joined(before: States, after: States) -> tuple[States, States]:
    """The two without the first state of the second where it is what went on before."""
    if len(before) and len(after) and before.states[-1] == after.states[0]:
        alike = before.causes[-1] == after.causes[0] or after.states[0] == State.RUNNING
        if alike:
            return before, States(after.starts[1:], after.states[1:], after.causes[1:])
    return before, after
