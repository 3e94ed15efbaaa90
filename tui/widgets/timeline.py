"""The timeline: ruler, lanes and locks on one time axis, under a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.text import language

from ..messages import Dragged, Picked, Zoomed
from ..render.arrange import Placement, place
from ..render.drawing import track_rows
from ..render.frame import Frame, timeline_rows
from ..render.names import names_width
from ..render.tracks import FIRST, NO_TRACKS, Track, Tracks
from .rows import Rows

if TYPE_CHECKING:
    from textual import events

    from paraviz.analysis.point import Point
    from paraviz.trace.causality.edges import Edge

    from ..render.inks import Row
    from ..render.spans import Span
    from ..render.view import TraceView
    from ..render.viewport import Viewport

_WHEEL = 0.8
"""What one notch of the wheel leaves of the view."""


class Timeline(Rows):
    """Draws a viewport of a trace. The state is the owner's; the mouse is told to it."""

    view: reactive[TraceView | None] = reactive(None)
    tracks: reactive[Tracks | None] = reactive(None)
    viewport: reactive[Viewport | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    selected: reactive[Track] = reactive(FIRST)
    span: reactive[Span | None] = reactive(None)
    mark_ns: reactive[int | None] = reactive(None)
    edges: reactive[tuple[Edge, ...]] = reactive(())
    point: reactive[Point | None] = reactive(None)
    large: reactive[bool] = reactive(False)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._first = 0
        self._first_lower = 0
        self._rows: list[Row] | None = None
        self._drawn: dict[Track, list[Row]] = {}
        self._drawn_from: object = None
        self._grabbed: tuple[int, Viewport] | None = None
        self._dragging = False

    @property
    def names(self) -> int:
        """Cells of the column of names."""
        return names_width(self.view, self.tracks, self.size.width)

    @property
    def columns(self) -> int:
        """Cells of the time axis."""
        return max(self.size.width - self.names - 1, 1)

    def placement(self) -> Placement:
        """What stands where, with the selected track in sight."""
        tracks = self.tracks or NO_TRACKS
        placed = place(
            *(self.size.height, tracks, self._first, self._first_lower, self.selected),
            large=self.large,
        )
        self._first, self._first_lower = placed.first, placed.first_lower
        return placed

    def drawn_for(self) -> object:
        """Everything the rows show."""
        return (
            *(self.view, self.tracks, self.viewport, self.selected),
            *(self.cursor_ns, self.mark_ns, self.span, self.edges, self.point, self.large),
            language.current(),
        )

    def forget(self) -> None:
        """Something else is to be shown."""
        self._rows = None

    def row(self, y: int) -> Row:
        """Row `y`, its name included."""
        if self._rows is None:
            self._rows = self._all_rows()
        return self._rows[y] if y < len(self._rows) else []

    def _all_rows(self) -> list[Row]:
        view, viewport, tracks = self.view, self.viewport, self.tracks
        if view is None or viewport is None or tracks is None:
            return []
        names, columns, placement = self.names, self.columns, self.placement()
        # The cursor moves more often than the tracks change.
        source = (view, tracks, viewport, placement, columns, language.current())
        if source != self._drawn_from:
            self._drawn = track_rows(view, tracks, placement, viewport, columns)
            self._drawn_from = source
        frame = Frame(
            *(view, tracks, viewport, placement, names, columns),
            *(self.selected, self.cursor_ns, self.mark_ns, self.span, self.edges, self.point),
        )
        return timeline_rows(frame, self._drawn, self.size.height)

    def time_at(self, x: int) -> int | None:
        """The moment under a cell, or None left of the axis."""
        if self.viewport is None or not self.names <= x < self.names + self.columns:
            return None
        return self.viewport.time(x - self.names, self.columns)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Zoom in where the pointer is; with shift, move to the left."""
        self._scrolled(event, _WHEEL, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Zoom out where the pointer is; with shift, move to the right."""
        self._scrolled(event, 1 / _WHEEL, 1)

    def on_mouse_scroll_left(self, event: events.MouseScrollLeft) -> None:
        """Move to the left."""
        self._slid(event, -1)

    def on_mouse_scroll_right(self, event: events.MouseScrollRight) -> None:
        """Move to the right."""
        self._slid(event, 1)

    def _scrolled(self, event: events.MouseEvent, factor: float, direction: int) -> None:
        if event.shift:
            self._slid(event, direction)
            return
        at = self.time_at(event.x)
        event.stop()
        if at is not None:
            self.post_message(Zoomed(factor, at))

    def _slid(self, event: events.MouseEvent, direction: int) -> None:
        event.stop()
        if self.viewport is not None:
            step = self.viewport.span_ns // 12
            self.post_message(Dragged(self.viewport.start_ns + direction * step))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Take hold."""
        if event.button == 1 and self.viewport is not None:
            self._grabbed = (event.x, self.viewport)
            self._dragging = False
            self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Pull."""
        if self._grabbed is None:
            return
        x, viewport = self._grabbed
        if event.x != x or self._dragging:
            self._dragging = True
            moved = (x - event.x) * viewport.span_ns // self.columns
            self.post_message(Dragged(viewport.start_ns + moved))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let go: without having pulled, this picks what is there."""
        self.release_mouse()
        if self._grabbed is None:
            return
        self._grabbed = None
        if self._dragging:
            return
        at = self.time_at(event.x)
        placed = self.placement().at(event.y)
        if at is not None or placed is not None:
            self.post_message(Picked(placed.track if placed else None, at))
