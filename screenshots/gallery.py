"""The gallery, as it greets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.programs.catalogue import scenarios
from paraviz.tui.picture import screen_svg
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.widgets.preview import Preview

if TYPE_CHECKING:
    from textual.pilot import Pilot


def make() -> str:
    """The picture, once the source has its colours and the preview is read."""

    async def complete(pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        assert isinstance(screen, Gallery)
        while not screen.is_complete or screen.query_one(Preview).view is None:
            await pilot.pause(0.01)

    return screen_svg(lambda _: Gallery(scenarios(), own=False), complete)
