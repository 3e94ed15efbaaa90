"""Everybody at one moment: what each worker does, since when, at which line, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.screen import Screen

from paraviz.words import _

from ..commands import Command, bindings
from ..render.inks import Ink, Row, cut, joined
from ..render.sentence import sentence
from ..render.times import time_text
from ..widgets.bars import KeyLine
from ..widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from ..render.view import TraceView

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous worker", "Choose the worker above"),
    Command("choose(1)", "down", "↓", "Next worker", "Choose the worker below", "choose", "↑ ↓", 1),
    Command(
        "go", "enter", "enter", "Choose it", "Back to the run, with this worker", "choose", rank=0
    ),
    Command("close", "escape,q,a", "q", "Back", "Back to the run", "back", rank=0),
)
_HEAD = 2
"""Rows above the first worker."""


class Everybody(Scrolled, can_focus=True):
    """A row for each worker that lives at the moment; those that do not are counted."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    chosen: reactive[int] = reactive(0)

    def __init__(self, view: TraceView, at_ns: int, lane_index: int) -> None:
        super().__init__()
        self._view = view
        self._at_ns = at_ns
        lanes = enumerate(view.trace.lanes)
        self._lanes = [i for i, lane in lanes if lane.start_ns <= at_ns < lane.end_ns]
        if lane_index in self._lanes:
            self.set_reactive(Everybody.chosen, self._lanes.index(lane_index))

    def on_mount(self) -> None:
        """Show the chosen one."""
        self.call_after_refresh(self._reveal)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.chosen, self.top)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._lanes) - (self.size.height - _HEAD), 0)

    def row(self, y: int) -> Row:
        """The title, then a worker a row."""
        columns = self.size.width
        if y == 0:
            words = _("everybody at {time}").format(time=time_text(self._at_ns))
            others = len(self._view.trace.lanes) - len(self._lanes)
            if others:
                words += " · " + _("{count:,} not alive").format(count=others)
            return [(f" {words}".ljust(columns), Ink("text", "panel", "bold"))]
        place = self.top + y - _HEAD
        if y < _HEAD or place >= len(self._lanes):
            return []
        chosen = place == self.chosen
        told = joined(sentence(self._view, self._lanes[place], self._at_ns), " · ")
        mark: Row = [(" ▶ " if chosen else "   ", Ink("cursor", mood="bold"))]
        row = cut([*mark, *told], columns)
        return [(text, ink._replace(back="panel") if chosen else ink) for text, ink in row]

    def _reveal(self) -> None:
        rows = self.size.height - _HEAD
        self.scroll_to_row(min(max(self.top, self.chosen - rows + 1), self.chosen))

    def action_choose(self, step: int) -> None:
        """Choose another worker."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self._lanes) - 1, 0))
        self._reveal()

    def action_go(self) -> None:
        """Leave with the chosen one."""
        self.screen.dismiss(self._lanes[self.chosen] if self._lanes else None)

    def action_close(self) -> None:
        """Leave as one came."""
        self.screen.dismiss(None)

    def on_click(self, event: events.Click) -> None:
        """Leave with the one that was clicked."""
        place = self.top + event.y - _HEAD
        if event.y >= _HEAD and place < len(self._lanes):
            self.screen.dismiss(self._lanes[place])


class EverybodyScreen(Screen["int | None"]):
    """Its result is the lane that was chosen, or None."""

    AUTO_FOCUS = "Everybody"

    def __init__(self, view: TraceView, at_ns: int, lane_index: int) -> None:
        super().__init__()
        self._everybody = Everybody(view, at_ns, lane_index)

    def compose(self) -> ComposeResult:
        """The workers, and the keys."""
        yield self._everybody
        yield KeyLine()
