"""The timeline: ruler, lanes and locks on one time axis, under a cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from ..messages import Dragged, Picked, Zoomed
from ..render.arrange import Placement, place
from ..render.axis import legend_row, ruler_row, span_row
from ..render.inks import CURSOR, FLAG, PLAIN, Ink, Row, repainted, under
from ..render.lanes import lane_rows
from ..render.locks import lock_row
from ..render.names import lane_name, lock_name, names_width, note
from ..render.ruler import ruler
from .rows import Rows

if TYPE_CHECKING:
    from textual import events

    from ..render.spans import Span
    from ..render.view import TraceView
    from ..render.viewport import Viewport

_HALF_ROWS = "▄▀▖▗▘▝"
_WHEEL = 0.8
"""What one notch of the wheel leaves of the view."""


class Timeline(Rows):
    """Draws a viewport of a trace. The state is the owner's; the mouse is told to it."""

    view: reactive[TraceView | None] = reactive(None)
    viewport: reactive[Viewport | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    lane: reactive[int] = reactive(0)
    span: reactive[Span | None] = reactive(None)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._first_lane = 0
        self._lanes: list[Row] = []
        self._lanes_for: object = None
        self._grabbed: tuple[int, Viewport] | None = None
        self._dragging = False

    @property
    def names(self) -> int:
        """Cells of the column of names."""
        return names_width(self.view, self.size.width)

    @property
    def columns(self) -> int:
        """Cells of the time axis."""
        return max(self.size.width - self.names - 1, 1)

    def placement(self) -> Placement:
        """What stands where, with the selected lane in sight."""
        lanes = len(self.view.trace.lanes) if self.view else 0
        locks = len(self.view.locks) if self.view else 0
        placed = place(self.size.height, lanes, locks, self._first_lane)
        if lanes and not placed.first_lane <= self.lane < placed.last_lane:
            shown = placed.last_lane - placed.first_lane
            first = self.lane if self.lane < placed.first_lane else self.lane - shown + 1
            placed = place(self.size.height, lanes, locks, first)
        self._first_lane = placed.first_lane
        return placed

    def drawn_for(self) -> object:
        """Everything the rows show."""
        return (self.view, self.viewport, self.cursor_ns, self.lane, self.span)

    def row(self, y: int) -> Row:
        """Row `y`, its name included."""
        view, viewport = self.view, self.viewport
        if view is None or viewport is None:
            return []
        placed = self.placement()
        if y == placed.legend:
            return [(" " * self.names, PLAIN), *legend_row(view, self.size.width - self.names)]
        if y == 0:
            return self._ruler(view, viewport, placed)
        lane = placed.lane_at(y)
        lock = y - placed.locks_top
        if lane >= 0:
            part = (y - 1) % placed.unit
            name = note("", self.names)
            if part == placed.unit // 2 - (placed.unit in (2, 4)):
                name = lane_name(view.labels[lane], lane, self.names, selected=lane == self.lane)
            drawn = self._lane_rows(view, viewport, placed)[y - 1]
        elif 0 <= lock < placed.locks:
            name = lock_name(view.locks[lock].name, self.names)
            drawn = lock_row(view, viewport, self.columns, lock)
        else:
            name, drawn = note("", self.names), [(" " * self.columns, PLAIN)]
            if y >= placed.locks_top:
                return [*name, *drawn]
        return [*name, *self._with_cursor(drawn, viewport)]

    def _ruler(self, view: TraceView, viewport: Viewport, placed: Placement) -> Row:
        ticks = ruler(viewport, self.columns)
        lanes = len(view.trace.lanes)
        text = ticks.base
        if placed.last_lane - placed.first_lane < lanes:
            text = f"{placed.first_lane + 1}–{placed.last_lane} of {lanes}"
        if self.span is not None:
            drawn = span_row(ticks, viewport, self.columns, self.span)
        else:
            drawn = ruler_row(ticks, viewport, self.columns, self.cursor_ns)
        return [*note(text, self.names), *drawn]

    def _lane_rows(self, view: TraceView, viewport: Viewport, placed: Placement) -> list[Row]:
        """All lanes in sight without the cursor, which moves more often than they change."""
        key = (view, viewport, placed, self.columns)
        if key != self._lanes_for:
            self._lanes = lane_rows(
                view, viewport, self.columns, placed.first_lane, placed.last_lane, placed.unit
            )
            self._lanes_for = key
        return self._lanes

    def _with_cursor(self, row: Row, viewport: Viewport) -> Row:
        """The row with the cursor's line through it."""
        if self.cursor_ns is None or not viewport.shows(self.cursor_ns):
            return row
        column = viewport.column(self.cursor_ns, self.columns)
        glyph, ink = under(row, column)
        if ink.mood and glyph != " ":
            return repainted(row, column, "", FLAG)
        if glyph in _HALF_ROWS:
            # No glyph has both a half block and a line: the band stays whole, the line pauses.
            return row
        if glyph == "█":
            return repainted(row, column, "│", Ink("on-worker", ink.fore, "bold"))
        return repainted(row, column, "│", CURSOR._replace(back=ink.back))

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
        lane = self.placement().lane_at(event.y)
        if at is not None:
            self.post_message(Picked(lane, at))
        elif lane >= 0 and self.viewport is not None:
            self.post_message(Picked(lane, None))
