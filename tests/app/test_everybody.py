"""Everybody at one moment."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tests.app.fakes import until
from tests.traces import printers
from tui.app import ParavizApp
from tui.render.inks import row_text
from tui.screens.everybody import Everybody, EverybodyScreen
from tui.screens.run import RunScreen
from tui.widgets.run import RunView

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
    everybody = pilot.app.screen.query_one(Everybody)
    return [row_text(everybody.row(y)).rstrip() for y in range(everybody.size.height)]


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
        assert sum(" since " in row for row in told) == 3
        assert any("thread-b" in row and "waits for" in row for row in told)


async def test_those_that_do_not_live_are_counted() -> None:
    async with shown() as (pilot, view):
        assert view.view is not None
        told = await opened(pilot, view, view.view.trace.lanes[0].start_ns)
        assert "2 not alive" in told[0]
        assert sum(" since " in row for row in told) == 1


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
        everybody = pilot.app.screen.query_one(Everybody)
        assert all(len(row) <= 60 for row in rows(pilot))
        everybody._lanes = [0, 1, 2] * 20
        await pilot.press(*["down"] * 30)
        assert everybody.chosen == 30 and everybody.top > 0
        assert "▶" in rows(pilot)[2 + everybody.chosen - everybody.top]
