"""What was wrong in a run is said of its recording as well, without being asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.bars import Headline
from tests.app.fakes import until

DATA = Path(__file__).parents[1] / "data" / "findings"


@pytest.mark.parametrize(("name", "is_told"), [("failed", True), ("failed_twin", False)])
async def test_the_headline_of_an_opened_recording_names_the_gravest(
    name: str, is_told: bool
) -> None:
    path = str(DATA / f"{name}.pviz")
    app = ParavizApp(lambda _: RunScreen(name, trace=load(path), path=path))
    async with app.run_test(size=(120, 36)) as pilot:
        judged = False

        def is_judged() -> bool:
            nonlocal judged
            running = [each for each in app.workers if each.group == "judge"]
            judged = judged or bool(running)
            return judged and all(each.is_finished for each in running)

        await until(pilot, is_judged)
        headline = app.screen.query_one(Headline)
        if is_told:
            await until(pilot, lambda: bool(headline.found))
        assert ("✗ ended by an exception" in headline.render_line(0).text) is is_told
