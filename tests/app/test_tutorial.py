"""The tutorial: its keys lead where it says, and the app says what it quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.formats import load
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.report import Report, ReportScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.panes import Sentence
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import until
from tools.docs import DOCS, EXAMPLE

if TYPE_CHECKING:
    from textual.pilot import Pilot

PAGE = (DOCS / "tutorial.md").read_text("utf-8")


def sentence(pilot: Pilot[None]) -> list[str]:
    shown = pilot.app.screen.query_one(Sentence)
    return [shown.render_line(y).text.strip() for y in range(1, shown.size.height)]


async def test_the_keys_of_the_tutorial_lead_to_the_lost_update() -> None:
    trace = load(EXAMPLE / "lost_update.pviz")
    app = ParavizApp(lambda _: RunScreen("lost_update.pviz", trace=trace))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query_one(RunView).view is not None)
        await pilot.press("i")
        await until(pilot, lambda: isinstance(app.screen, ReportScreen))
        report = app.screen.query_one(Report)
        await until(pilot, lambda: bool(report.found))
        await pilot.press("enter")
        await until(pilot, lambda: "read `a[0]` = 2" in sentence(pilot)[1])
        assert all(line in PAGE.splitlines() for line in sentence(pilot))
        await pilot.press("n")
        await until(pilot, lambda: "overwrite `a[0]` = 81" in sentence(pilot)[1])
        assert all(line in PAGE.splitlines() for line in sentence(pilot))
