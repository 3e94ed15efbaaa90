"""States from the operating system's own record ("kernel" truth), named by the lane's events.

When a thread is on a CPU, and whether it left it by force or because it had to wait, is known. What
it waited for is not in the record; it follows, over whole columns, from these, in this order:

- What a look at the thread in the middle of a stretch off the CPU told (`kernel.waits`). Looks are
  seldom, so most short stretches have none.
- A wait that the thread's own events bracket (a lock, a join, a sleep, a read) has their cause,
  until that cause is gone: the lock was released, the joined thread ended, the time to sleep is
  over, or (where no event says so) the thread has been back on a CPU after a stretch of at least
  `WAIT_NS`. A sleep lasts to its end: shorter stretches before that are none, but what it takes to
  hand over the GIL.
- A thread that wants the GIL wakes every switch interval to ask for it (`take_gil` in CPython's
  Python/ceval_gil.c). So a stretch off the CPU that is no longer than that, with nothing else to
  wait for, while another thread of the process is active, is taken for a wait for the GIL.

Anything else is blocked: in the system call it was seen in, or with no cause known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.distinct import distinct
from paraviz.kernel import records
from paraviz.kernel.spent import spent_of
from paraviz.kernel.waits import GIL, waits_of
from paraviz.kernel.wakings import ByThread, wakings_of
from paraviz.trace.accounts import Accounts
from paraviz.trace.model import SYSCALL_CAUSE, no_states
from paraviz.trace.states.activity import Activity
from paraviz.trace.states.on_cpu import on_and_off, ready_from
from paraviz.trace.states.partition import State, own_states, partition
from paraviz.trace.states.wait_reasons import (
    UNSEEN,
    WaitReasons,
    longest_ask_ns,
    usually_gil,
    usually_gil_asleep,
)
from paraviz.trace.states.woken import NEVER, woken, woken_by_others

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.kernel.records import Switches
    from paraviz.kernel.spent import Spent
    from paraviz.kernel.waits import Waits
    from paraviz.kernel.wakings import Wakings
    from paraviz.trace.model import Lane, SharedObject, States, Times
    from paraviz.trace.states.on_cpu import OnAndOff

WAIT_NS = 200_000
"""A shorter stretch in a bracket may be what leads up to the wait, such as giving the GIL away."""
SLACK_NS = 100_000
"""Sleeps are made that much longer by the system's timers (PR_SET_TIMERSLACK in prctl(2))."""


def context_switches(switches: Switches) -> int:
    """How often a thread left a CPU since the origin, by force or not."""
    left = (switches.kinds == records.OUT) | (switches.kinds == records.PREEMPTED)
    return int(np.count_nonzero(left & (switches.times >= 0)))


def with_kernel_states(
    lanes: Sequence[Lane],
    switches: Switches,
    waits: Waits | None = None,
    spent: Spent | None = None,
    objects: Sequence[SharedObject] = (),
    wakings: Wakings | None = None,
    *,
    gil: bool,
    switch_interval_s: float,
) -> list[Lane]:
    """The lanes with their states. `switches`, `waits`, `spent`, `wakings`: sorted, in ns since the
    lanes' origin; `objects`: what their events are about."""
    reasons = WaitReasons(waits or waits_of(), gil=gil)
    by_thread = _Groups(switches, switches.tids)
    by_process = _Groups(switches, switches.pids)
    activities = {pid: Activity(by_process.of(pid)) for pid in {lane.pid for lane in lanes}}
    releases = _Releases(lanes)
    interval_ns = int(switch_interval_s * 1e9)
    owns = [own_states(lane) for lane in lanes]
    cpus = [on_and_off(lane, by_thread.of(lane.tid)) for lane in lanes]
    by_others = woken_by_others(lanes, owns, cpus, objects, records.exits(switches))
    accounts = Accounts(spent or spent_of())
    woken_at = ByThread(wakings or wakings_of())
    result = []
    for lane, own, whole, ended in zip(lanes, owns, cpus, by_others, strict=True):
        ready = reasons.ready(lane.tid, whole.starts, whole.ends)
        asks = _late_asks(whole, own, activities[lane.pid], interval_ns) * (gil and lane.probes)
        over = np.minimum(ended, _slept(lane, own, whole))
        told = woken_at.first_within(lane.tid, whole.starts, whole.ends, NEVER)
        known = told < NEVER
        # What is known of some leaves so much less for those of which it has to be concluded.
        over, ready = np.where(known, told, over), np.where(known, told, ready)
        concluded = woken(whole, over, ready, asks, accounts.of(lane))
        cpu = ready_from(whole, np.where(known, told, concluded))
        # Of what has no probes it is not even known whether it is a Python.
        has_gil = gil and lane.probes
        gil_like = _looks_like_gil(cpu, activities[lane.pid]) if has_gil else None
        seen = reasons.of(lane.tid, cpu.starts, cpu.ends)
        spans = _causes(lane, own, cpu, seen, lanes, releases)
        asked = reasons.last_gil(lane.tid, cpu.starts, cpu.ends)
        awake = np.maximum(cpu.starts + interval_ns + SLACK_NS, asked)
        # Where it is recorded that it was woken later, it was asleep up to then.
        awake[np.isin(cpu.ends, told)] = NEVER
        states = _combined(lane, cpu, own, spans, seen, gil_like, interval_ns, awake)
        result.append(replace(lane, states=states))
    return result


