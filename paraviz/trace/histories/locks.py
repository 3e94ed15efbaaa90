"""Locks: who held each one, who waited for it, and what that cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.cancellation import Pace
from paraviz.trace.causality.brackets import waits_in
from paraviz.trace.grouping import by_number
from paraviz.trace.histories.forked_copies import Copies
from paraviz.trace.histories.lock_pairing import paired
from paraviz.trace.histories.lock_signals import alike, gives, threads_of
from paraviz.trace.kinds import lanes_with

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.histories.forked_copies import Holds, Inherited
    from paraviz.trace.model import Kinds, Lane, Refs, Times, Trace

_IS_LOCK_KIND = np.zeros(256, bool)
_IS_LOCK_KIND[list(ev.LOCK_KINDS)] = True
VAIN_NS = 10_000_000
"""A lock is lost where somebody waits for it at least so much longer than its holder lived: those
that end together, such as threads with their process, do not end in the same instant."""
_UNTOLD_NS = 250_000_000
"""Who is killed may not have sent what it did in this time."""
_GATHERED = 0.5
"""The share of the work that finds and sorts the events."""


class LockHistory(Struct, frozen=True, eq=False):
    """What happened to one lock."""

    object_index: int
    """Its row of `Trace.objects`."""
    name: str
    """Its name."""
    hold_starts: Times
    """int64[n], sorted: when somebody got it."""
    hold_ends: Times
    """int64[n]: when it was given back, or the end of what is known; of what was never given back,
    when nobody waited for it any more."""
    holders: Refs
    """int32[n]: the lane that got it."""
    releasers: Refs
    """int32[n]: the lane that gave it back, another one perhaps; -1 where nobody did."""
    wait_starts: Times
    """int64[m], sorted: when somebody began to wait for it."""
    wait_ends: Times
    """int64[m]: when the wait was over, by success or not."""
    waiters: Refs
    """int32[m]: the lane that waited."""
    waits_over: Times
    """int64[m], sorted: `wait_ends` in the order of time."""
    lost_ns: int = -1
    """When its last holder ended and kept it for ever, as those show who waited in vain from then
    on, to the last of `hold_ends`; -1 where it was given back, as far as is known."""
    is_signal: bool = False
    """Whether nobody owns it: others let go of it than those who take it (`lock_signals`)."""
    is_given_back: bool = False
    """Whether somebody was seen to let go of it, or of one made at the same line, who had taken it
    himself."""
    copied_from: int = -1
    """The lane that held the original when a fork made this copy of it; -1 where nobody did. The
    first hold is then the copied one, which nobody here began: its holder is a lane of this process
    only where that is the thread that forked."""

    @property
    def owners(self) -> Refs:
        """int32[n]: who let go of it or can; -1 for what was copied locked."""
        if self.copied_from < 0:
            return self.holders
        return np.concatenate((np.array([-1], np.int32), self.holders[1:]))

    @property
    def acquisitions(self) -> int:
        """How often somebody got it."""
        return len(self.hold_starts) - (self.copied_from >= 0)

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

    def hold_at(self, at_ns: int) -> int:
        """The row of the hold that lasts at a moment, of several the last to begin, or -1."""
        begun = int(np.searchsorted(self.hold_starts, at_ns, "right"))
        lasting = np.flatnonzero(self.hold_ends[:begun] > at_ns)
        return int(lasting[-1]) if len(lasting) else -1

    def holder_at(self, at_ns: int) -> int:
        """The lane that holds it at a moment, of several the last to get it, or -1."""
        row = self.hold_at(at_ns)
        return int(self.holders[row]) if row >= 0 else -1

    def is_copied_at(self, at_ns: int) -> bool:
        """Whether it is held at a moment as it was copied."""
        return self.copied_from >= 0 and self.hold_at(at_ns) == 0

    def waiters_at(self, at_ns: int) -> list[int]:
        """The lanes that wait for it at a moment."""
        waiting = (self.wait_starts <= at_ns) & (at_ns < self.wait_ends)
        return [int(lane) for lane in self.waiters[waiting]]


class _Turns(NamedTuple):
    """Acquisitions and releases as columns of n rows."""

    objects: Refs
    times: Times
    got: NDArray[np.bool_]
    lanes: Refs

    def at(self, rows: NDArray[np.intp] | slice) -> _Turns:
        """Some of them."""
        return _Turns(self.objects[rows], self.times[rows], self.got[rows], self.lanes[rows])


class _Waits(NamedTuple):
    """Waits as columns of m rows."""

    objects: Refs
    begins: Times
    ends: Times
    lanes: Refs

    def at(self, rows: NDArray[np.intp] | slice) -> _Waits:
        """Some of them."""
        return _Waits(self.objects[rows], self.begins[rows], self.ends[rows], self.lanes[rows])


class _Lives(NamedTuple):
    """How lanes ended, as columns of L rows."""

    ends: Times
    over: NDArray[np.bool_]
    """Whether it ended, and not just because the run was stopped."""
    untold: Times
    """How much of its end it may not have told of."""

    @classmethod
    def of(cls, trace: Trace) -> _Lives:
        how = [lane.end_reason for lane in trace.lanes]
        return cls(
            np.array([lane.end_ns for lane in trace.lanes], np.int64),
            np.array([each != "" and not each.startswith("stopped") for each in how], bool),
            np.array([_UNTOLD_NS * each.startswith("killed") for each in how], np.int64),
        )


def lock_histories(trace: Trace, pace: Pace | None = None) -> list[LockHistory]:
    """The history of every lock that some event mentions, in the order of `Trace.objects`.

    `pace` is told how far it is.
    """
    pace = pace or Pace()
    turns, waits, mentioned = _gathered(trace, pace)
    count = len(trace.objects)
    lives, threads = _Lives.of(trace), threads_of(trace.lanes)
    copies = Copies(trace, threads)
    of_turns = np.searchsorted(turns.objects, np.arange(count + 1)).tolist()
    of_waits = np.searchsorted(waits.objects, np.arange(count + 1)).tolist()
    result: list[LockHistory] = []
    for index in np.flatnonzero(mentioned).tolist():
        first, last = of_turns[index : index + 2]
        pace(_GATHERED + (1 - _GATHERED) * first / (len(turns.times) + 1))
        own_turns, copied = _with_copied(turns.at(slice(first, last)), index, copies)
        holds = _holds(own_turns, lives.ends)
        if copied is not None:
            holds = _kept_to_the_end(trace, holds, index)
        copies.learn(index, holds)
        began_here = slice(int(copied is not None), None)
        by = holds[2][began_here], holds[3][began_here]
        signal, given = gives(trace.objects[index], trace.lanes, threads, *by)
        own = _in_order(waits.at(slice(*of_waits[index : index + 2])))
        over = np.sort(own.ends, kind="stable")
        name = trace.objects[index].name
        columns = *holds, own.begins, own.ends, own.lanes, over
        known = LockHistory(index, name, *columns, is_signal=signal, is_given_back=given)
        copied_from = copied.holder if copied is not None else -1
        result.append(replace(known, copied_from=copied_from))
    return [_with_loss(trace, lock, lives) for lock in _by_their_like(trace, result)]


def _with_copied(turns: _Turns, index: int, copies: Copies) -> tuple[_Turns, Inherited | None]:
    """What happened to a lock, with the hold that came with a copy. Who gets the copy first proves
    that it was free."""
    copied = copies.inherited(index)
    if copied is None or (len(turns.times) and turns.got[np.argmin(turns.times)]):
        return turns, None
    return (
        _Turns(
            np.insert(turns.objects, 0, index),
            np.insert(turns.times, 0, copied.at_ns),
            np.insert(turns.got, 0, True),
            np.insert(turns.lanes, 0, copied.keeper),
        ),
        copied,
    )


def _kept_to_the_end(trace: Trace, holds: Holds, index: int) -> Holds:
    """What was copied locked and nobody lets go of lasts as long as the process that has it."""
    begins, until, holders, by = holds
    if by[0] >= 0:
        return holds
    pid = trace.objects[index].pid
    until = until.copy()
    until[0] = max(lane.end_ns for lane in trace.lanes if lane.pid == pid)
    return begins, until, holders, by


def _by_their_like(trace: Trace, locks: list[LockHistory]) -> list[LockHistory]:
    """The locks, with what others made at the same line say of them."""
    names = alike(trace.objects)
    signals = {names[lock.object_index] for lock in locks if lock.is_signal}
    given = {names[lock.object_index] for lock in locks if lock.is_given_back}
    result = []
    for lock in locks:
        like = names[lock.object_index]
        signal = lock.is_signal or (like in signals and not lock.is_given_back)
        result.append(replace(lock, is_signal=signal, is_given_back=like in given))
    return result


def _with_loss(trace: Trace, lock: LockHistory, lives: _Lives) -> LockHistory:
    """The lock, held to the end of the last wait for it where its holder took it along."""
    lost = -1
    # Of a semaphore anybody may give back what another one took, and so of a signal.
    if not trace.objects[lock.object_index].kind.endswith("Semaphore") and not lock.is_signal:
        lost = _lost_ns(lock, lives)
    if lost < 0:
        return lock
    until = lock.hold_ends.copy()
    until[-1] = lock.waits_over[-1]
    return replace(lock, hold_ends=until, lost_ns=lost)


def _lost_ns(lock: LockHistory, lives: _Lives) -> int:
    """When the last holder ended with the lock, if somebody waited for it in vain from then on; -1
    otherwise. Whoever waits on is the proof: he would have got what was given back unseen."""
    if not lock.acquisitions or lock.owners[-1] < 0 or not lives.over[lock.holders[-1]]:
        return -1
    end = int(lives.ends[lock.holders[-1]])
    if lock.hold_ends[-1] != end:
        return -1
    untold = lives.untold[lock.waiters]
    beyond = lock.wait_ends - untold - np.maximum(lock.wait_starts, end)
    return end if (beyond >= VAIN_NS).any() else -1


def _gathered(trace: Trace, pace: Pace) -> tuple[_Turns, _Waits, NDArray[np.bool_]]:
    """What happened to all locks: turns and waits, by object, lane and time; and of which objects
    there are lock events (bool[len(trace.objects)])."""
    none, never = np.empty(0, np.int32), np.empty(0, np.int64)
    turns = [_Turns(none, never, np.empty(0, bool), none)]
    waits = [_Waits(none, never, never, none)]
    mentioned = np.zeros(len(trace.objects), bool)
    for index, lane in lanes_with(trace.lanes, ev.LOCK_KINDS):
        pace(_GATHERED * index / len(trace.lanes))
        known = (lane.objects >= 0) & (lane.objects < len(mentioned))
        rows = np.flatnonzero(_IS_LOCK_KIND[lane.kinds] & known)
        rows = rows[by_number(lane.objects[rows])]
        objects, times, kinds = lane.objects[rows], lane.times[rows], lane.kinds[rows]
        mentioned[objects] = True
        waits.append(_waits(lane, index, objects, times, kinds))
        turn = np.flatnonzero((kinds == ev.LOCK_ACQUIRED) | (kinds == ev.LOCK_RELEASED))
        got, whose = kinds[turn] == ev.LOCK_ACQUIRED, np.full(len(turn), index, np.int32)
        turns.append(_Turns(objects[turn], times[turn], got, whose))
    all_turns = _Turns(*(np.concatenate(column) for column in zip(*turns, strict=True)))
    all_waits = _Waits(*(np.concatenate(column) for column in zip(*waits, strict=True)))
    return (
        all_turns.at(by_number(all_turns.objects)),
        all_waits.at(by_number(all_waits.objects)),
        mentioned,
    )


def _waits(lane: Lane, index: int, objects: Refs, times: Times, kinds: Kinds) -> _Waits:
    """The waits of a lane, from its lock events by object and then by time. Within one for the same
    lock may lie another, that of what interrupts it. Where events are missing, of two in a row the
    first is not known to have lasted."""
    rows = np.flatnonzero(kinds != ev.LOCK_RELEASED)
    objects, times, kinds = objects[rows], times[rows], kinds[rows]
    begins, ends = waits_in(kinds, objects)
    if lane.dropped:
        again = (objects[1:] == objects[:-1]) & (kinds[1:] == ev.LOCK_WAIT)
        known = ~np.append(again, False)[begins]
        begins, ends = begins[known], ends[known]
    until = np.where(ends >= 0, times[ends], np.maximum(times[begins], lane.end_ns))
    whose = np.full(len(begins), index, np.int32)
    return _Waits(objects[begins], times[begins], until, whose)


def _in_order(waits: _Waits) -> _Waits:
    """By begin, then by end and lane."""
    return waits.at(np.lexsort((waits.lanes, waits.ends, waits.begins)))


def _holds(turns: _Turns, ends: Times) -> tuple[Times, Times, Refs, Refs]:
    """Begin, end, lane and releaser of each hold of a lock, by begin. What does not end lasts to
    its lane's end."""
    # Each lane's stand together in the order of time: a stable sort merges them.
    turns = turns.at(np.argsort(turns.times, kind="stable"))
    _, at, got, lanes = turns
    if len(got) and not (got[0] and (got[1:] != got[:-1]).all()):
        begun, over = paired(got, lanes)
        begins, holders = at[begun], lanes[begun]
        until = np.where(over >= 0, at[over], np.maximum(begins, ends[holders]))
        by = np.where(over >= 0, lanes[over], np.int32(-1))
        order = np.lexsort((holders, until, begins))
        return begins[order], until[order], holders[order], by[order]
    begins, holders, until, by = at[got], lanes[got], at[~got], lanes[~got]
    if len(until) < len(begins):
        until = np.append(until, max(begins[-1], ends[holders[-1]]))
        by = np.append(by, np.int32(-1))
    return begins, until, holders, by
