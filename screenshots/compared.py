"""Two runs on one clock, for a projector: without a lock and with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.tui.picture import screen_svg
from paraviz.tui.render.view import TraceView
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.widgets.compared import FigureLine
from screenshots.frozen import locked, unlocked

if TYPE_CHECKING:
    from textual.pilot import Pilot


def make() -> str:
    """The picture, once the figures are there."""

    async def complete(pilot: Pilot[None]) -> None:
        while pilot.app.screen.query_one(FigureLine).comparison is None:
            await pilot.pause(0.01)
        await pilot.press("V")

    views = TraceView.of(unlocked()), TraceView.of(locked())
    return screen_svg(lambda _: CompareScreen(*views), complete)
