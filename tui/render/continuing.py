"""What is drawn of a live run with many events, worked out for its recent part and joined to what
the view before had of the rest.

Of locks and marks the last ones stay, so many that they are drawn in no time; the others, and
output that is as old, come back when the run is over and all of it is looked at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.edges import Edges
from paraviz.trace.histories.counters import counters, is_counted
from paraviz.trace.histories.locks import LockHistory, lock_histories
from paraviz.trace.histories.transcript import Transcript
from paraviz.trace.recent import advanced

from .marks_of import Marks
from .plots import Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace import Trace
    from paraviz.trace.causality.deadlocks import Deadlock
    from paraviz.trace.model import Lane, Refs, Times
    from paraviz.trace.recent import Recent

    from .view import TraceView

MOST = 200_000
"""Marks of a lane, holds and waits of a lock, that stay."""
MOST_NEW = 60_000
"""Events that are looked at for them, each time. Of what is more between two looks, the older ones
have no holds and no marks until the run is over."""
MUCH_TEXT = 2_000_000
"""Characters of output that are all in the transcript."""


def continued(begun: TraceView, before: TraceView, revision: int) -> TraceView | None:
    """`begun` with all there is to it, of which `before` has what is past. None where that does
    not fit, and all of it has to be looked at."""
    trace, parts = begun.trace, begun.trace.recent
    places = _places(before.trace, trace)
    if places is None or not before.whole or any(one.copy_of >= 0 for one in trace.objects):
        return None
    parts = _newest(trace.lanes, parts)
    since_ns = parts[0].since_ns
    lanes = tuple(part.part(lane) for part, lane in zip(parts, trace.lanes, strict=True))
    recent = replace(trace, lanes=lanes, recent=())
    marks = []
    old = {new: known for known, new in enumerate(places.tolist())}
    for index, (part, lane) in enumerate(zip(parts, lanes, strict=True)):
        fresh = Marks.of(lane, part.written, len(part.kept))
        known = before.marks[old[index]] if index in old else Marks.none()
        marks.append(known.then(fresh, since_ns, MOST))
    locks = lock_histories(recent)
    much = sum(part.written for part in parts) + sum(len(lane.text) for lane in lanes) > MUCH_TEXT
    nothing = not before.counters and not any(is_counted(lane).any() for lane in lanes)
    return replace(
        begun,
        locks=_joined(before.locks, locks, places, since_ns),
        transcript=Transcript(recent if much else trace),
        edges=Edges(trace, recent),
        nested=begun.nested.continued(before.nested, old, lanes),
        whole=True,
        revision=revision,
        marks=tuple(marks),
        deadlocks=_deadlocks(before.deadlocks, deadlocks(recent, locks), places, since_ns),
        counters=() if nothing else tuple(Plot.of(counter) for counter in counters(trace)),
    )


def _newest(lanes: Sequence[Lane], parts: Sequence[Recent]) -> Sequence[Recent]:
    """The recent parts, or what is newest of them where that is too much for one look."""
    ends = [lane.times[part.first :][-MOST_NEW:] for part, lane in zip(parts, lanes, strict=True)]
    times = np.concatenate(ends)
    if len(times) <= MOST_NEW:
        return parts
    place = len(times) - MOST_NEW
    return advanced(lanes, parts, int(np.partition(times, place)[place]))


def _places(before: Trace, trace: Trace) -> Refs | None:
    """int32[L]: where each lane of an earlier snapshot is now; None where one is not there."""
    now = {_key(lane): index for index, lane in enumerate(trace.lanes)}
    found = [now.get(_key(lane), -1) for lane in before.lanes]
    return None if -1 in found else np.array(found, np.int32)


def _key(lane: Lane) -> tuple[int, int, str, int]:
    return lane.pid, lane.tid, lane.kind, lane.start_ns


def _joined(
    before: Sequence[LockHistory], locks: Sequence[LockHistory], places: Refs, since_ns: int
) -> tuple[LockHistory, ...]:
    """What was over before the recent part, and what is in it."""
    found = {lock.object_index: lock for lock in locks}
    for lock in before:
        now = found.get(lock.object_index)
        past = _past(lock, places, since_ns, now)
        found[lock.object_index] = past if now is None else _both(past, now)
    return tuple(found[index] for index in sorted(found))


def _past(lock: LockHistory, places: Refs, since_ns: int, now: LockHistory | None) -> LockHistory:
    """What was over of a lock, but for what goes on for all that is known."""
    holders, waiters = places[lock.holders], places[lock.waiters]
    held, waited = lock.hold_ends < since_ns, lock.wait_ends < since_ns
    if now is not None:
        held &= ~_known(lock.hold_starts, holders, now.hold_starts, now.holders, since_ns)
        waited &= ~_known(lock.wait_starts, waiters, now.wait_starts, now.waiters, since_ns)
    holds, waits = np.flatnonzero(held)[-MOST:], np.flatnonzero(waited)[-MOST:]
    by = lock.releasers[holds]
    return replace(
        lock,
        hold_starts=lock.hold_starts[holds],
        hold_ends=lock.hold_ends[holds],
        holders=holders[holds],
        releasers=np.where(by >= 0, places[by], np.int32(-1)),
        wait_starts=lock.wait_starts[waits],
        wait_ends=lock.wait_ends[waits],
        waiters=waiters[waits],
        waits_over=np.sort(lock.wait_ends[waits]),
    )


def _known(
    starts: Times, lanes: Refs, others: Times, their_lanes: Refs, since_ns: int
) -> NDArray[np.bool_]:
    """bool[n]: which of these are among the others that began before the recent part."""
    old = others < since_ns
    both = set(zip(others[old].tolist(), their_lanes[old].tolist(), strict=True))
    result = np.isin(starts, others[old])
    for row in np.flatnonzero(result).tolist():
        result[row] = (int(starts[row]), int(lanes[row])) in both
    return result


def _both(past: LockHistory, now: LockHistory) -> LockHistory:
    starts = np.concatenate((past.hold_starts, now.hold_starts))
    waits = np.concatenate((past.wait_starts, now.wait_starts))
    held, waited = np.argsort(starts, kind="stable"), np.argsort(waits, kind="stable")
    return replace(
        now,
        hold_starts=starts[held],
        hold_ends=np.concatenate((past.hold_ends, now.hold_ends))[held],
        holders=np.concatenate((past.holders, now.holders))[held],
        releasers=np.concatenate((past.releasers, now.releasers))[held],
        wait_starts=waits[waited],
        wait_ends=np.concatenate((past.wait_ends, now.wait_ends))[waited],
        waiters=np.concatenate((past.waiters, now.waiters))[waited],
        waits_over=np.concatenate((past.waits_over, now.waits_over)),
        is_signal=past.is_signal or now.is_signal,
        is_given_back=past.is_given_back or now.is_given_back,
    )


def _deadlocks(
    before: Sequence[Deadlock], found: Sequence[Deadlock], places: Refs, since_ns: int
) -> tuple[Deadlock, ...]:
    past = [
        replace(one, lanes=tuple(int(places[lane]) for lane in one.lanes))
        for one in before
        if one.end_ns < since_ns
    ]
    return tuple(sorted([*past, *found], key=lambda one: one.start_ns))
