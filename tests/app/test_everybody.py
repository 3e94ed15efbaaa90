"""Everybody at one moment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest

from paraviz.tui.app import ParavizApp
from paraviz.tui.render.inks import row_text
from paraviz.tui.screens import everybody
from paraviz.tui.screens.everybody import Everybody, EverybodyScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.run import RunView, arrows
from tests.app.fakes import until
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from textual.pilot import Pilot


@asynccontextmanager
async def shown(size: tuple[int, int] = (120, 30)) -> AsyncIterator[tuple[Pilot[None], RunView]]:
    app = ParavizApp(lambda _: RunScreen("printers", trace=printers(locked=True)))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        yield pilot, app.screen.query_one(RunView)


def rows(pilot: Pilot[None]) -> list[str]:
    screen = pilot.app.screen.query_one(Everybody)
    return [row_text(screen.row(y)).rstrip() for y in range(screen.size.height)]


def foot(pilot: Pilot[None]) -> list[str]:
    """What is told of the chosen one in full, below an empty row."""
    empty, *told = rows(pilot)[-3:]
    assert empty == ""
    return told


async def opened(pilot: Pilot[None], view: RunView, at_ns: int) -> list[str]:
    view.cursor_ns = at_ns
    await pilot.press("a")
    await until(pilot, lambda: isinstance(pilot.app.screen, EverybodyScreen))
    await pilot.pause()
    return rows(pilot)


async def test_every_worker_that_lives_has_a_row() -> None:
    async with shown() as (pilot, view):
        at = view.view.trace.lanes[1].start_ns + 1_000_000 if view.view else 0
        told = await opened(pilot, view, at)
        assert "everybody at" in told[0]
        assert sum(" so far" in row for row in told[:-2]) == 3
        assert any("thread-b" in row and "waits for" in row for row in told)


async def test_those_that_do_not_live_are_counted() -> None:
    async with shown() as (pilot, view):
        assert view.view is not None
        told = await opened(pilot, view, view.view.trace.lanes[0].start_ns)
        assert "2 not alive" in told[0]
        assert sum(" so far" in row for row in told[:-2]) == 1


async def test_enter_chooses_a_worker_and_q_does_not() -> None:
    async with shown() as (pilot, view):
        assert view.view is not None
        at = view.view.trace.lanes[2].start_ns + 500_000
        await opened(pilot, view, at)
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert (view.lane, view.cursor_ns) == (2, at)
        await pilot.press("a", "up", "q")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert view.lane == 2


async def test_what_does_not_fit_is_scrolled() -> None:
    async with shown((60, 16)) as (pilot, view):
        assert view.view is not None
        at = view.view.trace.lanes[2].start_ns + 500_000
        await opened(pilot, view, at)
        shown_rows = pilot.app.screen.query_one(Everybody)
        assert all(len(row) <= 60 for row in rows(pilot))
        shown_rows._lanes = [0, 1, 2] * 20
        await pilot.press(*["down"] * 30)
        assert shown_rows.chosen == 30 and shown_rows.top > 0
        assert "▶" in rows(pilot)[2 + shown_rows.chosen - shown_rows.top]


async def test_it_says_who_ends_a_wait() -> None:
    async with shown((200, 30)) as (pilot, view):
        assert view.view is not None
        at = view.view.trace.lanes[2].start_ns + 500_000
        told = await opened(pilot, view, at)
        assert "· released by thread-a at" in next(row for row in told if "thread-b waits" in row)


async def test_that_follows_where_it_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(everybody, "_AT_ONCE", 0)
    monkeypatch.setattr(arrows, "_AT_ONCE", 0)
    monkeypatch.setattr(arrows.Connecting, "_prepare", lambda _self, _view: None)
    may_begin = Event()
    find = Everybody._find_edges
    monkeypatch.setattr(Everybody, "_find_edges", lambda self: may_begin.wait() and find(self))
    async with shown((200, 30)) as (pilot, view):
        assert view.view is not None
        at = view.view.trace.lanes[2].start_ns + 500_000
        told = await opened(pilot, view, at)
        assert told[0].endswith("who ends which wait follows …")
        assert not any("released by" in row for row in told)
        may_begin.set()
        await until(pilot, lambda: "follows" not in rows(pilot)[0])
        assert any("released by" in row for row in rows(pilot))


async def test_the_chosen_one_is_told_in_full_below() -> None:
    async with shown((60, 20)) as (pilot, view):
        assert view.view is not None
        at = view.view.trace.lanes[2].start_ns + 500_000
        await opened(pilot, view, at)
        assert foot(pilot)[0].startswith(" main waits for thread-a to end (join), for ")
        assert foot(pilot)[1].startswith(" goes on at")
        await pilot.press("down", "down")
        assert foot(pilot)[0].startswith(" thread-b waits for")
        assert foot(pilot)[1].startswith(" held by thread-a for ")


async def test_a_low_screen_has_room_for_the_workers_only() -> None:
    async with shown((60, 10)) as (pilot, view):
        assert view.view is not None
        told = await opened(pilot, view, view.view.trace.lanes[2].start_ns + 500_000)
        assert sum(" so far" in row for row in told) == 3


async def test_a_click_below_the_workers_chooses_none() -> None:
    async with shown() as (pilot, view):
        assert view.view is not None
        await opened(pilot, view, view.view.trace.lanes[2].start_ns + 500_000)
        screen = pilot.app.screen
        height = screen.query_one(Everybody).size.height
        await pilot.click(Everybody, offset=(5, height - 1))
        assert pilot.app.screen is screen
        await pilot.click(Everybody, offset=(5, 4))
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert view.lane == 2
