"""A run beside another one: its title and its timeline, on a clock that both share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.message import Message
from textual.reactive import reactive, var

from paraviz import language
from paraviz.words import _

from ..commands import Command, bindings
from ..render.arrange import Placement, place
from ..render.axis import legend_row
from ..render.comparing import LEAST_TABLE, figure_rows, figures_row, run_row
from ..render.inks import PLAIN, QUIET, Row
from ..render.tracks import NO_TRACKS, Track, arranged
from .panes import title_row
from .prompt import Prompt
from .rows import Rows
from .run.arranging import ARRANGING, Arranging
from .run.moving import MOVING
from .run.state import RunState
from .run.views import VIEWS, Views
from .timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from paraviz.trace import State
    from paraviz.trace.compare import Comparison

    from ..render.view import TraceView

_NOBODY = Track("lane", -1)
"""What is marked in the run that is not chosen."""


@dataclass
class LeftTracks(Message):
    """Somebody went on beyond the first or the last track of a run."""

    run: ComparedRun
    """Which one."""
    step: int
    """-1 upwards, 1 downwards."""


class SharedTimeline(Timeline):
    """A timeline whose axis begins where the other one's does, and without a legend."""

    names_least: reactive[int] = reactive(0)

    @property
    def names(self) -> int:
        """Cells of the column of names: what the longest name of both runs needs."""
        return max(super().names, self.names_least)

    def placement(self) -> Placement:
        """What stands where; the row of the legend is used as any other."""
        tracks, rows = self.tracks or NO_TRACKS, self.size.height
        rows += rows >= 5
        placed = place(rows, tracks, self._first, self._first_lower, self.selected)
        self._first, self._first_lower = placed.first, placed.first_lower
        return replace(placed, legend=-1)

    def drawn_for(self) -> object:
        """Everything the rows show."""
        return (super().drawn_for(), self.names_least)


class RunTitle(Rows):
    """What a run is called, and how long it took."""

    view: reactive[TraceView | None] = reactive(None)
    called: reactive[str] = reactive("")
    chosen: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.view, self.called, self.chosen)

    def row(self, y: int) -> Row:
        """The only row."""
        if y or self.view is None:
            return []
        return run_row(self.called, self.view.trace, self.size.width, chosen=self.chosen)


class ComparedRun(Views, Arranging):
    """One of two runs: whoever owns both keeps viewport, cursor and mark the same."""

    commands: ClassVar[tuple[Command, ...]] = (*MOVING, *VIEWS, *ARRANGING)
    BINDINGS = bindings(commands)

    called: var[str] = var("")
    chosen: var[bool] = var(False)
    marked: var[Track] = var(_NOBODY)

    def compose(self) -> ComposeResult:
        """The title and the timeline."""
        cls = RunState
        yield RunTitle().data_bind(cls.view, ComparedRun.called, ComparedRun.chosen)
        timeline = SharedTimeline().data_bind(*(cls.view, cls.tracks, cls.viewport))
        timeline.data_bind(cls.cursor_ns, cls.span, cls.mark_ns, selected=ComparedRun.marked)
        yield timeline

    def ask(self, words: str, value: str, act: Callable[[str], None]) -> None:
        """Ask in the prompt that both runs share."""
        self.screen.query_one(Prompt).ask(words, value, act)

    def watch_selected(self) -> None:
        """Another track was chosen."""
        self._mark()

    def watch_chosen(self) -> None:
        """This run is now the one that keys work on, or no more."""
        self._mark()

    def _mark(self) -> None:
        self.marked = self.selected if self.chosen else _NOBODY

    def _arrange(self) -> None:
        """Which tracks there are; the rows are shared out by the owner."""
        view = self.view
        if view is None:
            return
        labels = self.arrangement.labels(view)
        if labels != view.labels:
            self.view = view = replace(view, labels=labels)
        tracks = arranged(view, self.arrangement)
        if not tracks.same(self.tracks):
            self.tracks = tracks
        self.selected = tracks.nearest(self._wanted)

    def move_cursor(self, at_ns: int) -> None:
        """Put the cursor anywhere on the clock of both, and show it."""
        if self.viewport is None:
            return
        low, known = self.viewport.low_ns, self.viewport.known_ns
        at_ns = min(max(at_ns, low), known)
        self.span = None
        self.cursor_ns = at_ns
        self.viewport = self.viewport.pan(0).reveal(at_ns)

    def action_lane(self, step: int) -> None:
        """Choose another track; beyond the last one, of the other run."""
        tracks = self.tracks
        if tracks is None or not tracks.all:
            return
        at = tracks.all.index(tracks.nearest(self.selected)) + step
        if 0 <= at < len(tracks.all):
            super().action_lane(step)
        else:
            self.post_message(LeftTracks(self, step))

    def choose_outermost(self, step: int) -> None:
        """Choose the first track for 1, the last for -1."""
        if self.tracks is not None and self.tracks.all:
            self.choose(self.tracks.all[0 if step > 0 else -1])
            self.span = None


class Legend(Rows):
    """The glyphs of all states that occur in either run."""

    view: reactive[TraceView | None] = reactive(None)
    states: reactive[frozenset[State]] = reactive(frozenset())
    indent: reactive[int] = reactive(0)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.view, self.states, self.indent, language.current())

    def row(self, y: int) -> Row:
        """The only row."""
        if y or self.view is None:
            return []
        seen = replace(self.view, states_seen=self.states)
        return [(" " * self.indent, PLAIN), *legend_row(seen, self.size.width - self.indent)]


class FigureLine(Rows):
    """Between the runs: the figures that differ."""

    comparison: reactive[Comparison | None] = reactive(None)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.comparison, language.current())

    def row(self, y: int) -> Row:
        """The only row."""
        if y:
            return []
        if self.comparison is None:
            return [(" " + _("comparing …"), QUIET)]
        return figures_row(self.comparison, self.size.width)


class FigureTable(FigureLine):
    """All figures, where there is room."""

    def row(self, y: int) -> Row:
        """A title, then the table."""
        if self.comparison is None or self.size.height < LEAST_TABLE:
            return []
        if y == 0:
            return title_row(_("both runs"), self.size.width)
        rows = figure_rows(self.comparison, self.size.width)
        return rows[y - 1] if y <= len(rows) else []
