"""Live runs, with a session under the test's control."""

from __future__ import annotations

import threading
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from textual.widgets._toast import Toast

from paraviz.errors import ProgramError
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.help import HelpScreen
from paraviz.tui.screens.parameters import ParameterScreen
from paraviz.tui.screens.run import RunScreen, run_screen
from paraviz.tui.widgets.bars import Headline, KeyLine
from paraviz.tui.widgets.form import ParameterForm
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import PROGRAM, FakeSession, until
from tests.app.rows_shown import said

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from pathlib import Path

    import pytest
    from textual.pilot import Pilot

    from paraviz.programs.parameters import Runnable


@asynccontextmanager
async def running(
    sessions: list[FakeSession],
    argv: Sequence[str] = (),
    size: tuple[int, int] = (120, 30),
    *,
    toasts: bool = False,
) -> AsyncIterator[tuple[Pilot[None], RunView]]:
    def make(runnable: Runnable, argv: Sequence[str]) -> FakeSession:
        sessions.append(FakeSession(runnable, argv))
        return sessions[-1]

    app = ParavizApp(lambda app: run_screen(app, PROGRAM, argv), make)
    async with app.run_test(size=size, notifications=toasts) as pilot:
        yield pilot, app.screen.query_one(RunView)


def head(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(Headline).render_line(0).text


def keys(pilot: Pilot[None]) -> str:
    return pilot.app.screen.query_one(KeyLine).render_line(0).text


def known(view: RunView) -> int:
    return view.view.trace.wall_ns if view.view else 0


async def test_a_run_is_followed_from_its_start_to_its_end() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        (session,) = sessions
        assert session.started_on == threading.get_ident()
        await until(pilot, lambda: known(view) > 0)
        assert "● live" in head(pilot)
        assert view.viewport is not None and view.viewport.following
        session.grow(0.8)
        await until(pilot, lambda: known(view) > 15_000_000)
        assert view.viewport.shows(known(view))
        session.finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        assert view.viewport.is_whole and not view.viewport.following
        await until(pilot, lambda: session.stopped >= 1)


async def test_a_moved_view_stays_and_end_follows_again() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        (session,) = sessions
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("plus", "plus", "home", "right")
        place = view.viewport
        assert place is not None and not place.following
        session.grow(0.9)
        await until(pilot, lambda: known(view) > 15_000_000)
        assert view.viewport is not None
        assert (view.viewport.start_ns, view.viewport.end_ns) == (place.start_ns, place.end_ns)
        await pilot.press("end")
        assert view.viewport.following and view.viewport.shows(known(view))
        assert view.cursor_ns is None
        session.finish()


async def test_snapshots_come_at_most_ten_times_a_second() -> None:
    from paraviz.tui.live import Watch

    class Clock:
        now = 0.0

    class Busy(FakeSession):
        def pump(self, timeout_s: float) -> bool:  # noqa: ARG002
            Clock.now += 0.001
            return Clock.now < 2.0

        def snapshot(self):  # type: ignore[no-untyped-def]
            Clock.now += self.cost
            return super().snapshot()

        cost = 0.0

    for cost, most in ((0.0, 22), (0.1, 11)):
        Clock.now = 0.0
        busy = Busy()
        busy.cost = cost
        Watch(busy, lambda _: None, lambda: Clock.now).run()
        assert most // 2 <= busy.snapshots <= most
        assert busy.stopped >= 1


async def test_r_runs_again() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        sessions[0].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        await pilot.press("down", "right", "r")
        await until(pilot, lambda: len(sessions) == 2 and "● live" in head(pilot))
        assert view.cursor_ns is None
        sessions[1].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))


async def test_the_chosen_worker_stays_chosen_in_the_next_run() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        sessions[0].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        await pilot.press("down", "down", "r")
        await until(pilot, lambda: len(sessions) == 2)
        sessions[1].grow(0.07)
        await until(pilot, lambda: view.view is not None and len(view.view.trace.lanes) < 3)
        assert view.lane < 2
        sessions[1].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        assert view.lane == 2


async def test_r_ends_a_live_run_first() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("r")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[0].stopped >= 1
        sessions[1].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))


async def test_l_turns_the_lock() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        assert "locked off" in head(pilot)
        sessions[0].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        await pilot.press("l")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--locked"]
        sessions[1].finish()
        await until(pilot, lambda: view.view is not None and bool(view.view.locks))
        assert "locked on" in head(pilot)
        await pilot.press("l")
        await until(pilot, lambda: len(sessions) == 3)
        assert sessions[2].argv == []


async def test_e_asks_for_parameters() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, _):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ParameterScreen))
        form = pilot.app.screen.query_one(ParameterForm)
        await pilot.press("space", "down", "backspace", "5", "down", "right")
        assert form.values == {"locked": True, "n": 25, "mode": "slow"}
        await pilot.press("up", "x")
        assert "whole number" in form.error
        await pilot.press("enter")
        assert isinstance(pilot.app.screen, ParameterScreen)
        await pilot.press("backspace", "enter")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--locked", "--n", "25", "--mode", "slow"]
        assert "n 25" in head(pilot)


