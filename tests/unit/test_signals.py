"""Locks that nobody owns: others let go of them than those who take them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.wait_chain import waits_for
from paraviz.trace.causality.wait_step import Step
from paraviz.trace.histories.locks import lock_histories
from tests.traces import MS, lane, trace
from tests.unit.finding import GAVE, GOT, WAITS, found_in, kinds

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from tests.traces import Event

LOCK = SharedObject("Lock", "turn")
TWINS = [SharedObject("Lock", "waiter 1"), SharedObject("Lock", "waiter 2")]


def made(*lanes: list[Event], things: list[SharedObject] | None = None) -> Trace:
    rows = [
        lane(
            f"t{at}",
            [(when * MS, kind, what, value) for when, kind, what, value in events],
            end_ns=100 * MS,
        )
        for at, events in enumerate(lanes)
    ]
    return trace(rows, things or [LOCK])


TAKES = [(1, GOT, 0, 0), (2, WAITS, 0, 0), (12, GOT, 0, 0), (13, WAITS, 0, 0)]
GIVES = [(11, GAVE, 0, 0)]


def test_what_another_one_let_go_of_once_is_a_signal() -> None:
    shown = made(TAKES, GIVES)
    (lock,) = lock_histories(shown)
    assert (lock.is_signal, lock.is_given_back) == (True, False)
    assert lock.releasers.tolist() == [1, -1]
    assert deadlocks(shown, [lock]) == []
    assert kinds(shown) == []


def test_even_where_it_is_mostly_given_back_by_those_who_took_it() -> None:
    own = [(at, kind, 0, 0) for at in range(20, 40, 2) for at, kind in ((at, GOT), (at + 1, GAVE))]
    (lock,) = lock_histories(made([*TAKES[:1], *own], [*GIVES, (50, WAITS, 0, 0)]))
    assert lock.is_signal


def test_who_waits_for_a_signal_waits_for_whoever_gives_it() -> None:
    shown = made(TAKES, GIVES)
    locks = lock_histories(shown)
    assert waits_for(shown, locks, None, 0, 5 * MS) is None


def test_so_it_is_between_processes() -> None:
    things = [SharedObject("multiprocessing.Lock", "turn")]
    (lock,) = lock_histories(made(TAKES, GIVES, things=things))
    assert lock.is_signal


@pytest.mark.parametrize("kind", ["RLock", "Condition", "Semaphore"])
def test_other_things_are_none(kind: str) -> None:
    (lock,) = lock_histories(made(TAKES, GIVES, things=[SharedObject(kind, "turn")]))
    assert not lock.is_signal


def test_who_may_have_taken_it_unseen_makes_no_signal() -> None:
    shown = made(TAKES, GIVES)
    lanes = (shown.lanes[0], replace(shown.lanes[1], emitted=9))
    (lock,) = lock_histories(replace(shown, lanes=lanes))
    assert not lock.is_signal


def test_tasks_of_one_thread_are_not_others() -> None:
    thread = lane("MainThread", [], end_ns=100, tid=7, kind="process")
    one = lane("one", [(10, GOT, 0, 0)], start_ns=5, end_ns=100, tid=7, kind="task")
    other = lane("other", [(20, GAVE, 0, 0)], start_ns=6, end_ns=100, tid=7, kind="task")
    (lock,) = lock_histories(trace([thread, one, other], [LOCK]))
    assert (lock.is_signal, lock.is_given_back) == (False, True)


def test_one_made_at_the_line_of_a_signal_is_taken_for_one() -> None:
    alike = made([*TAKES[:3], (20, GOT, 1, 0), (21, WAITS, 1, 0)], GIVES, things=TWINS)
    first, second = lock_histories(alike)
    assert first.is_signal and second.is_signal
    assert deadlocks(alike, [first, second]) == []
    given_back = [(14, GOT, 1, 0), (15, GAVE, 1, 0)]
    own = made([*TAKES[:3], *given_back, (20, GOT, 1, 0), (21, WAITS, 1, 0)], GIVES, things=TWINS)
    locks = lock_histories(own)
    assert [lock.is_signal for lock in locks] == [True, False]
    assert [circle.lanes for circle in deadlocks(own, locks)] == [(0,)]


def taken_at(*sites: Site) -> Trace:
    """Somebody takes a lock at the first of two lines and waits for it at the second."""
    shown = made([(1, GOT, 0, 0), (2, WAITS, 0, 0)])
    taker = replace(shown.lanes[0], sites=np.array([0, 1], np.int32))
    return replace(shown, lanes=(taker,), sites=sites)


def test_who_takes_by_a_with_what_he_has_waits_for_himself() -> None:
    shown = taken_at(Site("work.py", 3), Site("work.py", 4))
    (found,) = found_in(shown)
    assert found.kind == "deadlock"
    assert found.told.english == (
        "deadlock of 1 worker for 98.0 ms: t0 waits for itself: at work.py:4 for `turn`, which it"
        " took at work.py:3"
    )
    assert waits_for(shown, lock_histories(shown), None, 0, 50 * MS) == Step(0, "lock")


def test_whose_line_gives_nothing_back_may_wait_for_a_signal() -> None:
    shown = taken_at(Site("work.py", 3, "", False), Site("work.py", 4, "", False))
    assert kinds(shown) == []
    assert waits_for(shown, lock_histories(shown), None, 0, 50 * MS) is None


def test_a_daemon_is_not_cut_off_in_the_middle_of_what_it_waits_for() -> None:
    shown = taken_at(Site("work.py", 3, "", False), Site("work.py", 4, "", False))
    daemon = replace(shown.lanes[0], end_reason="cut off at exit")
    assert kinds(replace(shown, lanes=(daemon,))) == []
    holds = replace(daemon, kinds=daemon.kinds.clip(max=ev.LOCK_ACQUIRED)[:1])
    holds = replace(holds, times=daemon.times[:1], objects=daemon.objects[:1])
    holds = replace(holds, sites=daemon.sites[:1], values=daemon.values[:1], emitted=1)
    assert kinds(replace(shown, lanes=(holds,))) == ["lock_lost"]
