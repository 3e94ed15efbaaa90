"""Comparing runs of a real program, and recordings in a real terminal."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from paraviz.programs.catalogue import find
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.screens.run import run_screen
from paraviz.tui.widgets.bars import Headline
from paraviz.tui.widgets.compared import ComparedRun, FigureLine
from tests.app.fakes import until
from tests.terminal import Terminal

pytestmark = pytest.mark.alone

DATA = Path(__file__).parents[1] / "data"


async def test_the_printers_are_compared_without_and_with_the_lock() -> None:
    app = ParavizApp(lambda app: run_screen(app, find("printers"), ["--n", "3", "--steps", "1000"]))
    async with app.run_test(size=(120, 36)) as pilot:
        headline = app.screen.query_one(Headline)
        await until(pilot, lambda: "✓ ended" in headline.render_line(0).text)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        screen = app.screen
        await until(pilot, lambda: any(each.comparison for each in screen.query(FigureLine)))
        names = [run.called for run in screen.query(ComparedRun)]
        assert names == ["printers · locked off", "printers · locked on"]
        comparison = screen.query_one(FigureLine).comparison
        assert comparison is not None
        figures = {each.name: each for each in comparison.figures}
        assert (figures["lock_acquisitions"].a, figures["lock_acquisitions"].b) == (0, 2)
        assert figures["output"].difference == 0
        for name in ("wall", "cpu"):
            assert figures[name].a and figures[name].b


def test_two_recordings_open_in_a_terminal() -> None:
    files = [str(DATA / f"{name}.pviz") for name in ("printers", "printers_locked")]
    terminal = Terminal([sys.executable, "-m", "paraviz", "compare", "--open", *files])
    try:
        terminal.wait_for("locked off · 93.5 ms", "locked on · 97.0 ms", "switches 211 → 131")
        terminal.press("q")
        assert terminal.wait_for_end() == 0
        assert terminal.restored
        assert "Traceback" not in terminal.text
    finally:
        terminal.close()
