"""A run beside another one: its title and its timeline, on a clock that both share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from msgspec.structs import replace
from textual.message import Message
from textual.reactive import reactive, var

from paraviz.text import language
from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.arrange import Placement, place
from ..render.axis import legend_row
from ..render.comparing import figure_rows, figures_row, large_figures, run_row
from ..render.comparing_plan import LEAST_TABLE
from ..render.inks import PLAIN, QUIET, Ink, Row
from ..render.large import large_rows
from ..render.tracks import NO_TRACKS, Track, arranged
from .panes import title_row
from .prompt import Prompt
from .rows import Rows
from .run.arranging import ARRANGING, Arranging
from .run.moving import MOVING
from .run.state import RunState
from .run.views import VIEWS, Views
from .scrolled import Scrolled
from .timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from paraviz.analysis.compare import Comparison
    from paraviz.trace import State

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
        """What stands where; the rows of the legend are used as any other."""
        tracks, rows, large = self.tracks or NO_TRACKS, self.size.height, self.large
        rows += rows >= 5
        rows += max(place(rows, tracks, large=large).legend_rows - 1, 0)
        placed = place(rows, tracks, self._first, self._first_lower, self.selected, large=large)
        self._first, self._first_lower = placed.first, placed.first_lower
        return replace(placed, legend=-1)

    def drawn_for(self) -> object:
        """Everything the rows show."""
        return (super().drawn_for(), self.names_least)


class RunTitle(Rows):
    """What a run is called, how long it took, and whether it is the faster one."""

    view: reactive[TraceView | None] = reactive(None)
    called: reactive[str] = reactive("")
    chosen: reactive[bool] = reactive(False)
    comparison: reactive[Comparison | None] = reactive(None)
    large: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the row shows."""
        shown = (self.view, self.called, self.chosen, self.comparison, self.large)
        return (*shown, language.current())

    def row(self, y: int) -> Row:
        """The only row."""
        if y or self.view is None:
            return []
        return run_row(
            *(self.called, self.view.trace, self.size.width),
            chosen=self.chosen,
            comparison=self.comparison,
            large=self.large,
        )


class ComparedRun(Views, Arranging):
    """One of two runs: whoever owns both keeps viewport, cursor and mark the same."""

    commands: ClassVar[tuple[Command, ...]] = (*MOVING, *VIEWS, *ARRANGING)
    BINDINGS = bindings(commands)

    called: var[str] = var("")
    chosen: var[bool] = var(False)
    comparison: var[Comparison | None] = var(None)
    marked: var[Track] = var(_NOBODY)

    def compose(self) -> ComposeResult:
        """The title and the timeline."""
        cls = RunState
        own = ComparedRun.called, ComparedRun.chosen, ComparedRun.comparison
        yield RunTitle().data_bind(cls.view, cls.large, *own)
        timeline = SharedTimeline().data_bind(*(cls.view, cls.tracks, cls.viewport, cls.large))
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

    def complete(self, view: TraceView) -> None:
        """Show what the first frame went without."""
        self.view = view
        self._arrange()

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
    large: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.view, self.states, self.indent, self.large, language.current())

    def row(self, y: int) -> Row:
        """The only row."""
        if y or self.view is None:
            return []
        seen = replace(self.view, states_seen=self.states)
        words = legend_row(seen, self.size.width - self.indent, large=self.large)
        return [(" " * self.indent, PLAIN), *words]


class FigureLine(Rows):
    """Between the runs: the figures that differ."""

    comparison: reactive[Comparison | None] = reactive(None)
    large: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.comparison, self.large, language.current())

    def row(self, y: int) -> Row:
        """The only row or, where all is large, one of three."""
        if self.comparison is None:
            return [] if y else [(" " + _("comparing …"), QUIET)]
        if self.large and self.size.height > 1:
            return large_rows(*large_figures(self.comparison), *self.size)[y]
        return [] if y else figures_row(self.comparison, self.size.width)


_READING = (
    Command("page(-1)", "pageup", "page ↑", "Page up", "Read back"),
    Command("page(1)", "pagedown,space", "page ↓", "Page down", "Read on"),
    Command("row(-1)", "up", "↑", "Up", "A row up"),
    Command("row(1)", "down", "↓", "Down", "A row down", "scroll", "↑ ↓", 1),
)


class FigureTable(Scrolled, can_focus=True):
    """All figures; has the room it needs while it has the focus."""

    commands: ClassVar[tuple[Command, ...]] = _READING
    BINDINGS = bindings(_READING)

    comparison: reactive[Comparison | None] = reactive(None)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.comparison, self.top, self.has_focus, language.current())

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._all()) - (self.size.height - 1), 0)

    def _all(self) -> list[Row]:
        return figure_rows(self.comparison, self.size.width) if self.comparison else []

    def row(self, y: int) -> Row:
        """A title, then the table from `top` on, its head always."""
        if self.comparison is None or self.size.height < LEAST_TABLE:
            return []
        rows, most = self._all(), self.most()
        if y == 0:
            ink = Ink("cursor", mood="bold") if self.has_focus else QUIET
            return title_row(self._title(most), self.size.width, ink)
        at = y - 1 + (self.top if y > 1 else 0)
        return rows[at] if at < len(rows) else []

    def _title(self, most: int) -> str:
        words = _("both runs")
        if most and not self.has_focus:
            return f"{words} · " + _("i: all figures")
        return words + (" · ↑" if self.top else "") + (" · ↓" if self.top < most else "")

    def watch_has_focus(self, focused: bool) -> None:
        """Whoever stops reading begins anew."""
        super().watch_has_focus(focused)
        if not focused:
            self.top = 0
        self.refresh()

    def on_resize(self) -> None:
        """More or less of it is seen."""
        self.top = min(self.top, self.most())

    def action_row(self, step: int) -> None:
        """Some way on or back."""
        self.scroll_to_row(self.top + step)

    def action_page(self, direction: int) -> None:
        """Turn a page."""
        self.scroll_to_row(self.top + direction * max(self.size.height - 3, 1))
