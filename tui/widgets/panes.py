"""The parts of a run view around the timeline: overview, output, sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from ..messages import Dragged, Picked
from ..render.inks import FAINT, PLAIN, QUIET, Ink, Row
from ..render.names import names_width, note
from ..render.output import OutputLayout
from ..render.overview import bars, overview_row, parallelism
from ..render.sentence import sentence
from ..render.times import time_text
from .rows import Rows

if TYPE_CHECKING:
    from textual import events

    from ..render.spans import Span
    from ..render.view import TraceView
    from ..render.viewport import Viewport


def title_row(words: str, columns: int, ink: Ink = QUIET) -> Row:
    """The line above a pane: `── output ─────`."""
    return [("── ", FAINT), (words, ink), (" " + "─" * max(columns - len(words) - 4, 0), FAINT)]


class Overview(Rows):
    """How many run at once over the whole run, with the viewport in it."""

    view: reactive[TraceView | None] = reactive(None)
    viewport: reactive[Viewport | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._bars = ""
        self._bars_for: object = None

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.view, self.viewport)

    def row(self, y: int) -> Row:
        """The only row."""
        if self.view is None or self.viewport is None or y:
            return []
        whole = self.viewport.fit()
        key = (self.view, whole, self._columns)
        if key != self._bars_for:
            self._bars = bars(parallelism(self.view, whole, self._columns))
            self._bars_for = key
        return [*note("overview", self._names), *overview_row(self._bars, self.viewport)]

    @property
    def _names(self) -> int:
        return names_width(self.view, self.size.width)

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


class Output(Rows):
    """What the program wrote, coloured by who wrote it, dim after the cursor."""

    view: reactive[TraceView | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    top: reactive[int] = reactive(0)

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
            return title_row("output", self.size.width)
        if layout is None or not layout.row_count:
            live = self.view is None or self.view.trace.live
            words = "nothing written yet" if live else "the program wrote nothing"
            return [(f" {words}", QUIET)] if y == 1 else []
        return [(" ", PLAIN), *layout.row(self.top + y - 1, self._written())]

    def _most(self) -> int:
        layout = self.laid_out()
        return max(layout.row_count - (self.size.height - 1), 0) if layout else 0

    def _reveal(self) -> None:
        """Scroll as little as shows the last character written."""
        layout, rows = self.laid_out(), self.size.height - 1
        if layout is None or rows < 1 or not layout.row_count:
            self.top = 0
            return
        at = layout.row_of(max(self._written() - 1, 0))
        self.top = min(max(self.top, at - rows + 1), at, self._most())

    def watch_view(self) -> None:
        """There may be more."""
        self._reveal()

    def watch_cursor_ns(self) -> None:
        """Another place counts."""
        self._reveal()

    def on_resize(self) -> None:
        """Rows break elsewhere."""
        self._reveal()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Three rows on."""
        event.stop()
        self.top = min(self.top + 3, self._most())

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Three rows back."""
        event.stop()
        self.top = max(self.top - 3, 0)

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
            self.post_message(Picked(passage.lane_index, passage.at_ns, wants_span=False))


class Sentence(Rows):
    """What the selected worker does at the cursor, in words."""

    view: reactive[TraceView | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    lane: reactive[int] = reactive(0)
    span: reactive[Span | None] = reactive(None)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.view, self.cursor_ns, self.lane, self.span)

    def row(self, y: int) -> Row:
        """A title where there is room, then two rows."""
        titled = self.size.height > 2
        if titled and y == 0:
            return title_row(*self._title())
        if self.view is None:
            return [(" Starting the program …", QUIET)] if y == int(titled) else []
        rows = sentence(self.view, self.lane, self.cursor_ns, self.span)
        y -= int(titled)
        return [(" ", PLAIN), *rows[y]] if y < len(rows) else []

    def _title(self) -> tuple[str, int, Ink]:
        columns = self.size.width
        if self.span is not None:
            return "this span", columns, Ink("cursor", mood="bold")
        if self.cursor_ns is None:
            return "the whole run", columns, QUIET
        return f"at {time_text(self.cursor_ns)}", columns, Ink("cursor", mood="bold")
