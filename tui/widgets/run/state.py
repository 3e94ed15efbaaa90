"""The state of a run view: what is shown of a trace, and the parts that draw it.

It knows nothing of where the trace comes from. Its keys are in the modules beside it, each with
the commands of one subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.containers import Horizontal, Vertical
from textual.reactive import var

from ...choices import Layout
from ...messages import LayoutChosen
from ...render.arrange import plan
from ...render.groups import Grouping
from ...render.point import point_rows
from ...render.tracks import (
    FIRST,
    NO_TRACKS,
    ORDERS,
    Arrangement,
    Track,
    Tracks,
    arranged,
    left_out,
)
from ...render.viewport import Viewport
from ..panes import Output, Overview, Sentence
from ..point import PointLine
from ..prompt import Prompt
from ..source import Source
from ..timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from paraviz.analysis.point import Point
    from paraviz.trace.causality.edges import Edge, Edges
    from paraviz.trace.search import Matches

    from ...render.spans import Span
    from ...render.view import TraceView


_BESIDE = 100
"""Columns from which on output and source stand beside each other."""


class Beside(Horizontal):
    """Output and source."""


class RunState(Vertical, can_focus=True):
    """Overview, timeline, output and sentence of one trace."""

    view: var[TraceView | None] = var(None)
    viewport: var[Viewport | None] = var(None)
    cursor_ns: var[int | None] = var(None)
    arrangement: var[Arrangement] = var(Arrangement())
    tracks: var[Tracks | None] = var(None)
    left_out: var[str] = var("")
    """Which workers the user does not want to see, in words."""
    selected: var[Track] = var(FIRST)
    span: var[Span | None] = var(None)
    mark_ns: var[int | None] = var(None)
    matches: var[Matches | None] = var(None)
    match_row: var[int | None] = var(None)
    edges: var[tuple[Edge, ...]] = var(())
    point: var[Point | None] = var(None)
    """What the run shows, once that is known."""
    judged: var[bool] = var(False)
    """Whether it was looked for."""
    playing: var[str] = var("")
    large: var[bool] = var(False)
    texts: var[bool | None] = var(None)
    """Whether output and source are shown; None: unless all is large."""

    def __init__(self, layout: Layout | None = None) -> None:
        """`layout`: how the user likes it."""
        super().__init__()
        self._layout = layout or Layout()
        self.set_reactive(RunState.arrangement, _arrangement_of(self._layout))
        self._wanted = FIRST
        self._shares: object = None
        self._writes = False
        self.ready_edges: Edges | None = None
        """The edges that were worked out last."""
        self.prefers_source = self._layout.source
        """Which of output and source is shown where there is room for one only."""

    @property
    def lane(self) -> int:
        """The chosen lane; of a group its first; the first of all where something else is."""
        track = self.selected
        if track.kind == "group" and self.tracks is not None:
            return self.tracks.groups[track.number].lanes[0]
        return track.number if track.kind in ("lane", "spans") else 0

    @property
    def has_texts(self) -> bool:
        """Whether there is to be room for output and source."""
        return self._layout.texts and not self.large if self.texts is None else self.texts

    @property
    def edges_are_ready(self) -> bool:
        """Whether asking for the edges of what is shown takes no time."""
        return self.view is not None and self.ready_edges is self.view.edges

    def choose(self, track: Track) -> None:
        """Choose a track; a run that has not come so far yet will come to it."""
        self._wanted = track
        if self.tracks is not None:
            self.selected = self.tracks.nearest(track)

    def compose(self) -> ComposeResult:
        """Its parts, each bound to what it draws."""
        cls = RunState
        yield Overview().data_bind(
            *(cls.view, cls.tracks, cls.viewport, cls.matches, cls.match_row)
        )
        yield Timeline().data_bind(
            *(cls.view, cls.tracks, cls.viewport),
            *(cls.cursor_ns, cls.selected, cls.span, cls.mark_ns, cls.edges),
            *(cls.point, cls.large),
        )
        yield PointLine().data_bind(cls.view, cls.point, cls.judged)
        with Beside():
            yield Output().data_bind(cls.view, cls.cursor_ns)
            yield Source().data_bind(cls.view, cls.cursor_ns, cls.selected)
        yield Sentence().data_bind(
            *(cls.view, cls.tracks, cls.cursor_ns, cls.selected),
            *(cls.span, cls.mark_ns, cls.edges, cls.playing, cls.point, cls.large),
        )
        yield Prompt()

    def ask(self, words: str, value: str, act: Callable[[str], None]) -> None:
        """Ask for a text in the last row; `act` gets it, and may raise ParavizError to refuse."""
        self.query_one(Prompt).ask(words, value, act)

    def show(self, view: TraceView) -> None:
        """Show a trace, or more of the one that is shown."""
        trace = view.trace
        start, end = trace.start_ns, trace.end_ns
        if self.viewport is None:
            self.viewport = Viewport.over(start, end, live=trace.live)
        else:
            self.viewport = self.viewport.grown(start, end, live=trace.live)
        self.view = view
        self._arrange()

    def watch_arrangement(self) -> None:
        """The user moved rows about."""
        self._arrange()

    def restart(self) -> None:
        """Forget what was shown: another run begins."""
        self.viewport = self.cursor_ns = self.span = self.mark_ns = None
        self.forget_point()

    def forget_point(self) -> None:
        """What was shown by a run is not what the next one shows."""
        self.point, self.judged = None, False

    def judge(self, point: Point | None) -> None:
        """Tell what was found to be the point of the run."""
        self.point, self.judged = point, True
        self._arrange()

    def watch_has_focus(self, _has_focus: bool) -> None:
        """No style depends on it. Textual would look at all its parts for one, on the way to the
        first frame and whenever a dialog closes."""

    def on_resize(self) -> None:
        """Share out the rows anew."""
        self._arrange()

    def retell(self) -> None:
        """Share out the rows anew: in another language the point may take more of them."""
        self._arrange()

    def _arrange(self) -> None:
        """Which tracks there are, and how many rows each part gets."""
        source = False
        if self.view is not None:
            labels = self.arrangement.labels(self.view)
            if labels != self.view.labels:
                self.view = replace(self.view, labels=labels)
            tracks = arranged(self.view, self.arrangement)
            if not tracks.same(self.tracks):
                self.tracks = tracks
            self.left_out = left_out(self.view, tracks, self.arrangement)
            self.selected = tracks.nearest(self._wanted)
            # What was live once keeps its place for output, so that nothing jumps at its end.
            self._writes |= self.view.trace.live or self.view.writes
            source = bool(self.view.trace.program.source)
            self._share_out_below(source=source)
        output = self.has_texts and (self._writes or source or self.view is None)
        tracks = self.tracks or NO_TRACKS
        told = len(point_rows(self.point, self.size.width)) if self.point is not None else 1
        shares = plan(self.size.height, tracks, output=output, large=self.large, point=told)
        if shares == self._shares:
            return
        self._shares = shares
        for kind, rows in (
            (Overview, shares.overview),
            (Timeline, shares.timeline),
            (PointLine, shares.point),
            (Beside, shares.output),
            (Sentence, shares.sentence),
        ):
            part = self.query_one(kind)
            part.display = rows > 0
            part.styles.height = max(rows, 1)
        self.query_one(Sentence).tells_point = not shares.point

    def _share_out_below(self, *, source: bool) -> None:
        """Output beside source or, where that is too narrow, one of them."""
        both = self.size.width >= _BESIDE and source and self._writes
        first = self._writes and not (self.prefers_source and source)
        self.query_one(Output).display = both or first or not source
        self.query_one(Source).display = both or (source and not first)

    def action_pane(self) -> None:
        """Show the other of output and source where there is room for one only."""
        self.prefers_source = not self.prefers_source
        self.lay_out(source=self.prefers_source)
        self._arrange()

    def lay_out(self, **chosen: str | bool) -> None:
        """Tell what the user chose for this run and all others: fields of a `Layout`."""
        self._layout = replace(self._layout, **chosen)
        self.post_message(LayoutChosen(self._layout))


def _arrangement_of(layout: Layout) -> Arrangement:
    """What a layout says of the rows; what is not known here is as if it had not been chosen."""
    ways = {each.value: each for each in Grouping}
    return Arrangement(
        grouping=ways.get(layout.grouping),
        order=layout.order if layout.order in ORDERS else ORDERS[0],
        resources=layout.resources,
        cpus=layout.cpus,
    )
