"""A presentation tells the speaker's screen where it is, if anybody may be told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraviz.lecture.stage import Stage
from paraviz.text.translation import _

if TYPE_CHECKING:
    from pathlib import Path

    from .screens.deck import DeckScreen


class SpeakerLink:
    """Of one presentation; without a path it tells nobody."""

    def __init__(self, screen: DeckScreen, path: Path | None) -> None:
        def go(step: int) -> None:
            screen.call_later(screen.action_go, step)

        self._screen = screen
        self._stage = Stage(path, go) if path is not None else None

    async def open(self) -> None:
        """Listen; where that cannot be, the slides go on without, and say so."""
        if self._stage is None:
            return
        try:
            await self._stage.open()
        except OSError as error:
            words = _("no speaker's screen: {error}")
            self._screen.notify(words.format(error=error.strerror or error), markup=False)
            self._stage = None

    def tell(self, **changed: Any) -> None:
        """What is otherwise now, as `Standing` has it."""
        if self._stage is not None:
            self._stage.tell(**changed)

    def close(self) -> None:
        """Listen no more."""
        if self._stage is not None:
            self._stage.close()
