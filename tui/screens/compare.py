"""The compare screen: two runs, one above the other, on one clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from paraviz.analysis.compare import Comparison, compare
from paraviz.programs.switches import names_of

from ..commands import Command, bindings
from ..render.comparing_plan import LEAST_TABLE, WIDE, all_fit_large, figures_height, shares
from ..render.names import names_width
from ..render.tracks import NO_TRACKS
from ..render.viewport import Viewport
from ..widgets.bars import KeyLine
from ..widgets.compared import (
    ComparedRun,
    FigureLine,
    FigureTable,
    LeftTracks,
    Legend,
    SharedTimeline,
)
from ..widgets.panes import Sentence
from ..widgets.prompt import Prompt

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ..render.view import TraceView

_COMMANDS = (
    Command(
        "other_run",
        "tab",
        "tab",
        "Other run",
        "Go on in the other of the two runs",
        "other run",
        rank=2,
    ),
    Command(
        "figures",
        "i",
        "i",
        "All figures",
        "Read all figures of both runs, or go back to the runs",
        "figures",
        rank=1,
    ),
    Command("back", "q,escape", "q", "Back", "Back to where one came from", "back", rank=1),
)
_SHARED = ("viewport", "cursor_ns", "mark_ns")
"""What both runs have in common."""
_TOLD = ("view", "tracks", "cursor_ns", "selected", "span", "mark_ns")
"""What the sentence has of the chosen run."""


@dataclass
class Compared(Message):
    """The figures of both runs are known."""

    comparison: Comparison


@dataclass
class Completed(Message):
    """What the first frame of a run went without is worked out."""

    place: int
    """0 for the upper run, 1 for the lower one."""
    view: TraceView


class CompareScreen(Screen[None]):
    """Shows two runs that have ended; moving about in one moves the other."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)
    AUTO_FOCUS = "ComparedRun"

    def __init__(self, above: TraceView, below: TraceView) -> None:
        super().__init__()
        self._views = (above, below)
        self._shares: object = None
        self._large = False

    @property
    def runs(self) -> tuple[ComparedRun, ComparedRun]:
        """The upper and the lower one."""
        above, below = self.query(ComparedRun)
        return above, below

    @property
    def chosen(self) -> ComparedRun:
        """The one that keys work on."""
        above, below = self.runs
        return below if below.chosen else above

    def compose(self) -> ComposeResult:
        """Both runs, figures between and below them, the keys."""
        with Vertical(id="compared"):
            yield ComparedRun()
            yield FigureLine()
            yield ComparedRun()
            yield Legend()
            yield FigureTable()
            yield Sentence()
            yield Prompt()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show both over the time of the longer one."""
        traces = [view.trace for view in self._views]
        start, end = min(t.start_ns for t in traces), max(t.end_ns for t in traces)
        whole = Viewport.over(start, end)
        for run, view in zip(self.runs, self._views, strict=True):
            run.show(view)
            run.viewport = whole
        legend = self.query_one(Legend)
        legend.view = self._views[0]
        legend.states = self._views[0].states_seen | self._views[1].states_seen
        self.retell()
        self._keep_together()
        self.runs[0].chosen = True
        self.watch(self.app, "projection", self._enlarge)
        self.watch(self.query_one(FigureTable), "has_focus", self._share, init=False)
        self.call_after_refresh(self._begin_work)

    def _begin_work(self) -> None:
        """Work out what the first frame goes without."""
        for place, view in enumerate(self._views):
            if not view.whole:
                self.run_worker(
                    partial(self._complete, place, view), "complete the view", thread=True
                )
        self.run_worker(self._compare, "compare", group="compare", thread=True, exit_on_error=False)

    def _complete(self, place: int, view: TraceView) -> None:
        """The body of a thread."""
        self.post_message(Completed(place, view.completed(view.revision + 1)))

    def on_completed(self, message: Completed) -> None:
        """Show all of a run."""
        self.runs[message.place].complete(message.view)

    def _enlarge(self, large: bool) -> None:
        """Be as large as the app is."""
        self._large = large
        self.query_one(Legend).large = self.query_one(FigureLine).large = large
        self._share()

    @property
    def _sentence(self) -> Sentence:
        return self.query_one(Sentence)

    def retell(self) -> None:
        """Say what the runs are called in the current language."""
        above, below = (view.trace for view in self._views)
        for run, name in zip(self.runs, names_of(above, below), strict=True):
            run.called = name

    def _compare(self) -> None:
        """The body of a thread: of a long run, this takes a while."""
        above, below = (view.trace for view in self._views)
        self.post_message(Compared(compare(above, below)))

    def on_compared(self, message: Compared) -> None:
        """Show the figures."""
        for part in (*self.runs, self.query_one(FigureLine), self.query_one(FigureTable)):
            part.comparison = message.comparison

    def _keep_together(self) -> None:
        """What moves in one run moves in the other; what is chosen is told of."""
        for run, other in (self.runs, self.runs[::-1]):
            for name in _SHARED:
                self.watch(run, name, partial(_follow, other, name), init=False)
            for name in (*_TOLD, "chosen"):
                self.watch(run, name, self._tell, init=False)
            self.watch(run, "tracks", self._share, init=False)
            self.watch(run, "has_focus", partial(self._focused, run), init=False)

    def _focused(self, run: ComparedRun, focused: bool) -> None:
        """Keys work on what has the focus, and will on what had it last."""
        if not focused:
            return
        for each in self.runs:
            each.chosen = each is run

    def _tell(self) -> None:
        sentence, chosen = self._sentence, self.chosen
        for name in _TOLD:
            setattr(sentence, name, getattr(chosen, name))

    def on_left_tracks(self, message: LeftTracks) -> None:
        """Go on in the other run, if that lies there."""
        above, below = self.runs
        if message.run is (above if message.step > 0 else below):
            other = below if message.step > 0 else above
            other.choose_outermost(message.step)
            other.focus()

    def on_resize(self) -> None:
        """Share out the rows anew, once there is anything."""
        if self.query(ComparedRun):
            self._share()

    def _share(self) -> None:
        """Who gets how many rows, and where both axes begin."""
        size, large, table = self.app.size, self._large, self.query_one(FigureTable)
        tracks = [run.tracks or NO_TRACKS for run in self.runs]
        # A projector has no line of keys.
        rows = size.height - (not large)
        reading = table.has_focus
        shared = shares(rows, *tracks, wide=size.width >= WIDE, large=large, reading=reading)
        names = max(names_width(run.view, run.tracks, size.width) for run in self.runs)
        figures = figures_height(rows, large=large)
        # Rather all tracks than large ones.
        tall = large and all_fit_large(shared, *tracks)
        if (shared, names, figures, tall) == self._shares:
            return
        self._shares = (shared, names, figures, tall)
        for run, rows in zip(self.runs, (shared.upper, shared.lower), strict=True):
            run.styles.height = rows + 1
            run.large = tall
            run.query_one(SharedTimeline).names_least = names
        self._sentence.styles.height = shared.sentence
        self._sentence.large = large and shared.sentence > 1
        self.query_one(FigureLine).styles.height = figures
        table.display = shared.table >= LEAST_TABLE or reading
        self.query_one(Legend).indent = names

    def action_other_run(self) -> None:
        """Go on in the other run or, from the figures, in the one that was chosen."""
        above, below = self.runs
        reading = self.query_one(FigureTable).has_focus
        (self.chosen if reading else above if below.chosen else below).focus()

    def action_figures(self) -> None:
        """Read the figures, or read no more."""
        table = self.query_one(FigureTable)
        if table.has_focus:
            self.chosen.focus()
        else:
            table.display = True
            table.focus()

    def action_back(self) -> None:
        """Leave the figures, or the screen."""
        if self.query_one(FigureTable).has_focus:
            self.action_figures()
        elif len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()


def _follow(run: ComparedRun, name: str, value: object) -> None:
    """Have the same as the other run."""
    if getattr(run, name) != value:
        setattr(run, name, value)
        if name == "cursor_ns":
            run.span = None
