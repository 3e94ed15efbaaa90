"""Circles of workers that wait for each other."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.trace.deadlocks import Deadlock, deadlock_at, deadlocks
from paraviz.trace.locks import lock_histories
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
    monkeypatch.setattr("paraviz.trace.deadlocks.WAITS_LIMIT", 2)
    harmless: list[Event] = [(1, GOT, 2, 0)]
    for at in range(2, 30, 2):
        harmless += [(at, WAITS, 0, 0), (at + 1, UP, 0, 0)]
    one = [(1, GOT, 0, 0), (40, WAITS, 1, 0)]
    other = [(2, GOT, 1, 0), (41, WAITS, 0, 0)]
    (circle,) = circles(one, other, harmless)
    assert circle.start_ns == 41