async def test_leaving_the_form_changes_nothing() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, _):
        await pilot.press("e")
        await until(pilot, lambda: isinstance(pilot.app.screen, ParameterScreen))
        await pilot.press("space", "escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
        assert len(sessions) == 1


async def test_escape_leaves_nothing_that_runs() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("right", "escape", "escape", "escape")
        await until(pilot, lambda: "q leaves" in said(pilot))
        assert pilot.app.is_running and not sessions[0].stopped
        assert view.cursor_ns is None
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running)


async def test_quitting_stops_the_run() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("q")
        await until(pilot, lambda: not pilot.app.is_running)
    assert sessions[0].is_stopped()
    assert pilot.app.return_code == 0


async def test_ctrl_c_leaves_with_130() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, _):
        await pilot.press("ctrl+c")
        await until(pilot, lambda: not pilot.app.is_running)
    assert pilot.app.return_code == 130
    assert sessions[0].is_stopped()


async def test_a_session_that_breaks_is_told_of() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        sessions[0].fails = True
        await until(pilot, lambda: bool(pilot.app._notifications))
        (notice,) = pilot.app._notifications
        assert "the pipe broke" in notice.message
        assert sessions[0].stopped >= 1


async def test_a_program_that_does_not_start_is_told_of() -> None:
    class Refused(FakeSession):
        def start(self) -> None:
            raise ProgramError("there is no such file")

    app = ParavizApp(lambda app: run_screen(app, PROGRAM, ()), Refused)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: bool(app._notifications))
        (notice,) = app._notifications
        assert notice.message == "there is no such file"
        assert "✗ did not start" in head(pilot)


async def test_what_the_program_said_beside_its_writes_is_shown() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, _):
        sessions[0].diagnostics = "Fatal Python error: Segmentation fault\n"
        sessions[0].finish()
        await until(pilot, lambda: bool(pilot.app._notifications))
        (notice,) = pilot.app._notifications
        assert "Segmentation fault" in notice.message


async def test_s_saves_a_recording(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from paraviz.formats import load

    monkeypatch.chdir(tmp_path)
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, _):
        sessions[0].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        await pilot.press("s")
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: (tmp_path / "printers.pviz").exists())
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))
    assert load(tmp_path / "printers.pviz").events == sessions[0].whole.events


async def test_a_place_where_nothing_can_be_saved_is_told_of(tmp_path: Path) -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("s")
        await pilot.pause()
        field = pilot.app.screen.query_one("#path")
        field.value = str(tmp_path / "nowhere" / "x.pviz")  # type: ignore[attr-defined]
        await pilot.press("enter")
        hint = pilot.app.screen.query_one("#hint")
        await until(pilot, lambda: hint.has_class("-error"))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


async def test_capital_p_takes_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sessions: list[FakeSession] = []
    async with running(sessions, toasts=True) as (pilot, _):
        sessions[0].finish()
        await until(pilot, lambda: "✓ ended" in head(pilot))
        await pilot.press("P")
        await until(pilot, lambda: len(pilot.app.screen.query(Toast)) == 1)
        await pilot.press("P")
        await until(pilot, lambda: len(list(tmp_path.glob("*.svg"))) == 2)
    for number in (1, 2):
        picture = (tmp_path / f"paraviz-{number}.svg").read_text(encoding="utf-8")
        assert "thread-a" in picture and ".svg" not in picture


async def test_question_mark_lists_every_key() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(pilot.app.screen, HelpScreen))
        text = " ".join(str(each.render()) for each in pilot.app.screen.query("Static"))
        for words in ("Show the whole run", "Run again with the lock switched", "GIL"):
            assert words in text
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(pilot.app.screen, RunScreen))


async def test_the_footer_drops_what_matters_least_and_its_keys_can_be_clicked() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions, size=(60, 30)) as (pilot, view):
        await until(pilot, lambda: "help" in keys(pilot))
        assert "zoom" in keys(pilot) and "parameters" not in keys(pilot)
        assert "step" in keys(pilot)
        await until(pilot, lambda: view.viewport is not None)
        await pilot.click(KeyLine, offset=(keys(pilot).index("zoom"), 0))
        await until(pilot, lambda: view.viewport is not None and not view.viewport.is_whole)


async def test_the_palette_finds_commands() -> None:
    from textual.command import CommandPalette

    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        await pilot.press(*"lock on")
        await until(pilot, lambda: pilot.app.screen.query_one("CommandList").option_count > 0)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: len(sessions) == 2)
        assert sessions[1].argv == ["--locked"]


async def test_both_themes_and_those_of_others() -> None:
    sessions: list[FakeSession] = []
    async with running(sessions) as (pilot, view):
        await until(pilot, lambda: known(view) > 0)
        await pilot.press("T")
        assert pilot.app.theme == "paraviz-light"
        for theme in ("textual-light", "nord", "textual-dark", "paraviz-dark"):
            pilot.app.theme = theme
            await pilot.pause()
            assert "printers" in head(pilot)
