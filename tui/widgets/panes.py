"""The parts of a run view around the timeline: overview, output, sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.text import language
from paraviz.text.translation import _

from ..messages import Dragged, Picked
from ..render.inks import BOOKMARK, FAINT, PLAIN, QUIET, Ink, Piece, Row, cut, shortened
from ..render.large import large_rows, large_time
from ..render.names import names_width, note
from ..render.output import OutputLayout
from ..render.overview import bars, overview_row, parallelism, with_matches
from ..render.point import point_rows
from ..render.ranges import range_sentence
from ..render.resources import track_sentence
from ..render.sentence import sentence
from ..render.shares import edges_of
from ..render.times import time_text
from ..render.tracks import FIRST, Track, Tracks
from .rows import Rows
from .scrolled import Scrolled

if TYPE_CHECKING:
    from textual import events

    from paraviz.analysis.point import Point
    from paraviz.trace.causality.edges import Edge
    from paraviz.trace.search import Matches

    from ..render.spans import Span
    from ..render.view import TraceView
    from ..render.viewport import Viewport


def title_row(words: str, columns: int, ink: Ink = QUIET) -> Row:
    """The line above a pane: `── output ─────`."""
    words = shortened(words, columns - 4)
    return [("── ", FAINT), (words, ink), (" " + "─" * max(columns - len(words) - 4, 0), FAINT)]


class Overview(Rows):
    """How many run at once over the whole run, with the viewport in it."""

    view: reactive[TraceView | None] = reactive(None)
    tracks: reactive[Tracks | None] = reactive(None)
    matches: reactive[Matches | None] = reactive(None)
    match_row: reactive[int | None] = reactive(None)
    viewport: reactive[Viewport | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars = ""
        self._bars_for: object = None

    def drawn_for(self) -> object:
        """What the row shows."""
        return (
            *(self.view, self.tracks, self.viewport, self.matches, self.match_row),
            language.current(),
        )

    def row(self, y: int) -> Row:
        """The only row."""
        if self.view is None or self.viewport is None or y:
            return []
        whole = self.viewport.fit()
        key = (self.view, whole, self._columns)
        if key != self._bars_for:
            self._bars = bars(parallelism(self.view, whole, self._columns))
            self._bars_for = key
        drawn = overview_row(self._bars, self.viewport, self._marks(self.view))
        if self.matches is None:
            return [*note(_("overview"), self._names), *drawn]
        found = self.matches.in_columns(edges_of(whole, self._columns))
        return [*note(self._found(), self._names), *with_matches(drawn, found)]

    def _found(self) -> str:
        """Which of how many matches was gone to."""
        total = self.matches.total if self.matches else 0
        if self.match_row is None or not total:
            return _("{all:,} found").format(all=total)
        return _("{number:,} of {all:,}").format(number=self.match_row + 1, all=total)

    @staticmethod
    def _marks(view: TraceView) -> list[tuple[int, Piece]]:
        return [(each.at_ns, BOOKMARK) for each in view.trace.bookmarks]

    @property
    def _names(self) -> int:
        return names_width(self.view, self.tracks, self.size.width)

    @property
    def _columns(self) -> int:
        return max(self.size.width - self._names - 1, 1)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Bring the view there, and pull it from there on."""
        self.capture_mouse()
        self._bring(event.x)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pull the view."""
        if self.app.mouse_captured is self:
            self._bring(event.x)

    def on_mouse_up(self) -> None:
        """Let go."""
        self.release_mouse()

    def _bring(self, x: int) -> None:
        if self.viewport is not None:
            at = self.viewport.fit().time(x - self._names, self._columns)
            self.post_message(Dragged(at - self.viewport.span_ns // 2))


class Output(Scrolled):
    """What the program wrote, coloured by who wrote it, dim after the cursor."""

    view: reactive[TraceView | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._layout_kept: OutputLayout | None = None

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.view, self.cursor_ns, self.top)

    def laid_out(self) -> OutputLayout | None:
        """The text wrapped to the present width."""
        if self.view is None:
            return None
        kept, columns = self._layout_kept, self.size.width - 2
        transcript = self.view.transcript
        if kept is None or kept.transcript is not transcript or kept.cells != columns:
            kept = self._layout_kept = OutputLayout(transcript, columns)
        return kept

    def _written(self) -> int:
        if self.view is None:
            return 0
        transcript = self.view.transcript
        return len(transcript) if self.cursor_ns is None else transcript.written_at(self.cursor_ns)

    def row(self, y: int) -> Row:
        """The title, then rows of text from `top` on."""
        layout = self.laid_out()
        if y == 0:
            return title_row(_("output"), self.size.width)
        if layout is None or not layout.row_count:
            words = self._why_empty()
            return [(f" {words}", QUIET)] if y == 1 else []
        return [(" ", PLAIN), *layout.row(self.top + y - 1, self._written())]

    def _why_empty(self) -> str:
        if self.view is None or self.view.trace.live:
            return _("nothing written yet")
        return _("the program wrote nothing") if self.view.whole else "…"

    def most(self) -> int:
        """What leaves no row empty."""
        layout = self.laid_out()
        return max(layout.row_count - (self.size.height - 1), 0) if layout else 0

    def _reveal(self) -> None:
        """Scroll as little as shows the last character written."""
        layout, rows = self.laid_out(), self.size.height - 1
        if layout is None or rows < 1 or not layout.row_count:
            self.top = 0
            return
        at = layout.row_of(max(self._written() - 1, 0))
        self.top = min(max(self.top, at - rows + 1), at, self.most())

    def watch_view(self) -> None:
        """There may be more."""
        self._reveal()

    def watch_cursor_ns(self) -> None:
        """Another place counts."""
        self._reveal()

    def on_resize(self) -> None:
        """Rows break elsewhere."""
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Go to the moment a character was written."""
        layout = self.laid_out()
        row = self.top + event.y - 1
        if layout is None or event.y < 1 or row >= layout.row_count or self.view is None:
            return
        begin, end = layout.extent(row)
        offset = begin + event.x - 1
        if begin <= offset < end:
            passage = self.view.transcript.passages(offset, offset + 1)[0]
            self.post_message(
                Picked(Track("lane", passage.lane_index), passage.at_ns, wants_span=False)
            )


