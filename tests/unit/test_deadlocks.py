"""Circles of workers that wait for each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.trace.causality.deadlocks import Deadlock, deadlock_at, deadlocks
from paraviz.trace.histories.locks import LockHistory, lock_histories
from tests.traces import Event, lane, trace

GOT, GAVE, WAITS, UP = ev.LOCK_ACQUIRED, ev.LOCK_RELEASED, ev.LOCK_WAIT, ev.LOCK_ABANDONED
FORKS = [SharedObject("Lock", name) for name in "abc"]


def circles(*lanes: list[Event]) -> list[Deadlock]:
    made = trace([lane(str(at), rows, end_ns=100) for at, rows in enumerate(lanes)], FORKS)
    return deadlocks(made, lock_histories(made))


def test_two_locks_in_opposite_order() -> None:
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (7, WAITS, 0, 0)]
    assert circles(one, other) == [Deadlock(7, 100, (1, 0), (0, 1))]


def test_it_is_over_when_one_gives_up() -> None:
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0), (20, UP, 1, 0), (21, GAVE, 0, 0)]
    other = [(2, GOT, 1, 0), (7, WAITS, 0, 0), (22, GOT, 0, 0)]
    (circle,) = circles(one, other)
    assert (circle.start_ns, circle.end_ns) == (7, 20)
    assert deadlock_at([circle], 19) is circle
    assert deadlock_at([circle], 20) is deadlock_at([circle], 6) is None


def test_a_wait_that_is_over_closes_no_circle() -> None:
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0), (7, UP, 1, 0)]
    other = [(2, GOT, 1, 0), (7, WAITS, 0, 0)]
    assert circles(one, other) == []


def test_nor_does_a_lock_that_was_given_back() -> None:
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (3, GOT, 2, 0), (6, GAVE, 1, 0), (7, WAITS, 0, 0)]
    assert circles(one, other) == []


def test_three_at_a_table() -> None:
    lanes = [[(at, GOT, at, 0), (10 + at, WAITS, (at + 1) % 3, 0)] for at in range(3)]
    assert circles(*lanes) == [Deadlock(12, 100, (2, 0, 1), (0, 1, 2))]


def test_a_queue_at_a_lock_is_no_circle() -> None:
    holds: list[Event] = [(1, GOT, 0, 0)]
    nested = [(2, GOT, 1, 0), (3, WAITS, 0, 0)]
    waits: list[Event] = [(4, WAITS, 1, 0)]
    assert circles(holds, nested, waits) == []


def test_who_waits_for_a_circle_is_not_in_it() -> None:
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (7, WAITS, 0, 0)]
    outside = [(3, GOT, 2, 0), (8, WAITS, 0, 0)]
    (circle,) = circles(one, other, outside)
    assert set(circle.lanes) == {0, 1}


def test_a_semaphore_has_places_for_several_and_closes_no_circle() -> None:
    things = [SharedObject("Lock", "lock"), SharedObject("multiprocessing.Semaphore", "places")]
    one = [(1, GOT, 0, 0), (5, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (7, WAITS, 0, 0)]
    lanes = [lane(str(at), rows, end_ns=100) for at, rows in enumerate((one, other))]
    made = trace(lanes, things)
    assert deadlocks(made, lock_histories(made)) == []


def test_the_last_waits_are_looked_at_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("paraviz.trace.causality.deadlocks.WAITS_LIMIT", 2)
    harmless: list[Event] = [(1, GOT, 2, 0)]
    for at in range(2, 30, 2):
        harmless += [(at, WAITS, 0, 0), (at + 1, UP, 0, 0)]
    one = [(1, GOT, 0, 0), (40, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (41, WAITS, 0, 0)]
    (circle,) = circles(one, other, harmless)
    assert circle.start_ns == 41


EVENTS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from((GOT, WAITS, WAITS, GAVE, UP)),
        st.integers(0, 3),
        st.just(0),
    ),
    max_size=9,
).map(lambda rows: sorted(rows, key=lambda row: row[0]))


@given(st.lists(EVENTS, max_size=5))
def test_they_are_those_that_following_each_wait_finds(lanes: list[list[Event]]) -> None:
    things = [*FORKS, SharedObject("BoundedSemaphore", "places")]
    made = trace([lane(str(at), rows, end_ns=25) for at, rows in enumerate(lanes)], things)
    locks = lock_histories(made)
    assert deadlocks(made, locks) == followed(lanes, {one.object_index: one for one in locks})


def followed(lanes: list[list[Event]], locks: dict[int, LockHistory]) -> list[Deadlock]:
    """From each wait of a worker that holds something, one holder after the other."""
    begun = []
    for index, rows in enumerate(lanes):
        for row, (at, kind, _, _) in enumerate(rows):
            held = 0
            for _, before, *_ in rows[:row]:
                held = max(held + (before == GOT) - (before == GAVE), 0)
            if kind == WAITS and held:
                begun.append((at, index))
    found: dict[tuple[int, frozenset[int]], Deadlock] = {}
    for at, first in sorted(begun):
        way: list[tuple[int, int, int]] = []
        current = first
        while current >= 0 and current not in [each[0] for each in way]:
            way += [(current, *wait) for wait in [waited(current, at, locks)] if wait is not None]
            if not way or way[-1][0] != current:
                break
            current = holder(way[-1][2], at, locks)
        if way and current == first and current == holder(way[-1][2], at, locks):
            end = min(each[1] for each in way)
            circle = Deadlock(at, end, tuple(e[0] for e in way), tuple(e[2] for e in way))
            found.setdefault((end, frozenset(circle.lanes)), circle)
    return sorted(found.values(), key=lambda one: one.start_ns)


def waited(who: int, at: int, locks: dict[int, LockHistory]) -> tuple[int, int] | None:
    """End and lock of the wait that began last of those that last."""
    begun = [
        (start, end, index)
        for index, lock in locks.items()
        for start, end, waiter in zip(
            lock.wait_starts.tolist(), lock.wait_ends.tolist(), lock.waiters.tolist(), strict=True
        )
        if waiter == who and start <= at < end
    ]
    # Of those that began together the one at the last lock.
    last = max(begun, key=lambda wait: (wait[0], wait[2], wait[1]), default=(0, 0, 0))
    return last[1:] if begun else None


def holder(index: int, at: int, locks: dict[int, LockHistory]) -> int:
    """Who got a lock last, if he still holds it; -1 for a semaphore and for a signal."""
    lock = locks[index]
    begun = [row for row, start in enumerate(lock.hold_starts.tolist()) if start <= at]
    if index == 3 or lock.is_signal or not begun or lock.hold_ends[begun[-1]] <= at:
        return -1
    return int(lock.holders[begun[-1]])


def test_who_waits_for_himself_with_a_limit_reckons_with_nobody() -> None:
    """As threads that wait for a job do, by a lock that somebody else lets go of."""
    held: Event = (1, GOT, 0, 0)
    assert circles([held, (5, WAITS, 0, 0)]) == [Deadlock(5, 100, (0,), (0,))]
    assert circles([held, (5, ev.WAIT_LIMIT, -1, 9_000), (5, WAITS, 0, 0)]) == []
