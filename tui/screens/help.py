"""Help: the keys that work here, and what the picture's glyphs mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.words import N_, _

from ..commands import Command, bindings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

_COMMANDS = (
    Command("dismiss(None)", "escape,question_mark,q", "esc", "Close", "Back to where you were"),
)
GLYPHS = (
    ("█ a", N_("the worker runs; a letter is what it writes at that moment")),
    ("▍", N_("it ran for part of this column: the solid part is the share")),
    ("░", N_("it waits for the GIL: another thread of its process runs")),
    ("╳", N_("it waits for a lock; the lock's row says who holds it")),
    ("▒", N_("it could run, but waits for a CPU")),
    ("─", N_("it is blocked: it sleeps, joins or waits for input")),
    ("[ ]", N_("it takes and gives back a lock")),
    ("▸", N_("it starts a thread")),
    ("•", N_("an event in a stretch where the worker is not seen to run")),
    ("┣━┫", N_("in a lock's row: somebody holds it")),
    ("[▆▇]", N_("in the overview: the part that is shown below")),
)


class HelpScreen(ModalScreen[None]):
    """All keys and glyphs, in one list that scrolls."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    def __init__(self, reached: Sequence[Command]) -> None:
        """`reached`: the commands of the screen it stands over."""
        super().__init__()
        self._reached = reached

    def compose(self) -> ComposeResult:
        """One long text."""
        with VerticalScroll(classes="dialog help"):
            yield Static(_("Keys"), classes="dialog-title")
            yield Static(_table([(_(each.shown), _(each.help)) for each in self._reached]))
            yield Static(_("Picture"), classes="dialog-title")
            yield Static(_table([(glyph, _(meaning)) for glyph, meaning in GLYPHS]))


def _table(rows: Sequence[tuple[str, str]]) -> Content:
    width = max(len(left) for left, _ in rows) + 2
    lines = [Content.assemble((left.ljust(width), "$accent bold"), right) for left, right in rows]
    return Content("\n").join(lines)
