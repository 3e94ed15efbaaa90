"""The key that compares: a second run, or another recording."""

from __future__ import annotations

import dataclasses
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from textual.widgets import Input

from paraviz.formats import save
from paraviz.trace import Program
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens import comparing
from paraviz.tui.screens.open import PathScreen
from paraviz.tui.screens.run import RunScreen, run_screen
from paraviz.tui.widgets.bars import Headline
from paraviz.tui.widgets.compared import ComparedRun
from paraviz.tui.widgets.prompt import Prompt
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    from textual.pilot import Pilot

    from paraviz.programs.parameters import Runnable

SOURCE = (
    "from typing import Literal\n"
    "def main(locked: bool = False, n: int = 20, mode: Literal['fast', 'slow'] = 'fast'): ...\n"
    "main()\n"
)


@asynccontextmanager
async def running(
    sessions: list[FakeSession], program: Runnable = PROGRAM, argv: Sequence[str] = ()
) -> AsyncIterator[Pilot[None]]:
    """A run that has ended."""

    def make(runnable: Runnable, argv: Sequence[str]) -> FakeSession:
        session = FakeSession(runnable, argv)
        session.whole = replace(
            session.whole, program=Program("printers", tuple(argv), source=SOURCE)
        )
        sessions.append(session)
        return session

    app = ParavizApp(lambda app: run_screen(app, program, argv), make)
    async with app.run_test(size=(100, 30)) as pilot:
        sessions[0].finish()
        await until(pilot, lambda: ended(pilot))
        yield pilot


def ended(pilot: Pilot[None]) -> bool:
    screen = pilot.app.screen
    return (
        isinstance(screen, RunScreen)
        and "✓ ended" in screen.query_one(Headline).render_line(0).text
    )


def compared(pilot: Pilot[None]) -> list[str]:
    """What both runs are called, once they are there."""
    screen = pilot.app.screen
    return [run.called for run in screen.query(ComparedRun) if run.called]


async def is_compared(pilot: Pilot[None]) -> list[str]:
    await until(pilot, lambda: len(compared(pilot)) == 2)
    return compared(pilot)


def only(*names: str) -> Runnable:
    return dataclasses.replace(
        PROGRAM, parameters=tuple(p for p in PROGRAM.parameters if p.name in names)
    )


async def test_c_runs_again_with_the_only_switch_flipped_and_compares() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, only("locked", "n")) as pilot:
        run = pilot.app.screen
        await pilot.press("c")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--locked"]
        assert pilot.app.screen is run
        await until(pilot, lambda: "● live" in run.query_one(Headline).render_line(0).text)
        sessions[1].finish()
        assert await is_compared(pilot) == ["printers · locked off", "printers · locked on"]
        await pilot.press("escape")
        assert pilot.app.screen is run
        # And back again.
        await pilot.press("c")
        await until(pilot, lambda: len(sessions) == 3)
        assert sessions[2].argv == []
        sessions[2].finish()
        assert await is_compared(pilot) == ["printers · locked on", "printers · locked off"]


async def test_with_several_switches_c_asks() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as pilot:
        await pilot.press("c")
        prompt = pilot.app.screen.query_one(Prompt)
        field = prompt.query_one(Input)
        assert prompt.display and field.value == "locked"
        field.value = "bogus"
        await pilot.press("enter")
        assert "no parameter 'bogus'" in str(prompt.query_one("#complaint").render())
        assert len(sessions) == 1
        prompt.query_one(Input).value = "mode"
        await pilot.press("enter")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--mode", "slow"]
        sessions[1].finish()
        assert await is_compared(pilot) == ["printers · mode fast", "printers · mode slow"]


async def test_a_program_without_switches_is_asked_for_a_value() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, only("n")) as pilot:
        await pilot.press("c")
        field = pilot.app.screen.query_one(Prompt).query_one(Input)
        assert field.value == "n="
        field.value = "n=7"
        await pilot.press("enter")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--n", "7"]
        sessions[1].finish()
        assert await is_compared(pilot) == ["printers · n 20", "printers · n 7"]


async def test_a_program_without_parameters_is_compared_with_itself() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, only(), ["x"]) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["x"]
        sessions[1].finish()
        await is_compared(pilot)


async def test_a_live_run_is_not_compared() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, only("locked")) as pilot:
        await pilot.press("r")
        await until(pilot, lambda: len(sessions) == 2 and not ended(pilot))
        await pilot.press("c")
        await pilot.pause()
        assert len(sessions) == 2
        assert any("has ended" in note.message for note in pilot.app._notifications)
        sessions[1].finish()


async def test_another_run_in_between_is_not_compared() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, only("locked")) as pilot:
        await pilot.press("c")
        await until(pilot, lambda: len(sessions) == 2 and not ended(pilot))
        await pilot.press("r")
        await until(pilot, lambda: len(sessions) == 3)
        sessions[2].finish()
        await until(pilot, lambda: ended(pilot))
        await until(pilot, lambda: sessions[2].stopped > 0)
        await pilot.pause()
        assert isinstance(pilot.app.screen, RunScreen)


async def test_a_recording_is_compared_with_another_one(tmp_path: Path) -> None:
    other = tmp_path / "other.pviz"
    save(printers(locked=True), other)
    app = ParavizApp(lambda _: RunScreen("printers.pviz", trace=printers()))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query_one(RunView).view is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, PathScreen))
        app.screen.query_one(Input).value = str(tmp_path / "nowhere.pviz")
        await pilot.press("enter")
        hint = app.screen.query_one("#hint")
        await until(pilot, lambda: "No such file" in str(hint.render()))
        app.screen.query_one(Input).value = str(other)
        await pilot.press("enter")
        await is_compared(pilot)
        below = app.screen.query(ComparedRun).last()
        assert below.view is not None and len(below.view.locks) == 1
        await pilot.press("q")
        assert isinstance(app.screen, RunScreen)


async def test_only_whoever_waits_is_told_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "_SOON_S", 0.01)
    sessions: list[FakeSession] = []
    async with running(sessions, only("locked")) as pilot:
        run = pilot.app.screen
        assert isinstance(run, RunScreen)
        told: list[str] = []
        monkeypatch.setattr(run, "notify", lambda words, **_: told.append(words))
        await pilot.press("c")
        await until(pilot, lambda: "both are compared" in "".join(told))
        assert len(told) == 1
        await until(pilot, lambda: len(sessions) == 2)
        sessions[1].finish()
        await is_compared(pilot)
        # A run that ends sooner is over when its time comes.
        run._announce()
        assert len(told) == 1
