"""When threads that waited were woken, where the operating system recorded only when each left its
CPU and came back to one: from what others did, from looks, and from its accounts.

- Whoever ends a wait says so: the release of a lock, what was sent or put, a `set`, the end of who
  is joined. Of a lock, a condition or a queue several may wait, and each such event wakes one: the
  last one that can have been it counts, so that no wait is cut short. What a pipe has to be read is
  there from the first one on.
- Who was seen ready while it was off its CPU had been woken by then.
- The system counts how long each thread waited for a CPU. What it counted between two looks is
  shared among the stretches off the CPU that ended there: first what was seen of each, or must be,
  then what events say, then what else may be, by length.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paraviz import events as ev
from paraviz.distinct import distinct
from paraviz.trace.causality.wakeups import count_before, events_of
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from paraviz.kernel.spent import Spent
    from paraviz.trace.model import Lane, Refs, SharedObject, States, Times
    from paraviz.trace.states.on_cpu import OnAndOff

NEVER = np.iinfo(np.int64).max
_ENDED_BY = {
    ev.LOCK_WAIT: (ev.LOCK_RELEASED,),
    ev.WAIT_BEGIN: (ev.SET, ev.NOTIFY),
    ev.PUT_WAIT: (ev.GET,),
    ev.GET_WAIT: (ev.PUT,),
    ev.RECEIVE_WAIT: (ev.SEND,),
}
"""What ends a wait, by what begins it."""
_GIVEN_UP = (ev.LOCK_ABANDONED, ev.WAIT_ABANDONED)
_NUMBER_BITS = 38
_JOINS = (ev.JOIN_BEGIN, ev.PROCESS_JOIN_BEGIN)
_FOR_ALL = (*_JOINS, ev.RECEIVE_WAIT)
"""Waits whose end wakes whoever waits."""


class _Waits(NamedTuple):
    """Stretches off the CPU of all lanes, as columns of n rows."""

    lanes: NDArray[np.intp]
    """Whose each is."""
    rows: NDArray[np.intp]
    """Which of its lane's stretches it is."""
    begins: Times
    ends: Times
    kinds: NDArray[np.uint8]
    """What began the wait that it is in, 0 for none."""
    objects: Refs
    """What that is about."""
    until: NDArray[np.intp]
    """The row of its lane's event that ends the wait, or -1."""


def woken_by_others(
    lanes: Sequence[Lane],
    own: Sequence[States],
    cpus: Sequence[OnAndOff],
    objects: Sequence[SharedObject],
    exits: Mapping[int, int],
) -> list[Times]:
    """For each lane int64[k]: when, within each of its stretches, what it waited for was there;
    NEVER where no event of another says. `own`: what its events alone say; `exits`: when threads
    ended."""
    result = [np.full(len(cpu.starts), NEVER, np.int64) for cpu in cpus]
    if not lanes:
        return result
    waits = _waits(lanes, own, cpus)
    found = np.full(len(waits.rows), NEVER, np.int64)
    for begin, enders in _ENDED_BY.items():
        rows = np.flatnonzero((waits.kinds == begin) & (waits.objects >= 0))
        if len(rows):
            found[rows] = _ended(
                lanes, waits, rows, enders, objects, first=begin == ev.RECEIVE_WAIT
            )
    _number_their_puts(lanes, waits, found)
    ended = np.array(
        [*(max(exits.get(each.tid, 0), each.end_ns) for each in lanes), NEVER], np.int64
    )
    joins = np.flatnonzero(np.isin(waits.kinds, _JOINS))
    found[joins] = ended[waits.objects[joins]]
    # Of what wakes one of several it is not known that it woke who never went on.
    went_on = (waits.until >= 0) | np.isin(waits.kinds, _FOR_ALL)
    good = went_on & (found > waits.begins) & (found < waits.ends)
    for lane, row, at in zip(
        waits.lanes[good].tolist(), waits.rows[good].tolist(), found[good].tolist(), strict=True
    ):
        result[lane][row] = at
    return result


