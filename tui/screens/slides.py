"""All slides of a deck, to go to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..widgets.bars import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paraviz.lecture.deck import Deck

_COMMANDS = (
    Command("close", "escape,q,g", "esc", "Close", "Back, with nothing done", "back", rank=0),
)


class SlidesScreen(ModalScreen["int | None"]):
    """Its result is the place of a slide, or None."""

    commands: ClassVar = _COMMANDS
    BINDINGS: ClassVar = bindings(_COMMANDS)

    def __init__(self, deck: Deck, at: int) -> None:
        super().__init__()
        self._deck, self._at = deck, at

    def compose(self) -> ComposeResult:
        """A row for each."""
        from rich.text import Text

        with Vertical(classes="dialog"):
            yield Static(_("slides"), classes="dialog-title", markup=False)
            rows = [
                Text(f"{slide.number:>3}  {'▶' if slide.runs else ' '} {one_cell(slide.title)}")
                for slide in self._deck.slides
            ]
            yield OptionList(*rows)
            yield KeyLine()

    def on_mount(self) -> None:
        """The current one is chosen."""
        self.query_one(OptionList).highlighted = self._at

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Go there."""
        self.dismiss(message.option_index)

    def action_close(self) -> None:
        """Stay."""
        self.dismiss(None)
