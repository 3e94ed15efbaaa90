"""Deadlocks and lock convoys: the edges of both rules, by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz.trace import SharedObject
from tests.traces import MS, lane, trace
from tests.unit.finding import GAVE, GOT, UP, WAITS, found_in, in_line, kinds

if TYPE_CHECKING:
    from paraviz.trace import Lane


def crossing(at: int, until: int) -> list[Lane]:
    """Two workers that wait for each other from one moment to another."""
    one = [(at - 2, GOT, 0, 0), (at, WAITS, 1, 0), (until, UP, 1, 0), (until + 1, GAVE, 0, 0)]
    other = [(at - 1, GOT, 1, 0), (at - 1, WAITS, 0, 0), (until + 2, GOT, 0, 0)]
    return [lane("a", one, end_ns=900), lane("b", other, end_ns=900)]


def test_a_deadlock_names_its_circle() -> None:
    things = [SharedObject("Lock", name) for name in "xy"]
    (finding,) = found_in(trace(crossing(100, 300), things))
    assert finding.kind == "deadlock"
    assert (finding.at_ns, finding.until_ns) == (100, 300)
    assert finding.cost_ns == 400
    assert (finding.lane_index, finding.object_index) == (0, 1)
    for words in ("a waits for `y` of b", "b waits for `x` of a"):
        assert words in finding.told.english


def test_a_convoy() -> None:
    (finding,) = found_in(in_line(16))
    assert (finding.kind, finding.severity, finding.object_index) == ("lock_convoy", "waste", 0)
    proof = dict(finding.proof)
    assert (proof["workers"], proof["turns"]) == (4, 15)
    assert proof["held_ns"] == MS - 5
    assert proof["waited_ns"] == pytest.approx(3 * MS, rel=0.01)
    # The first one did not come from another's hands; the last one is the sixteenth.
    assert (finding.at_ns, finding.until_ns) == (2 * MS, 17 * MS - 5)


def test_too_few_turns_in_a_row() -> None:
    assert kinds(in_line(13, 3, held=MS // 10)) == ["lock_convoy"]
    assert kinds(in_line(12, 3, held=MS // 10)) == []


def test_many_that_come_once_are_no_convoy() -> None:
    assert kinds(in_line(20, 20, returns=False)) == []


def test_two_that_take_turns_are_no_line() -> None:
    assert kinds(in_line(40, 2, held=MS // 10)) == []


def test_who_holds_it_for_half_of_the_time_waited_does_not_hold_it_for_short() -> None:
    assert kinds(in_line(40, 3)) == []


def test_a_semaphore_has_no_convoy() -> None:
    assert kinds(in_line(16, what=1)) == []


def test_one_who_takes_it_again_ends_the_row() -> None:
    assert kinds(in_line(23)) == ["lock_convoy"]
    assert kinds(in_line(23, again=11)) == []
    assert kinds(in_line(23, again=11, waits=True)) == []


def test_one_who_passes_without_waiting_ends_the_row() -> None:
    assert kinds(in_line(23, passer=11)) == []
