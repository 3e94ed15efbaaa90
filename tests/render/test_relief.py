"""Who ends a wait, in the sentence at the cursor."""

from __future__ import annotations

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject, Site, Trace
from paraviz.trace.causality.wait_chain import told_by
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.sentence import sentence
from paraviz.tui.render.spans import span_at
from paraviz.tui.render.view import TraceView
from tests.traces import MS, Event, lane, trace


def said(shown: Trace, lane_index: int, at_ms: float, *, whole: bool = False) -> str:
    """The second row, with the edges that touch the span."""
    view, at = TraceView.of(shown), round(at_ms * MS)
    span = span_at(shown, lane_index, at)
    until = told_by(shown.lanes[lane_index], span.end_ns) + 1
    edges = view.edges.touching(lane_index, span.start_ns, until)
    return row_text(sentence(view, lane_index, at, span if whole else None, edges)[1])


def made(one: list[Event], other: list[Event], *objects: SharedObject) -> Trace:
    """`a` does these things and `b` those, in ms, in lines 11, 12 … and 21, 22 …"""
    lanes = []
    for name, events, line in (("a", one, 0), ("b", other, 10)):
        rows = [(at * MS, kind, obj, value) for at, kind, obj, value in events]
        bare = lane(name, rows, end_ns=20 * MS)
        lanes.append(replace(bare, sites=np.arange(line, line + len(rows), dtype=np.int32)))
    sites = tuple(Site("dir/work.py", number + 11) for number in range(20))
    return replace(trace(lanes, objects, gil=False), sites=sites)


def contended() -> Trace:
    holder = [(1, ev.LOCK_ACQUIRED, 0, 0), (6, ev.LOCK_RELEASED, 0, 0)]
    waiter = [(2, ev.LOCK_WAIT, 0, 0), (6, ev.LOCK_ACQUIRED, 0, 0), (9, ev.LOCK_RELEASED, 0, 0)]
    return made(holder, waiter, SharedObject("Lock", "door"))


@pytest.mark.parametrize("whole", [False, True])
def test_who_releases_a_lock_and_in_which_line(whole: bool) -> None:
    told = said(contended(), 1, 3, whole=whole)
    assert (
        f"held by a for {1 if whole else 2} ms (since 1 ms) · released by a at 6 ms at work.py:12"
        in told
    )


def test_who_runs_or_has_what_it_wants_is_not_relieved() -> None:
    assert "released by" not in said(contended(), 1, 1)
    assert "released by" not in said(contended(), 1, 7)
    assert "released by" not in said(contended(), 0, 3)


def test_who_sets_an_event() -> None:
    shown = made(
        [(5, ev.SET, 0, 0)],
        [(1, ev.WAIT_BEGIN, 0, 0), (5, ev.WAIT_END, 0, 0)],
        SharedObject("Event", "go"),
    )
    assert "ended by a at 5 ms at work.py:11" in said(shown, 1, 3)


def test_who_puts_what_a_queue_has_been_waited_for() -> None:
    shown = made(
        [(5, ev.PUT, 0, 7)],
        [(1, ev.GET_WAIT, 0, 0), (6, ev.WAIT_END, 0, 0), (7, ev.GET, 0, 7)],
        SharedObject("Queue", "jobs"),
    )
    assert "ended by a at 5 ms at work.py:11" in said(shown, 1, 3)


def test_a_join_needs_no_second_word_for_whose_end_it_is() -> None:
    ended = lane("a", [], end_ns=5 * MS)
    rows = [(1 * MS, ev.JOIN_BEGIN, 0, 0), (5 * MS, ev.JOIN_END, 0, 0)]
    shown = trace([ended, lane("b", rows, end_ns=9 * MS)], gil=False)
    assert said(shown, 1, 3) == "goes on at 5 ms (after 4 ms)"


def test_a_sleep_is_not_ended_by_what_comes_later() -> None:
    shown = made(
        [(3, ev.PUT, 0, 7)],
        [(1, ev.SLEEP_BEGIN, -1, 0), (5, ev.SLEEP_END, -1, 0), (8, ev.GET, 0, 7)],
        SharedObject("Queue", "jobs"),
    )
    assert "ended by" not in said(shown, 1, 4)