class _Groups:
    """The switches of each thread, or of each process, in time order."""

    def __init__(self, switches: Switches, keys: NDArray[np.int32]) -> None:
        self._switches = switches
        self._order = np.argsort(keys, kind="stable")
        self._keys = keys[self._order]

    def of(self, key: int) -> Switches:
        first, last = np.searchsorted(self._keys, key), np.searchsorted(self._keys, key, "right")
        return self._switches.rows(self._order[first:last])


class _Releases:
    """When each lock that somebody waited for was released, by whomever."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        waited = [distinct(lane.objects[lane.kinds == ev.LOCK_WAIT]) for lane in lanes]
        waited_for = distinct(np.concatenate([np.empty(0, np.int32), *waited]))
        # Of locks that nobody waited for it is not asked.
        stop = None if len(waited_for) else 0
        released = [np.flatnonzero(lane.kinds[:stop] == ev.LOCK_RELEASED) for lane in lanes]
        pairs = [
            (lane, rows[np.isin(lane.objects[rows], waited_for)])
            for lane, rows in zip(lanes, released, strict=True)
        ]
        objects = np.concatenate(
            [np.empty(0, np.int32), *(lane.objects[rows] for lane, rows in pairs)]
        )
        times = np.concatenate([np.empty(0, np.int64), *(lane.times[rows] for lane, rows in pairs)])
        order = np.lexsort((times, objects))
        self._objects, self._times = objects[order], times[order]

    def of(self, index: int) -> Times:
        """The stamps of all releases of one lock, sorted."""
        first = np.searchsorted(self._objects, index)
        return self._times[first : np.searchsorted(self._objects, index, "right")]


def _looks_like_gil(cpu: OnAndOff, others: Activity) -> NDArray[np.bool_]:
    """Which stretches may be waits for the GIL, as far as others' activity tells."""
    lengths = cpu.ends - cpu.starts
    # While this thread is blocked, whoever is active is another.
    mostly = 2 * others.within(cpu.starts, cpu.ends) >= lengths
    result: NDArray[np.bool_] = mostly & (lengths > 0)
    return result


def _late_asks(cpu: OnAndOff, own: States, others: Activity, interval_ns: int) -> Times:
    """int64[k]: for how long it waits for a CPU in each stretch if that is a wait for the GIL, as
    it may be: who waits for that wakes after a switch interval."""
    if not len(own):
        return np.zeros(len(cpu.starts), np.int64)
    free = own.states[np.searchsorted(own.starts, cpu.starts, "right") - 1] == State.RUNNING
    late = np.maximum(cpu.ends - cpu.starts - interval_ns - SLACK_NS, 0)
    return np.where(free & _looks_like_gil(cpu, others), late, 0)


class _Causes(Struct, frozen=True, eq=False):
    """When the cause of each of a lane's waits held it, a row for each of its own states."""

    since: Times
    """int64[k]: not before that."""
    over: Times
    """int64[k]: no more from then on."""
    then_gil: NDArray[np.bool_]
    """bool[k]: whether there is nothing but the GIL to wait for before and after."""


def _causes(
    lane: Lane,
    own: States,
    cpu: OnAndOff,
    seen: NDArray[np.int16],
    lanes: Sequence[Lane],
    releases: _Releases,
) -> _Causes:
    since, over = own.starts.copy(), np.full(len(own), NEVER, np.int64)
    begun_by = np.append(lane.kinds, np.uint8(0))[own.causes]
    blocked = own.states == State.BLOCKED
    over[blocked] = _after_first_wait(own, cpu, seen)[blocked]
    joins = np.flatnonzero(blocked & (begun_by == ev.JOIN_BEGIN))
    if len(joins):
        lane_ends = np.array([*(each.end_ns for each in lanes), NEVER], np.int64)
        over[joins] = lane_ends[lane.objects[own.causes[joins]]]
    locks = own.states == State.WAITING_LOCK
    over[locks] = _released(lane, own, releases)[locks]
    rows, since_then, until = _asleep(lane, own, cpu)
    since[rows], over[rows] = since_then, until
    then_gil = begun_by == ev.LOCK_WAIT
    then_gil[rows] = True
    return _Causes(since, over, then_gil)


def _released(lane: Lane, own: States, releases: _Releases) -> Times:
    """int64[len(own)]: when the lock was released that a wait for it got in the end."""
    over = np.full(len(own), NEVER, np.int64)
    ends = np.append(own.starts[1:], lane.end_ns)
    waits = np.flatnonzero(own.states == State.WAITING_LOCK)
    got = np.append(own.causes[1:], np.int32(-1))[waits]
    waits = waits[(got >= 0) & (lane.kinds[got] == ev.LOCK_ACQUIRED)]
    locks = lane.objects[own.causes[waits]]
    for lock in distinct(locks).tolist():
        rows = waits[locks == lock]
        released = np.concatenate(([-NEVER], releases.of(lock)))
        last = released[np.searchsorted(released, ends[rows], "right") - 1]
        over[rows] = np.where(last > own.starts[rows], last, NEVER)
    return over


