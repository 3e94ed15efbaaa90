"""Lost updates; and what is listed of many findings, and in which order."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.figures import Material, figures
from paraviz.analysis.findings import findings
from paraviz.trace import SharedObject
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.index import StateIndex
from tests.traces import Event, lane, trace
from tests.unit.finding import GOT, LOCKS, found_in, in_line, kinds


def counting(*moments: tuple[int, int]) -> list[Event]:
    rows: list[Event] = []
    for read, written in moments:
        rows += [(read, ev.MEMORY_READ, 0, 0), (written, ev.MEMORY_WRITE, 0, 1)]
    return rows


def test_lost_updates_lead_to_the_first_one() -> None:
    shared = [SharedObject("Value", "n", typecode="i")]
    lanes = [
        lane("a", counting((1, 2), (10, 15), (20, 21)), end_ns=99),
        lane("b", counting((11, 13), (30, 31)), end_ns=99),
    ]
    (finding,) = found_in(trace(lanes, shared))
    assert (finding.kind, finding.lane_index, finding.object_index) == ("lost_updates", 0, 0)
    assert (finding.at_ns, finding.until_ns) == (10, 15)
    words = "1 of 5 updates of `n` lost: overwritten unseen by a (1 ×)"
    assert finding.told.english == words


def test_updates_one_after_the_other_are_not_lost() -> None:
    shared = [SharedObject("Value", "n", typecode="i")]
    lanes = [
        lane("a", counting((1, 2), (10, 12)), end_ns=99),
        lane("b", counting((5, 6), (13, 14)), end_ns=99),
    ]
    assert kinds(trace(lanes, shared)) == []


def test_faults_first_then_what_costs_most() -> None:
    made = in_line(16)
    end = made.lanes[0].end_ns
    holds: list[Event] = [(5, GOT, 0, 0)]
    saver = lane("saver", holds, end_ns=end, end_reason="cut off at exit")
    moved = [replace(each, objects=np.full_like(each.objects, 2)) for each in made.lanes]
    things = [*LOCKS, SharedObject("Lock", "other")]
    assert kinds(trace([*moved, saver], things)) == ["lock_lost", "lock_convoy"]


def test_of_what_is_wasteful_the_most_costly_first() -> None:
    short, long = in_line(16), in_line(30)
    moved = [replace(each, objects=np.full_like(each.objects, 2)) for each in long.lanes]
    things = [*LOCKS, SharedObject("Lock", "other")]
    found = found_in(trace([*short.lanes, *moved], things))
    assert [each.object_index for each in found] == [2, 0]


def test_many_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraviz.analysis.findings.LIMIT", 3)
    things = [SharedObject("Value", f"n{at}", typecode="i") for at in range(5)]
    one: list[Event] = []
    other: list[Event] = []
    for at in range(5):
        one += [(10 * at + 1, ev.MEMORY_READ, at, 0), (10 * at + 4, ev.MEMORY_WRITE, at, 1)]
        other += [(10 * at + 2, ev.MEMORY_READ, at, 0), (10 * at + 3, ev.MEMORY_WRITE, at, 1)]
    lanes = [lane("a", one, end_ns=99), lane("b", other, end_ns=99)]
    found = found_in(trace(lanes, things))
    assert [each.object_index for each in found] == [0, 1, 2]
    assert [each.more for each in found] == [0, 0, 2]


def test_a_search_can_be_cancelled_anywhere() -> None:
    made = in_line(16)
    index = StateIndex(made.lanes)
    asked = iter(range(1000))
    assert len(findings(made, index, lambda: next(asked) < 0)) == 1
    # In the work on locks alone it asks for each lane and each lock.
    times = next(asked)
    assert times > 2 * len(made.lanes)
    for patience in range(times):
        left = iter([False] * patience)
        assert findings(made, index, partial(next, left, True)) == ()


def test_progress_goes_from_nothing_to_all() -> None:
    made = in_line(16)
    told: list[float] = []
    findings(made, StateIndex(made.lanes), progress=told.append)
    assert (told[0], told[-1]) == (0.0, 1.0)
    assert told == sorted(set(told))
    # The first rule alone takes its time.
    assert sum(0.0 < share < 0.5 for share in told) >= len(made.lanes) - 1


def test_what_figures_and_findings_need_is_found_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = in_line(16)
    index, material = StateIndex(made.lanes), Material(made)
    found = findings(made, index, material=material)
    for name in ("lock_histories", "deadlocks", "shared_histories"):
        monkeypatch.delattr(f"paraviz.analysis.figures.analysis_cache.{name}")
    assert found == findings(made, index, material=material)
    told = figures(made, index, 0, made.end_ns, material=material)
    assert told is not None and [lock.name for lock in told.locks] == ["lock"]


def test_what_is_at_hand_is_not_found_again(monkeypatch: pytest.MonkeyPatch) -> None:
    made = in_line(16)
    index, locks = StateIndex(made.lanes), lock_histories(made)
    plain = findings(made, index)
    for name in ("lock_histories", "deadlocks"):
        monkeypatch.delattr(f"paraviz.analysis.figures.analysis_cache.{name}")
    material = Material(made, locks=locks, circles=deadlocks(made, locks))
    assert findings(made, index, material=material) == plain


def test_material_of_a_search_that_was_cancelled_is_of_use() -> None:
    made = in_line(16)
    index, material = StateIndex(made.lanes), Material(made)
    assert findings(made, index, lambda: True, material=material) == ()
    assert [lock.name for lock in material.locks] == ["lock"]
    assert findings(made, index, material=material) == findings(made, index)


def test_an_empty_trace_has_none() -> None:
    assert kinds(trace([])) == []
