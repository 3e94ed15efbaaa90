"""Everybody at one moment: what each worker does, since when, at which line, and what for."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.screen import Screen
from textual.worker import get_current_worker

from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.inks import PLAIN, Ink, Row, cut, joined
from ..render.sentence import sentence
from ..render.times import time_text
from ..render.waiting import edges_at
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
_AT_ONCE = 100_000
"""Events of a trace whose edges are worked out in the loop."""
_HEAD = 2
"""Rows above the first worker."""
_FOOT = 3
"""Rows below the last one, which tell of the chosen one in full."""
_ENOUGH = 12
"""Rows that have room for those."""


class Everybody(Scrolled, can_focus=True):
    """A row for each worker that lives at the moment; those that do not are counted."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    chosen: reactive[int] = reactive(0)
    has_edges: reactive[bool] = reactive(False)
    """Whether it is known who ends which wait."""

    def __init__(self, view: TraceView, at_ns: int, lane_index: int) -> None:
        super().__init__()
        self._view = view
        self._at_ns = at_ns
        lanes = enumerate(view.trace.lanes)
        self._lanes = [i for i, lane in lanes if lane.start_ns <= at_ns < lane.end_ns]
        if lane_index in self._lanes:
            self.set_reactive(Everybody.chosen, self._lanes.index(lane_index))

    def on_mount(self) -> None:
        """Show the chosen one, and who ends which wait once that is worked out."""
        self.call_after_refresh(self._reveal)
        edges = self._view.edges
        if edges.are_known or self._view.trace.events <= _AT_ONCE:
            len(edges)
            self.has_edges = True
        else:
            self.run_worker(self._find_edges, thread=True, exclusive=True, exit_on_error=False)

    def _find_edges(self) -> None:
        len(self._view.edges)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(setattr, self, "has_edges", True)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.chosen, self.top, self.has_edges)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._lanes) - self._rows, 0)

    @property
    def _rows(self) -> int:
        """How many workers there is room for."""
        foot = _FOOT if self.size.height >= _ENOUGH else 0
        return max(self.size.height - _HEAD - foot, 0)

    def row(self, y: int) -> Row:
        """The title, then a worker a row."""
        columns = self.size.width
        if y == 0:
            words = _("everybody at {time}").format(time=time_text(self._at_ns))
            others = len(self._view.trace.lanes) - len(self._lanes)
            if others:
                words += " · " + _("{count:,} not alive").format(count=others)
            if not self.has_edges:
                words += " · " + _("who ends which wait follows …")
            return [(f" {words}".ljust(columns), Ink("text", "panel", "bold"))]
        below = y - _HEAD - self._rows
        if below > 0 and self._lanes:
            return [(" ", PLAIN), *cut(self._told(self.chosen)[below - 1], columns - 1)]
        place = self.top + y - _HEAD
        if y < _HEAD or below == 0 or place >= len(self._lanes):
            return []
        chosen = place == self.chosen
        told = joined(self._told(place), " · ")
        mark: Row = [(" ▶ " if chosen else "   ", Ink("cursor", mood="bold"))]
        row = cut([*mark, *told], columns)
        return [(text, ink._replace(back="panel") if chosen else ink) for text, ink in row]

    def _told(self, place: int) -> tuple[Row, Row]:
        """What a worker does, and why."""
        lane, at = self._lanes[place], self._at_ns
        return sentence(self._view, lane, at, edges=edges_at(self._view, lane, at))

    def _reveal(self) -> None:
        self.scroll_to_row(min(max(self.top, self.chosen - self._rows + 1), self.chosen))

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
        if _HEAD <= event.y < _HEAD + self._rows and place < len(self._lanes):
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
