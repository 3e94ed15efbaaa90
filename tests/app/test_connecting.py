"""Arrows at the selection: who made the chosen worker go on."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject
from paraviz.tui.widgets.run import arrows
from tests.app.asked import answer, go_to
from tests.app.fakes import until
from tests.app.rows_shown import chosen, drawn, shown
from tests.render.arranged import workshop
from tests.traces import Event, lane, trace

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from paraviz.tui.widgets.run import RunView

KIND, FROM, TO = range(3)


def connections(view: RunView) -> list[tuple[str, tuple[int, int], tuple[int, int]]]:
    """Each edge as its kind, where it leaves and where it arrives."""
    return [
        (each.kind, (each.from_lane, each.from_ns), (each.to_lane, each.to_ns))
        for each in view.edges
    ]


def heads(view: RunView) -> str:
    """The arrows' heads that are drawn below the ruler and above the resources."""
    return "".join(glyph for glyph in drawn(view) if glyph in "▼▲")


def pipe() -> Trace:
    """Main sends at 20 µs what a process receives at 50 µs, and joins it from 60 µs on."""
    main: list[Event] = [
        (5_000, ev.PROCESS_START, 1, 0),
        (20_000, ev.SEND, 0, 8),
        (60_000, ev.PROCESS_JOIN_BEGIN, 1, 0),
        (81_000, ev.PROCESS_JOIN_END, 1, 0),
    ]
    child: list[Event] = [(10_000, ev.RECEIVE_WAIT, 1, 0), (50_000, ev.RECEIVE, 1, 8)]
    lanes = [
        lane("MainThread", main, end_ns=100_000, kind="process", pid=1, tid=1),
        lane("child", child, start_ns=9_000, end_ns=80_000, kind="process", pid=2, tid=2),
    ]
    ends = [
        SharedObject("Connection", "ours", peer=1),
        SharedObject("Connection", "theirs", peer=0),
    ]
    return trace(lanes, ends, gil=False)


HAND_OVER = [("wake", (2, 60_000), (3, 60_100))]


async def test_a_lock_that_was_handed_over() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        assert connections(view) == [] and heads(view) == ""
        await go_to(pilot, "30 us")
        assert chosen(view) == "worker-2"
        assert connections(view) == HAND_OVER
        assert heads(view) == "▼"
        await pilot.press("up")
        await go_to(pilot, "60 us")
        assert chosen(view) == "worker-1"
        # Worker 1 runs all the time, so that what it got from the queue is told as well.
        assert connections(view) == [*HAND_OVER, ("message", (0, 10_000), (2, 40_000))]
        assert heads(view) == "▼▼"


async def test_a_message_a_start_and_a_join() -> None:
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "30 us")
        start = ("start", (0, 5_000), (1, 10_000))
        message = ("message", (0, 20_000), (1, 50_000))
        join = ("join", (1, 80_000), (0, 81_000))
        assert set(connections(view)) == {start, message}
        assert heads(view).count("▼") == 2
        await go_to(pilot, "70 us")
        assert set(connections(view)) == {message, join}
        assert set(heads(view)) == {"▲", "▼"}
        await pilot.press("up")
        assert connections(view) == [join]
        assert heads(view) == "▲"


async def test_nothing_where_nothing_is_selected() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        assert connections(view)
        await pilot.press("escape")
        assert view.edges == () and heads(view) == ""


async def test_nothing_for_what_is_no_worker_and_for_other_spans() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 5)
        await go_to(pilot, "30 us")
        assert chosen(view) == "◆ printer"
        assert view.edges == ()
        await pilot.press("up", "up")
        assert view.edges
        await go_to(pilot, "10 us")
        assert view.edges == ()


async def test_the_nearest_to_the_cursor_come_first() -> None:
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "12 us")
        assert [each[KIND] for each in connections(view)] == ["start", "message"]
        await go_to(pilot, "48 us")
        assert [each[KIND] for each in connections(view)] == ["message", "start"]


async def test_the_edges_of_a_large_trace_are_found_in_a_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrows, "_AT_ONCE", 3)
    go_on = threading.Event()
    threads: list[int] = []
    plain = arrows.Connecting._prepare

    def slow(self: arrows.Connecting, view: object) -> None:
        threads.append(threading.get_ident())
        assert go_on.wait(10)
        plain(self, view)  # type: ignore[arg-type]

    monkeypatch.setattr(arrows.Connecting, "_prepare", slow)
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        assert view.edges == ()
        go_on.set()
        await until(pilot, lambda: connections(view) == HAND_OVER)
        await pilot.press("escape")
        assert view.edges == ()
        count = len(threads)
        # What was found once is at hand, also with another name on it or another note in it.
        await go_to(pilot, "40 us")
        await answer(pilot, "b", "here")
        await pilot.press("right")
        assert connections(view) == HAND_OVER
        assert len(threads) == count and threading.get_ident() not in threads


async def test_a_large_trace_that_is_live_has_none_and_keeps_no_old_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        assert connections(view) == HAND_OVER
        monkeypatch.setattr(arrows, "_AT_ONCE", 3)
        from paraviz.tui.render.view import TraceView

        view.show(TraceView.of(replace(workshop(), live=True), 1))
        await pilot.press("right")
        assert view.edges == ()