def _waits(lanes: Sequence[Lane], own: Sequence[States], cpus: Sequence[OnAndOff]) -> _Waits:
    parts = []
    for index, (lane, states, cpu) in enumerate(zip(lanes, own, cpus, strict=True)):
        rows = np.flatnonzero(cpu.doing == State.BLOCKED)
        if not len(states) or not len(lane.times):
            rows = rows[:0]
        bracket = np.searchsorted(states.starts, cpu.starts[rows], "right") - 1
        causes = states.causes[bracket] if len(rows) else np.empty(0, np.int32)
        over = np.append(states.causes[1:], np.int32(-1))[bracket] if len(rows) else causes
        # Who gives up is woken by the clock.
        given_up = np.isin(np.append(lane.kinds, np.uint8(0))[over], _GIVEN_UP)
        good = (causes >= 0) & ~given_up
        rows, causes, over = rows[good], causes[good], over[good]
        parts.append(
            _Waits(
                np.full(len(rows), index),
                rows,
                cpu.starts[rows],
                cpu.ends[rows],
                lane.kinds[causes],
                lane.objects[causes],
                over.astype(np.intp),
            )
        )
    return _Waits(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _ended(
    lanes: Sequence[Lane],
    waits: _Waits,
    rows: NDArray[np.intp],
    enders: tuple[int, ...],
    objects: Sequence[SharedObject],
    *,
    first: bool,
) -> Times:
    """int64[len(rows)]: the first or the last of the enders within each of these waits."""
    events = events_of(lanes, enders)
    if first:
        # A message is received at the other end from where it was sent.
        peers = np.array([thing.peer for thing in objects], np.int32)
        events = events._replace(objects=peers[events.objects] if len(peers) else events.objects)
    wanted = np.isin(events.objects, distinct(waits.objects[rows]))
    events = events.at(wanted)
    events = events.at(np.lexsort((events.times, events.objects)))
    about = waits.objects[rows]
    since = count_before(events, about, waits.begins[rows], included=True)
    until = count_before(events, about, waits.ends[rows], included=False)
    place = since if first else until - 1
    times = np.append(events.times, NEVER)
    return np.where(until > since, times[np.minimum(place, len(times) - 1)], NEVER)


def _number_their_puts(lanes: Sequence[Lane], waits: _Waits, found: Times) -> None:
    """Of a queue whose items have numbers it is known which put a get was for, in place."""
    asks = np.flatnonzero((waits.kinds == ev.GET_WAIT) & (waits.until >= 0))
    if not len(asks):
        return
    keys = np.zeros(len(asks), np.int64)
    for index in distinct(waits.lanes[asks]).tolist():
        own = np.flatnonzero(waits.lanes[asks] == index)
        keys[own] = _got(lanes[index], waits.until[asks[own]], waits.objects[asks[own]])
    asks, keys = asks[keys > 0], keys[keys > 0]
    puts = [(lane, np.flatnonzero((lane.kinds == ev.PUT) & (lane.values > 0))) for lane in lanes]
    known = np.concatenate([_key(lane.objects[rows], lane.values[rows]) for lane, rows in puts])
    times = np.concatenate([lane.times[rows] for lane, rows in puts])
    order = np.argsort(known, kind="stable")
    known, times = np.append(known[order], 0), np.append(times[order], NEVER)
    place = np.searchsorted(known[:-1], keys)
    found[asks] = np.where(known[place] == keys, times[place], NEVER)


def _got(lane: Lane, ended: NDArray[np.intp], objects: Refs) -> Times:
    """int64[n]: the key of what was got from each of `objects` as the wait for it ended, or 0."""
    kinds, things = np.append(lane.kinds, np.uint8(0)), np.append(lane.objects, np.int32(-1))
    values = np.append(lane.values, 0)
    result = np.zeros(len(ended), np.int64)
    for after in (1, 0):
        at = np.minimum(ended + after, len(lane.times))
        is_get = (kinds[at] == ev.GET) & (things[at] == objects) & (values[at] > 0)
        result = np.where(is_get, _key(objects, values[at]), result)
    return result


def _key(objects: Refs, numbers: Times) -> Times:
    """One number for a queue and the number of an item."""
    return objects.astype(np.int64) << _NUMBER_BITS | numbers & (1 << _NUMBER_BITS) - 1


def woken(cpu: OnAndOff, ended: Times, seen: Times, asks: Times, spent: Spent) -> Times:
    """int64[k]: when a thread was woken in each of its stretches, NEVER where nothing says.

    `ended`: when what it waited for was there, so that it was not woken before; `seen`: when it was
    seen ready; both NEVER where that is not known. `asks`: ns for which it waited for a CPU in each
    if that was a wait for the GIL. `spent`: the looks at its accounts, in its life.
    """
    lengths = cpu.ends - cpu.starts
    within = (ended > cpu.starts) & (ended < cpu.ends)
    likely = np.where(within, cpu.ends - ended, 0)
    most = np.where(within, likely, lengths)
    least = np.minimum(np.where(seen < cpu.ends, cpu.ends - seen, 0), most)
    told = np.maximum(least, likely)
    layers = (
        least,
        np.minimum(np.maximum(least, asks), most),
        np.minimum(np.maximum(told, asks), most),
        most,
    )
    waited = _as_accounted(cpu, told, layers, spent)
    slept = cpu.doing == State.BLOCKED
    result: Times = np.where(slept & (waited > 0), cpu.ends - waited, NEVER)
    return result


def _as_accounted(cpu: OnAndOff, told: Times, layers: tuple[Times, ...], spent: Spent) -> Times:
    """int64[k]: for how long a thread waited for a CPU in each stretch. What the system accounts
    for those that ended between two looks goes up to the first of the `layers` in each of them,
    what is left of it up to the second, and so on; without two looks it is what is `told`."""
    waited = told.copy()
    if len(spent) < 2:
        return waited
    count = len(spent) - 1
    interval = np.searchsorted(spent.times, cpu.ends, "left") - 1
    inside = (interval >= 0) & (interval < count)
    inside[-1] = False  # there its life ends
    forced = np.flatnonzero(inside & (cpu.doing == State.WAITING_CPU))
    rest = np.diff(spent.waited).astype(np.float64)
    rest -= _sums(interval[forced], (cpu.ends - cpu.starts)[forced], count)
    rows = np.flatnonzero(inside & (cpu.doing == State.BLOCKED))
    at, filled = interval[rows], np.zeros(len(rows))
    for layer in layers:
        room = layer[rows] - filled
        whole = _sums(at, room, count)
        share = np.clip(np.divide(rest, whole, out=np.zeros(count), where=whole > 0), 0, 1)
        filled += share[at] * room
        rest -= share * whole
    waited[rows] = filled.astype(np.int64)
    return waited


def _sums(
    keys: NDArray[np.intp], amounts: Times | NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    return np.bincount(keys, amounts, count).astype(np.float64)