class Sentence(Rows):
    """What the selected worker does at the cursor, in words."""

    view: reactive[TraceView | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    tracks: reactive[Tracks | None] = reactive(None)
    selected: reactive[Track] = reactive(FIRST)
    span: reactive[Span | None] = reactive(None)
    mark_ns: reactive[int | None] = reactive(None)
    edges: reactive[tuple[Edge, ...]] = reactive(())
    playing: reactive[str] = reactive("")
    point: reactive[Point | None] = reactive(None)
    tells_point: reactive[bool] = reactive(False)
    """Whether there is no other place for the point of the run."""
    large: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (
            *(self.view, self.tracks, self.cursor_ns, self.selected, self.span, self.mark_ns),
            *(self.edges, self.playing, self.large, self.point, self.tells_point),
            language.current(),
        )

    def row(self, y: int) -> Row:
        """A title where there is room, then two rows; where the point of the run has no other place
        that instead, while neither a moment nor a stretch is chosen."""
        if self.tells_point and self.point is not None and self.cursor_ns is None:
            return self._point_row(self.point, y)
        if self.large and self.view is not None:
            return self._large_row(self.view, y)
        titled = self.size.height > 2
        if titled and y == 0:
            return title_row(*self._title())
        if self.view is None:
            return [(" " + _("Starting the program …"), QUIET)] if y == int(titled) else []
        rows = self._rows(self.view)
        y -= int(titled)
        return [(" ", PLAIN), *cut(rows[y], self.size.width - 1)] if y < len(rows) else []

    def _point_row(self, point: Point, y: int) -> Row:
        rows = point_rows(point, self.size.width, large=self.large)
        if len(rows) > self.size.height:
            # Where there is hardly a terminal: the report has all of it.
            last = [*rows[self.size.height - 1], (" …", QUIET)]
            rows = [*rows[: self.size.height - 1], cut(last, self.size.width)]
        # With air around it where there is room.
        y -= max(self.size.height - len(rows), 0) // 2
        return rows[y] if 0 <= y < len(rows) else []

    def _large_row(self, view: TraceView, y: int) -> Row:
        time = large_time(view.trace, self.cursor_ns, self.mark_ns, self.span)
        rows = large_rows(time, self._rows(view), *self.size)
        return rows[y] if y < len(rows) else []

    def told(self) -> tuple[str, tuple[Row, Row]]:
        """The title and the rows, however many of them are shown."""
        return self._title()[0], self._rows(self.view) if self.view else ([], [])

    def _rows(self, view: TraceView) -> tuple[Row, Row]:
        track, cursor, mark = self.selected, self.cursor_ns, self.mark_ns
        if self.span is None and cursor is not None and mark is not None and cursor != mark:
            lane = track.number if track.kind in ("lane", "spans") else 0
            return range_sentence(view, lane, *sorted((mark, cursor)))
        if self.span is None and self.tracks is not None and track.kind not in ("lane", "spans"):
            return track_sentence(view, self.tracks, track, self.cursor_ns)
        return sentence(view, track.number, self.cursor_ns, self.span, self.edges, self.point)

    def _title(self) -> tuple[str, int, Ink]:
        columns = self.size.width
        playing = [self.playing] if self.playing else []
        if self.span is not None:
            return " · ".join([_("this span"), *playing]), columns, Ink("cursor", mood="bold")
        if self.mark_ns is not None and self.cursor_ns not in (None, self.mark_ns):
            words = _("between mark and cursor")
            return " · ".join([words, *playing]), columns, Ink("cursor", mood="bold")
        if self.cursor_ns is None:
            return _("the whole run"), columns, QUIET
        words = _("at {time}").format(time=time_text(self.cursor_ns))
        marks = self.view.trace.bookmarks if self.view else ()
        notes = [f"{BOOKMARK[0]} {each.note}" for each in marks if each.at_ns == self.cursor_ns]
        return " · ".join([words, *playing, *notes]), columns, Ink("cursor", mood="bold")