def _asleep(lane: Lane, own: States, cpu: OnAndOff) -> tuple[NDArray[np.intp], Times, Times]:
    """The sleeps that are known to have lasted as long as they were meant to: their rows in `own`,
    and when each began and ended, in the stretch that it was to end in."""
    begun = own.causes
    rows = np.flatnonzero((own.states == State.BLOCKED) & (begun >= 0))
    rows = rows[(lane.kinds[begun[rows]] == ev.SLEEP_BEGIN) & (lane.values[begun[rows]] > 0)]
    until = lane.times[begun[rows]] + lane.values[begun[rows]]
    whole = until <= np.append(own.starts[1:], lane.end_ns)[rows]
    rows, until = rows[whole], until[whole]
    then = np.searchsorted(cpu.starts, until, "right") - 1
    off = cpu.doing[then] == State.BLOCKED
    late = np.minimum(cpu.ends[then], until + SLACK_NS)
    return rows, np.where(off, cpu.starts[then], until), np.where(off, late, until)


def _slept(lane: Lane, own: States, cpu: OnAndOff) -> Times:
    """int64[len(cpu.starts)]: when a sleep was over in each stretch, NEVER where none was."""
    result = np.full(len(cpu.starts), NEVER, np.int64)
    _, _, until = _asleep(lane, own, cpu)
    result[np.searchsorted(cpu.starts, until, "right") - 1] = until
    return result


def _after_first_wait(own: States, cpu: OnAndOff, seen: NDArray[np.int16]) -> Times:
    """int64[len(own)]: the end of the first stretch in each that is long enough to be a wait."""
    over = np.full(len(own), NEVER, np.int64)
    long = (cpu.doing == State.BLOCKED) & (cpu.ends - cpu.starts >= WAIT_NS) & (seen != GIL)
    within = np.searchsorted(own.starts, cpu.starts[long], "right") - 1
    brackets, first = np.unique(within, return_index=True)
    over[brackets] = cpu.ends[long][first]
    return over


def _combined(
    lane: Lane,
    cpu: OnAndOff,
    own: States,
    spans: _Causes,
    seen: NDArray[np.int16],
    gil_like: NDArray[np.bool_] | None,
    interval_ns: int,
    awake: Times,
) -> States:
    """Each stretch off the CPU cut and named by what the lane's events say of it. `awake`
    (int64[len(cpu.starts)]): when who waits for the GIL in a stretch wakes to ask for it."""
    if not len(own):
        return no_states()
    late = awake[(cpu.doing == State.BLOCKED) & (awake < cpu.ends)] if gil_like is not None else []
    edges = np.sort(np.concatenate((cpu.starts, own.starts, spans.over, late)), kind="stable")
    edges = edges[(edges >= lane.start_ns) & (edges < lane.end_ns)]
    stretch = np.searchsorted(cpu.starts, edges, "right") - 1
    bracket = np.searchsorted(own.starts, edges, "right") - 1
    doing, states, causes = cpu.doing[stretch], own.states[bracket], own.causes[bracket]
    unnamed = states == State.RUNNING
    looked, then_gil = seen[stretch], spans.then_gil[bracket]
    gone = edges >= spans.over[bracket]
    begun_since = cpu.starts[stretch] >= spans.over[bracket]
    not_yet = then_gil & (edges < spans.since[bracket])
    # Whoever gives a lock back wakes the next: up to its return to a CPU that one was ready.
    woken = then_gil & gone & ~begun_since
    states[unnamed] = State.BLOCKED
    if gil_like is not None:
        short = (cpu.ends - cpu.starts <= longest_ask_ns(interval_ns))[stretch]
        free = own.states[np.searchsorted(own.starts, cpu.starts, "right") - 1] == State.RUNNING
        usual = usually_gil(cpu.starts, cpu.ends, seen, free, interval_ns)[stretch]
        # With the lock to be had, there is nothing else to wait for.
        sure = begun_since & then_gil
        likely = sure | (short & (begun_since | not_yet)) | (usual & unnamed)
        states[gil_like[stretch] & likely & (looked == UNSEEN)] = State.WAITING_GIL
        idle = ~gil_like & free & (cpu.doing == State.BLOCKED)
        asleep = usually_gil_asleep(cpu.starts, cpu.ends, seen, idle, interval_ns)[stretch]
        states[asleep & unnamed & (looked == UNSEEN)] = State.WAITING_GIL
    states[woken] = State.WAITING_CPU
    states[looked == GIL] = State.WAITING_GIL
    states[(states == State.WAITING_GIL) & (edges >= awake[stretch])] = State.WAITING_CPU
    known = doing != State.BLOCKED
    states[known] = doing[known]
    causes[unnamed | (states != own.states[bracket])] = -1
    in_call = unnamed & (looked >= 0) & ~known
    causes[in_call] = SYSCALL_CAUSE - looked[in_call]
    return partition(lane.start_ns, lane.end_ns, edges, states, causes)
