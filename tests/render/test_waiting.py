"""Why a worker waits: who holds it up, and who holds those up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.waiting import edges_at
from tests.traces import MS, Event, lane, trace

if TYPE_CHECKING:
    from collections.abc import Sequence

LOCK, JOBS, SLOTS = range(3)
OBJECTS = (
    SharedObject("Lock", "door"),
    SharedObject("Queue", "jobs"),
    SharedObject("Semaphore", "slots"),
)


def made(*workers: Sequence[Event]) -> TraceView:
    """`a`, `b`, …: each event in a line of its own, `a`'s from 11, `b`'s from 21; in ms."""
    lanes = []
    for number, events in enumerate(workers):
        rows = [(at * MS, kind, obj, value) for at, kind, obj, value in events]
        sites = np.arange(10 * number, 10 * number + len(rows), dtype=np.int32)
        lanes.append(replace(lane("abcde"[number], rows, end_ns=20 * MS), sites=sites))
    known = tuple(Site("work.py", line + 11) for line in range(50))
    return TraceView.of(replace(trace(lanes, OBJECTS, gil=False), sites=known))


def said(view: TraceView, lane_index: int, at_ms: int, *, has_edges: bool = True) -> str:
    if has_edges:
        len(view.edges)
    at = at_ms * MS
    rows = sentence(view, lane_index, at, edges=edges_at(view, lane_index, at))
    return " | ".join(row_text(row) for row in rows)


def three() -> TraceView:
    """`a` waits for `door` of `b`, which waits for what `c` puts, which sleeps."""
    a: list[Event] = [(4, ev.LOCK_WAIT, LOCK, 0), (9, ev.LOCK_ACQUIRED, LOCK, 0)]
    b: list[Event] = [
        (1, ev.LOCK_ACQUIRED, LOCK, 0),
        (2, ev.GET_WAIT, JOBS, 0),
        (8, ev.WAIT_END, JOBS, 0),
        (8, ev.GET, JOBS, 1),
        (9, ev.LOCK_RELEASED, LOCK, 0),
    ]
    c: list[Event] = [(3, ev.SLEEP_BEGIN, -1, 0), (6, ev.SLEEP_END, -1, 0), (8, ev.PUT, JOBS, 1)]
    return made(a, b, c)


def test_the_whole_chain_to_who_waits_for_nobody() -> None:
    assert said(three(), 0, 5) == (
        "a waits for door, for 1 ms so far (since 4 ms) at work.py:11"
        " | held by b for 4 ms (since 1 ms) · released by b at 9 ms at work.py:25"
        " · b ← c sleeps at work.py:31 · gets it at 9 ms (after 5 ms)"
    )
    assert "b ← c runs at work.py:32 ·" in said(three(), 0, 7)
    assert said(three(), 1, 5).endswith(
        "| ended by c at 8 ms at work.py:33 · goes on at 8 ms (after 6 ms)"
    )


def test_what_is_not_worked_out_is_not_told() -> None:
    told = said(three(), 0, 5, has_edges=False)
    assert "held by b" in told
    assert "released by" not in told and "←" not in told


def test_all_that_have_a_permit_of_a_semaphore_each_since_its_own() -> None:
    permits: list[list[Event]] = [
        [(at, ev.LOCK_ACQUIRED, SLOTS, 0), (end, ev.LOCK_RELEASED, SLOTS, 0)]
        for at, end in ((1, 9), (2, 4), (3, 9))
    ]
    view = made([(3, ev.LOCK_WAIT, SLOTS, 0)], *permits)
    assert "| held by b for 4 ms (since 1 ms), by d for 2 ms (since 3 ms) · until its end" in said(
        view, 0, 5
    )
    many = made([(3, ev.LOCK_WAIT, SLOTS, 0)], *[permits[0]] * 4)
    assert (
        "by b for 4 ms (since 1 ms), by c for 4 ms (since 1 ms), by d for 4 ms (since 1 ms),"
        " … and 1 more ·" in said(many, 0, 5)
    )


def test_of_a_lock_only_the_last_to_get_it_can_have_it() -> None:
    # The first release is not in the trace.
    held: list[list[Event]] = [[(at, ev.LOCK_ACQUIRED, LOCK, 0)] for at in (1, 2)]
    view = made([(3, ev.LOCK_WAIT, LOCK, 0)], *held)
    assert "| held by c for 3 ms (since 2 ms) ·" in said(view, 0, 5)


def test_a_deadlock_that_is_not_of_locks_alone_is_told_as_well() -> None:
    a: list[Event] = [(1, ev.LOCK_ACQUIRED, LOCK, 0), (3, ev.JOIN_BEGIN, 1, 0)]
    b: list[Event] = [(4, ev.LOCK_WAIT, LOCK, 0)]
    c: list[Event] = [(5, ev.LOCK_WAIT, LOCK, 0)]
    view = made(a, b, c)
    assert "deadlock: a waits for b, b waits for a" in said(view, 0, 6)
    assert "held by a for 5 ms (since 1 ms) · deadlock: b waits for a, a waits for b" in said(
        view, 1, 6
    )
    # Who waits for one of them is not part of it, and waits as long.
    assert "deadlock: a waits for b, b waits for a" in said(view, 2, 6)
    assert "deadlock" not in said(view, 0, 3)


@pytest.mark.parametrize("at_ms", [1, 2])
def test_who_runs_was_last_seen_in_a_line(at_ms: int) -> None:
    told = said(made([(1, ev.NOTIFY, LOCK, 0)]), 0, at_ms)
    assert told.startswith(
        f"a runs (inferred), for {at_ms} ms so far (since 0 s), last seen at work.py:11 |"
    )


def itself(*others: Sequence[Event]) -> TraceView:
    """`a` holds `door` and waits for it again."""
    return made([(1, ev.LOCK_ACQUIRED, LOCK, 0), (4, ev.LOCK_WAIT, LOCK, 0)], *others)


def test_who_waits_for_what_it_holds_waits_for_itself() -> None:
    assert said(itself(), 0, 5) == (
        "a waits for door, for 1 ms so far (since 4 ms) at work.py:12"
        " | held by itself for 4 ms (since 1 ms) at work.py:11 · deadlock: it waits for itself"
        " · until its end at 20 ms"
    )
    behind = itself([(5, ev.LOCK_WAIT, LOCK, 0)])
    assert "held by a for 5 ms (since 1 ms) · deadlock: a waits for itself ·" in said(behind, 1, 6)


def test_a_signal_is_held_by_nobody_and_comes_from_whoever_gives_it() -> None:
    signal = made(
        [
            (1, ev.LOCK_ACQUIRED, LOCK, 0),
            (4, ev.LOCK_WAIT, LOCK, 0),
            (9, ev.LOCK_ACQUIRED, LOCK, 0),
        ],
        [(9, ev.LOCK_RELEASED, LOCK, 0)],
    )
    assert said(signal, 0, 5) == (
        "a waits for door, for 1 ms so far (since 4 ms) at work.py:12"
        " | released by b at 9 ms at work.py:21 · gets it at 9 ms (after 5 ms)"
    )


def test_what_nobody_has_let_go_of_may_be_a_signal() -> None:
    shown = itself()
    sites = (*shown.trace.sites[:10], *(Site("work.py", line) for line in range(21, 61)))
    sites = (replace(sites[0], gives_back=False), *sites[1:])
    told = said(TraceView.of(replace(shown.trace, sites=sites)), 0, 5)
    assert "| which it took itself at 1 ms · until its end" in told
