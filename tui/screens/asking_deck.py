"""Whether the code of a deck may run here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.text.translation import _, ngettext

from ..commands import Command, bindings
from ..widgets.bars import KeyLine

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paraviz.lecture.deck import Deck

_COMMANDS = (
    Command("yes", "enter,y,j", "enter", "Run it", "Its code may run", "run it", rank=0),
    Command("no", "escape,q,n", "esc", "Back", "Nothing runs", "back", rank=0),
)


class AskingDeckScreen(ModalScreen[bool]):
    """Its result is whether it may."""

    commands: ClassVar = _COMMANDS
    BINDINGS: ClassVar = bindings(_COMMANDS)

    def __init__(self, deck: Deck) -> None:
        super().__init__()
        self._deck = deck

    def compose(self) -> ComposeResult:
        """One question."""
        count = len(self._deck.blocks)
        words = ngettext(
            "Its {count:,} block would run as a program of yours, with all your rights:",
            "Its {count:,} blocks would run as programs of yours, with all your rights:",
            count,
        )
        with Vertical(classes="dialog"):
            yield Static(_("Does this deck's code run here?"), classes="dialog-title", markup=False)
            yield Static(f"{words.format(count=count)}\n{self._deck.path}", markup=False)
            yield KeyLine()

    def action_yes(self) -> None:
        """It may."""
        self.dismiss(True)

    def action_no(self) -> None:
        """It may not."""
        self.dismiss(False)
