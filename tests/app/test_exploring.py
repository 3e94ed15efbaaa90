"""A program is tried under all its schedules on a screen, and an outcome is shown as a run."""

from __future__ import annotations

from paraviz.programs import catalogue
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.explore import ExploreScreen, Found
from paraviz.tui.screens.run import RunScreen
from tests.app.fakes import until


async def test_outcomes_are_counted_and_one_is_shown() -> None:
    runnable = catalogue.find("counter_race")
    app = ParavizApp(lambda _: ExploreScreen(runnable, ["--n", "1"]))
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, ExploreScreen)
        await until(pilot, lambda: screen.found is not None)
        table = screen.query_one(Found)
        assert len(table.outcomes) == 2
        told = "".join(text for text, _ink in table.row(1))
        assert "█" in told and "updates lost" in told
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, RunScreen))
        await pilot.press("q")
        await until(pilot, lambda: app.screen is screen)
