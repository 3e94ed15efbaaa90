"""Leaving a run or running it again loses nothing: it is kept, and the gallery lists it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz.formats import load
from paraviz.tui import keeping
from paraviz.tui.app import ParavizApp
from paraviz.tui.choices import Choices, Look
from paraviz.tui.screens.gallery import LAST_RUNS, Gallery
from paraviz.tui.screens.run import run_screen
from paraviz.tui.widgets.program_list import Shelf
from paraviz.user import settings
from paraviz.user.kept_runs import kept_folder, kept_runs
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.app.rows_shown import said
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from paraviz.programs.parameters import Runnable


@pytest.fixture(autouse=True)
def own_homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    settings.save(settings.Settings(toured=True))


@asynccontextmanager
async def running(sessions: list[FakeSession]) -> AsyncIterator[Pilot[None]]:
    def make(runnable: Runnable, argv: Sequence[str]) -> FakeSession:
        sessions.append(FakeSession(runnable, argv))
        return sessions[-1]

    app = ParavizApp(lambda app: run_screen(app, PROGRAM, []), make, choices=Choices(Look()))
    async with app.run_test(size=(100, 30), notifications=True) as pilot:
        yield pilot
    app.stop_sessions()
    # What keeps them may be at it still; the interpreter does not end before.
    await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_run_that_ended_and_one_that_was_left_are_kept() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as pilot:
        await until(pilot, lambda: bool(sessions and sessions[0].snapshots))
        sessions[0].finish()
        await until(pilot, lambda: len(kept_runs()) == 1)
        await pilot.press("r")
        await until(pilot, lambda: len(sessions) == 2 and sessions[1].snapshots > 0)
        await pilot.press("q")
    assert len(kept_runs()) == 2
    for path in kept_runs():
        trace = load(path)
        assert trace.program.name == "printers" and len(trace.lanes) == 3 and not trace.live
        assert path.stat().st_mode & 0o777 == 0o600
    app = ParavizApp(lambda _: Gallery([PROGRAM]), choices=Choices(Look()))
    async with app.run_test(size=(100, 40)) as pilot:
        shelf = app.screen.query_one(Shelf)
        await until(pilot, lambda: any(each.group == LAST_RUNS for each in shelf.entries))
        listed = [each.recording for each in shelf.entries if each.group == LAST_RUNS]
        assert listed == [str(path) for path in kept_runs()]


async def test_who_does_not_want_it_has_none() -> None:
    settings.save(settings.Settings(toured=True, keep_runs=False))
    sessions: list[FakeSession] = []
    async with running(sessions) as pilot:
        await until(pilot, lambda: bool(sessions and sessions[0].snapshots))
        await pilot.press("q")
    assert not kept_folder().exists()


async def test_what_could_not_be_kept_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    kept_folder().parent.mkdir(parents=True)
    kept_folder().write_text("not a folder")
    sessions: list[FakeSession] = []
    async with running(sessions) as pilot:
        await until(pilot, lambda: bool(sessions and sessions[0].snapshots))
        sessions[0].finish()
        await until(pilot, lambda: any("could not be kept" in each for each in said(pilot)))
    monkeypatch.setattr(keeping, "MOST_EVENTS", 3)
    assert "too large" in keeping.keep_run(printers())
    assert keeping.keep_run(replace(printers(), lanes=())) == "", "nothing to keep, nothing to say"
