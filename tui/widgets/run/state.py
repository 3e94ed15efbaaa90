"""The state of a run view: what is shown of a trace, and the parts that draw it.

It knows nothing of where the trace comes from. Its keys are in the modules beside it, each with
the commands of one subject.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.reactive import var

from ...render.arrange import plan
from ...render.tracks import FIRST, NO_TRACKS, Arrangement, Track, Tracks, arranged
from ...render.viewport import Viewport
from ..panes import Output, Overview, Sentence
from ..prompt import Prompt
from ..timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

    from paraviz.trace.edges import Edge
    from paraviz.trace.search import Matches

    from ...render.spans import Span
    from ...render.view import TraceView


class RunState(Vertical, can_focus=True):
    """Overview, timeline, output and sentence of one trace."""

    view: var[TraceView | None] = var(None)
    viewport: var[Viewport | None] = var(None)
    cursor_ns: var[int | None] = var(None)
    arrangement: var[Arrangement] = var(Arrangement())
    tracks: var[Tracks | None] = var(None)
    selected: var[Track] = var(FIRST)
    span: var[Span | None] = var(None)
    mark_ns: var[int | None] = var(None)
    matches: var[Matches | None] = var(None)
    match_row: var[int | None] = var(None)
    edges: var[tuple[Edge, ...]] = var(())

    def __init__(self) -> None:
        super().__init__()
        self._wanted = FIRST
        self._shares: object = None
        self._writes = False

    @property
    def lane(self) -> int:
        """The chosen lane; of a group its first; the first of all where something else is."""
        track = self.selected
        if track.kind == "group" and self.tracks is not None:
            return self.tracks.groups[track.number].lanes[0]
        return track.number if track.kind in ("lane", "spans") else 0

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
        )
        yield Output().data_bind(cls.view, cls.cursor_ns)
        yield Sentence().data_bind(
            *(cls.view, cls.tracks), *(cls.cursor_ns, cls.selected, cls.span, cls.mark_ns)
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

    def on_resize(self) -> None:
        """Share out the rows anew."""
        self._arrange()

    def _arrange(self) -> None:
        """Which tracks there are, and how many rows each part gets."""
        if self.view is not None:
            labels = self.arrangement.labels(self.view)
            if labels != self.view.labels:
                self.view = replace(self.view, labels=labels)
            tracks = arranged(self.view, self.arrangement)
            if not tracks.same(self.tracks):
                self.tracks = tracks
            self.selected = tracks.nearest(self._wanted)
            # What was live once keeps its place for output, so that nothing jumps at its end.
            self._writes |= self.view.trace.live or len(self.view.transcript) > 0
        output = self._writes or self.view is None
        shares = plan(self.size.height, self.tracks or NO_TRACKS, output=output)
        if shares == self._shares:
            return
        self._shares = shares
        for kind, rows in (
            (Overview, shares.overview),
            (Timeline, shares.timeline),
            (Output, shares.output),
            (Sentence, shares.sentence),
        ):
            part = self.query_one(kind)
            part.display = rows > 0
            part.styles.height = max(rows, 1)
