"""The tour: shown at the first start, never again unasked, and its keys do what they say."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from textual.command import CommandPalette
from textual.widgets import Static

from paraviz.tui.app import ParavizApp
from paraviz.tui.choices import Choices, Look
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.run import RunScreen, run_screen
from paraviz.tui.screens.tour import STEPS, Tour
from paraviz.tui.widgets.run import RunView
from paraviz.user.settings import Settings, load, save
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from textual.pilot import Pilot
    from textual.screen import Screen


@pytest.fixture(autouse=True)
def never_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def recording(_app: ParavizApp) -> Screen[None]:
    return RunScreen("printers", trace=printers())


def card(pilot: Pilot[None]) -> str:
    # A screen is there before what stands on it.
    return "".join(str(each.render()) for each in pilot.app.screen.query("#tour").results(Static))


def run_view(pilot: Pilot[None]) -> RunView:
    screen = next(each for each in pilot.app.screen_stack if isinstance(each, RunScreen))
    return screen.query_one(RunView)


async def shown(pilot: Pilot[None], number: int) -> None:
    await until(
        pilot,
        lambda: isinstance(pilot.app.screen, Tour) and f"{number}/{len(STEPS)}" in card(pilot),
    )


async def test_four_steps_over_a_recording_and_their_keys_work_below() -> None:
    app = ParavizApp(recording, choices=Choices(Look()))
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(pilot, 1)
        assert load()[0].toured, "kept as soon as it is shown"
        view = run_view(pilot)
        before = view.selected
        await pilot.press("down")
        assert view.selected != before
        await pilot.press("enter")
        await shown(pilot, 2)
        assert view.cursor_ns is None
        await pilot.press("right")
        assert view.cursor_ns is not None
        await pilot.press("enter", "enter")
        await shown(pilot, 4)
        assert "c  " in card(pilot), "a recording has no lock to switch: it can be compared"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))


async def test_never_again_unasked_but_by_its_command() -> None:
    save(Settings(toured=True))
    app = ParavizApp(recording, choices=Choices(Look()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: run_view(pilot).view is not None)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        await pilot.press(*"Tour", "enter")
        await shown(pilot, 1)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        assert run_view(pilot).cursor_ns is None, "its escape is its own"


async def test_from_the_gallery_into_the_run_and_out_by_the_lock() -> None:
    sessions: list[FakeSession] = []

    def make(*arguments: object) -> FakeSession:
        sessions.append(FakeSession(*arguments))  # type: ignore[arg-type]
        return sessions[-1]

    def gallery(_app: ParavizApp) -> Screen[None]:
        return Gallery([PROGRAM], own=False)

    app = ParavizApp(gallery, make, choices=Choices(Look()))
    async with app.run_test(size=(100, 30)) as pilot:
        await shown(pilot, 1)
        assert "Run the program" in card(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: bool(sessions))
        sessions[0].finish()
        await shown(pilot, 2)
        await pilot.press("enter", "enter")
        await shown(pilot, 4)
        await pilot.press("l")
        await until(pilot, lambda: len(sessions) == 2)
        assert "--locked" in sessions[1].argv
        assert isinstance(app.screen, RunScreen)
        sessions[1].finish()
        await until(pilot, lambda: sessions[1].stopped > 0)


async def test_an_app_without_settings_shows_no_tour() -> None:
    app = ParavizApp(lambda app: run_screen(app, PROGRAM, ()), lambda *_: FakeSession())
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: run_view(pilot).view is not None)
        await pilot.pause()
        assert isinstance(app.screen, RunScreen)


async def test_unasked_it_waits_for_the_end_of_a_run() -> None:
    async with live_run() as (pilot, session):
        session.grow(0.6)
        await until(pilot, lambda: session.snapshots > 1)
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)
        assert not load()[0].toured
        session.finish()
        await shown(pilot, 1)
        assert load()[0].toured


async def test_asked_it_does_not_wait_and_does_not_come_again() -> None:
    async with live_run() as (pilot, session):
        assert isinstance(pilot.app, ParavizApp)
        pilot.app.action_tour()
        await shown(pilot, 1)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        session.finish()
        await until(pilot, lambda: is_over(run_view(pilot)))
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)


def is_over(shown: RunView) -> bool:
    return shown.view is not None and not shown.view.trace.live


@asynccontextmanager
async def live_run() -> AsyncIterator[tuple[Pilot[None], FakeSession]]:
    """The first start with a program that runs."""
    sessions: list[FakeSession] = []

    def make(*arguments: object) -> FakeSession:
        sessions.append(FakeSession(*arguments))  # type: ignore[arg-type]
        return sessions[-1]

    app = ParavizApp(lambda app: run_screen(app, PROGRAM, ()), make, choices=Choices(Look()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: run_view(pilot).view is not None)
        yield pilot, sessions[0]
