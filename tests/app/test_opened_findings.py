"""What was wrong in a run is said of its recording as well, without being asked."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz.formats import load
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.bars import Headline
from tests.app.fakes import until

if TYPE_CHECKING:
    from paraviz.tui.render.view import TraceView

DATA = Path(__file__).parents[1] / "data" / "findings"


@pytest.mark.parametrize(("name", "is_told"), [("failed", True), ("failed_twin", False)])
async def test_the_headline_of_an_opened_recording_names_the_gravest(
    name: str, is_told: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = threading.Event()
    judge = RunScreen._judge

    def judging(screen: RunScreen, view: TraceView, number: int) -> None:
        judge(screen, view, number)
        judged.set()

    monkeypatch.setattr(RunScreen, "_judge", judging)
    path = str(DATA / f"{name}.pviz")
    app = ParavizApp(lambda _: RunScreen(name, trace=load(path), path=path))
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, judged.is_set)
        await pilot.pause()
        headline = app.screen.query_one(Headline)
        if is_told:
            await until(pilot, lambda: bool(headline.found))
        assert ("✗ ended by an exception" in headline.render_line(0).text) is is_told
