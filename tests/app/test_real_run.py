"""The app on a real program in a real process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from paraviz.programs.catalogue import find
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import run_screen
from paraviz.tui.widgets.bars import Headline
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import until
from tests.observe.running import PROGRAMS
from tests.pythons import environment

pytestmark = pytest.mark.alone


async def test_the_printers_run_and_run_again_with_the_lock() -> None:
    runnable = find("printers")
    app = ParavizApp(lambda app: run_screen(app, runnable, []))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        headline = app.screen.query_one(Headline)

        def over() -> bool:
            return view.view is not None and not view.view.trace.live

        await until(pilot, over)
        assert "✓ ended" in headline.render_line(0).text
        written = [lane.text for lane in view.view.trace.lanes] if view.view else []
        assert sorted(written) == ["\n", "a" * 20, "b" * 20]
        first = view.view
        await pilot.press("l")
        await until(pilot, lambda: view.view is not first and over())
        assert view.view is not None and len(view.view.locks) == 1
        passages = view.view.transcript.passages(0, 100)
        assert "".join(each.text for each in passages) in (
            "a" * 20 + "b" * 20 + "\n",
            "b" * 20 + "a" * 20 + "\n",
        )


async def test_the_headline_says_which_python_was_chosen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = environment(tmp_path / "env-of-mine")
    monkeypatch.setenv("VIRTUAL_ENV", str(made))
    program = tmp_path / "where.py"
    program.write_text("import sys\nprint(sys.prefix)\n")
    app = ParavizApp(lambda app: run_screen(app, find(str(program)), []))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        await until(pilot, lambda: view.view is not None and not view.view.trace.live)
        headline = app.screen.query_one(Headline).render_line(0).text
        version = ".".join(map(str, sys.version_info[:3]))
        assert f" · Python {version} (env-of-mine) " in headline
        assert view.view is not None
        assert view.view.trace.lanes[0].text == f"{made}\n"


async def test_a_python_that_cannot_run_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = environment(tmp_path / "env")
    (made / "bin" / "python").unlink()
    (made / "bin" / "python").symlink_to("/nowhere/python")
    monkeypatch.setenv("VIRTUAL_ENV", str(made))
    app = ParavizApp(lambda app: run_screen(app, find("printers"), []))
    async with app.run_test(size=(120, 36)) as pilot:
        headline = app.screen.query_one(Headline)
        await until(pilot, lambda: "✗ " in headline.render_line(0).text)
        said = [notification.message for notification in app._notifications]
        assert any("there is no Python at" in each for each in said), said


async def test_quitting_in_the_middle_leaves_nothing_running() -> None:
    runnable = find("printers")
    app = ParavizApp(lambda app: run_screen(app, runnable, ["--n", "100000"]))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        await until(pilot, lambda: view.view is not None and view.view.trace.events > 0)
        await pilot.press("q")
        await until(pilot, lambda: not app.is_running)
    app.stop_sessions()
    session = app.watches[0].session
    assert not session.pump(0)
    assert session.snapshot().end_reason.startswith("stopped")


@pytest.mark.parametrize("words", [[], ["twin"]], ids=["fault", "twin"])
async def test_the_headline_says_what_went_wrong(words: list[str]) -> None:
    program = find(str(PROGRAMS / "findings_raised.py"))
    app = ParavizApp(lambda app: run_screen(app, program, words))
    async with app.run_test(size=(120, 36)) as pilot:
        view = app.screen.query_one(RunView)
        await until(pilot, lambda: view.view is not None and not view.view.trace.live)
        await until(pilot, lambda: not _judging(app))
        headline = app.screen.query_one(Headline)
        if not words:
            await until(pilot, lambda: bool(headline.found))
        assert ("✗ ended by an exception" in headline.render_line(0).text) is not bool(words)


def _judging(app: ParavizApp) -> bool:
    return any(worker.group == "judge" and not worker.is_finished for worker in app.workers)
