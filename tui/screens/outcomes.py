"""Which outcomes a search found: one of them can lie ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.schedule.telling import what_is_wrong
from paraviz.text.translation import _, ngettext

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..render.inks import PLAIN, QUIET, Ink, Row, cut, row_text
from ..render.steering import outcome_piece
from ..widgets.bars import KeyLine
from ..widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual import events
    from textual.app import ComposeResult

    from paraviz.schedule.result import Outcome
    from paraviz.steering.found import Found

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous outcome", "Choose the outcome above"),
    Command("choose(1)", "down", "↓", "Next outcome", "Choose the outcome below", "choose", "↑ ↓"),
    Command(
        "take",
        "enter",
        "enter",
        "Lead there",
        "Have its steps ahead: r takes them, one by one",
        "have it ahead",
        rank=0,
    ),
    Command("close", "escape,q,o", "esc", "Close", "Back, with nothing done", "back", rank=0),
)
_MOST_ROWS = 12


class Outcomes(Scrolled, can_focus=True):
    """A row for each: those found now, then those that were found before and are not any more."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    chosen: reactive[int] = reactive(0)

    def __init__(self, found: Found, gone: Sequence[Outcome]) -> None:
        super().__init__()
        self.found, self.gone = found, tuple(gone)
        self.styles.height = min(max(len(found.outcomes) + len(self.gone), 1), _MOST_ROWS)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.chosen, self.top)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self.found.outcomes) + len(self.gone) - self.size.height, 0)

    def row(self, y: int) -> Row:
        """An outcome."""
        place = self.top + y
        columns = self.size.width
        possible = self.found.outcomes
        if place < len(possible):
            row = cut([(" ", PLAIN), *_told(possible[place])], columns)
            if place != self.chosen:
                return row
            rest = " " * (columns - len(row_text(row)))
            return [(text, ink._replace(back="panel")) for text, ink in [*row, (rest, PLAIN)]]
        if place - len(possible) < len(self.gone):
            words = _("no more possible") if self.found.exhausted else _("not found any more")
            told = _told(self.gone[place - len(possible)])
            return cut([(f" {words}: ", QUIET), *((text, QUIET) for text, _ink in told)], columns)
        return [(" " + _("none was found"), QUIET)] if place == 0 else []

    def action_choose(self, step: int) -> None:
        """Choose another one."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self.found.outcomes) - 1, 0))
        self.scroll_to_row(min(max(self.top, self.chosen - self.size.height + 1), self.chosen))

    def action_take(self) -> None:
        """Leave with the chosen one."""
        self.screen.dismiss(self.chosen if self.found.outcomes else None)

    def action_close(self) -> None:
        """Leave as one came."""
        self.screen.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave with the one that was clicked."""
        place = self.top + event.y
        if place < len(self.found.outcomes):
            self.screen.dismiss(place)


class OutcomesScreen(ModalScreen["int | None"]):
    """Its result is the place of the outcome that was taken, or None."""

    AUTO_FOCUS = "Outcomes"

    def __init__(self, found: Found, gone: Sequence[Outcome]) -> None:
        super().__init__()
        self._found, self._gone = found, gone

    def compose(self) -> ComposeResult:
        """How many there are, and all of them."""
        with Vertical(classes="dialog"):
            yield Static(searched(self._found), classes="dialog-title", markup=False)
            yield Outcomes(self._found, self._gone)
            yield KeyLine()


def searched(found: Found) -> str:
    """How much was searched, in words."""
    count = len(found.outcomes)
    outcomes = ngettext("{count:,} outcome from here", "{count:,} outcomes from here", count)
    tried = ngettext("{count:,} schedule", "{count:,} schedules", found.schedules)
    whether = _("all there are") if found.exhausted else _("not all there are")
    words = _("{outcomes}; {schedules} tried, {all}")
    return words.format(
        outcomes=outcomes.format(count=count),
        schedules=tried.format(count=found.schedules),
        all=whether,
    )


def _told(outcome: Outcome) -> Row:
    parts = [*what_is_wrong(outcome)[:2]]
    text = " ⏎ ".join(outcome.output.splitlines())
    if text:
        parts.append(text)
    switches = ngettext("{count:,} switch", "{count:,} switches", outcome.switches)
    row: Row = [outcome_piece(outcome), (f" · {switches.format(count=outcome.switches)}", QUIET)]
    return [*row, *(((f" · {one_cell(part)}", Ink())) for part in parts)]
