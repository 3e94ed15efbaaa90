"""Moving about in a run: the cursor, the selection, the viewport."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import _

from ...commands import Command
from ...render.moments import beside, moments
from ...render.names import label
from ...render.point import has_place
from ...render.spans import span_at
from ...render.tracks import Track
from ..timeline import Timeline
from .state import RunState

if TYPE_CHECKING:
    from ...messages import Dragged, Picked, Zoomed
    from ...render.places import Place

MOVING = (
    Command("step(-1)", "left", "←", "Step left", "Move the cursor one column to the left"),
    Command(
        "step(1)",
        "right",
        "→",
        "Step right",
        "Move the cursor one column to the right",
        "step",
        "← →",
        1,
    ),
    Command("lane(-1)", "up", "↑", "Previous worker", "Choose the worker above"),
    Command("lane(1)", "down", "↓", "Next worker", "Choose the worker below", "worker", "↑ ↓", 3),
    Command(
        "event(1)",
        "n,pagedown",
        "n",
        "Next event",
        "Move the cursor to the chosen worker's next event",
        "event",
        "n p",
        5,
    ),
    Command(
        "event(-1)",
        "p,pageup",
        "p",
        "Previous event",
        "Move the cursor to the chosen worker's event before",
    ),
    Command(
        "zoom_in",
        "plus,equals_sign",
        "+",
        "Zoom in",
        "Show half as much, around the cursor",
        "zoom",
        "+ −",
        1,
    ),
    Command("zoom_out", "minus,underscore", "−", "Zoom out", "Show twice as much"),
    Command("fit", "f", "f", "Fit", "Show the whole run", "fit", rank=3),
    Command("pan(-1)", "shift+left", "shift ←", "Pan left", "Move the view a quarter to the left"),
    Command(
        "pan(1)", "shift+right", "shift →", "Pan right", "Move the view a quarter to the right"
    ),
    Command("edge(-1)", "home", "home", "To the start", "Move the cursor to the start of the run"),
    Command(
        "edge(1)",
        "end",
        "end",
        "To the end",
        "Move the cursor to the end, or follow the end of a live run",
    ),
    Command(
        "span",
        "enter",
        "enter",
        "Select the span",
        "Tell of the whole stretch under the cursor; without one, go to what the point is about",
        "span",
        rank=4,
    ),
    Command(
        "let_go",
        "escape",
        "esc",
        "Let go",
        "Drop the selected span, then the mark, then the cursor",
    ),
)

_CLOSER = 0.5


class Moving(RunState):
    """Keys and mouse that move about."""

    @property
    def columns(self) -> int:
        return self.query_one(Timeline).columns

    def move_cursor(self, at_ns: int) -> None:
        """Put the cursor somewhere inside the run and show it; a live run is no longer followed."""
        view, viewport = self.view, self.viewport
        if view is None or viewport is None:
            return
        # At the very end nobody is alive any more: what is asked for is what was so before.
        at_ns = max(min(at_ns, view.trace.end_ns - 1), view.trace.start_ns)
        self.span = None
        self.cursor_ns = at_ns
        self.viewport = viewport.pan(0).reveal(at_ns)

    def action_step(self, columns: int) -> None:
        """Move the cursor by columns, to the middle of one."""
        viewport = self.viewport
        if viewport is None:
            return
        count = self.columns
        if self.cursor_ns is None or not viewport.shows(self.cursor_ns):
            column = 0 if columns > 0 else count - 1
        else:
            column = viewport.column(self.cursor_ns, count) + columns
        self.move_cursor(viewport.time(column, count))

    def action_event(self, direction: int) -> None:
        """Move the cursor to the chosen track's next or previous event."""
        view, viewport, tracks = self.view, self.viewport, self.tracks
        if view is None or viewport is None or tracks is None or not tracks.all:
            return
        at = self.cursor_ns
        if at is None:
            at = viewport.start_ns - 1 if direction > 0 else viewport.end_ns
        found = beside(moments(view, tracks, self.selected), at, direction)
        if found is None:
            words = (
                _("{worker} has no event after")
                if direction > 0
                else _("{worker} has no event before")
            )
            self.notify(words.format(worker=label(view, tracks, self.selected)), markup=False)
        else:
            self.move_cursor(found)

    def action_lane(self, step: int) -> None:
        """Choose another lane."""
        if self.tracks is not None and self.tracks.all:
            self.choose(self.tracks.beside(self.selected, step))
            self.span = None

    def action_zoom_in(self) -> None:
        """Show half as much."""
        self._zoom(_CLOSER)

    def action_zoom_out(self) -> None:
        """Show twice as much."""
        self._zoom(1 / _CLOSER)

    def _zoom(self, factor: float) -> None:
        viewport, cursor = self.viewport, self.cursor_ns
        if viewport is None:
            return
        if viewport.following and cursor is None and self.view is not None:
            at = self.view.trace.end_ns
        elif cursor is not None and viewport.shows(cursor):
            at = cursor
        else:
            at = (viewport.start_ns + viewport.end_ns) // 2
        self.viewport = viewport.zoom(factor, at)

    def action_fit(self) -> None:
        """Show everything."""
        if self.viewport is not None:
            self.viewport = self.viewport.fit()

    def action_pan(self, direction: int) -> None:
        """Move the view by a quarter."""
        if self.viewport is not None:
            self.viewport = self.viewport.pan(direction * (self.viewport.span_ns // 4))

    def action_edge(self, direction: int) -> None:
        """To the start, or to the end and on with it."""
        view, viewport = self.view, self.viewport
        if view is None or viewport is None:
            return
        if direction > 0 and view.trace.live:
            self.cursor_ns = self.span = None
            self.viewport = viewport.follow()
        else:
            self.move_cursor(view.trace.end_ns if direction > 0 else view.trace.start_ns)

    def action_span(self) -> None:
        """Select the span under the cursor, or let it go; without a cursor go to what the point of
        the run is about."""
        if self.view is None or not self.view.trace.lanes:
            return
        if self.span is not None:
            self.span = None
            return
        point = self.point
        if self.cursor_ns is None and point is not None and has_place(point):
            from ...render.places import Place

            self.go_to(Place(point.lane_index, point.at_ns, point.until_ns))
            return
        if self.cursor_ns is None:
            self.action_step(1)
        if self.cursor_ns is not None:
            self.span = span_at(self.view.trace, self.lane, self.cursor_ns)

    def go_to(self, place: Place | None) -> None:
        """To a stretch of a worker's row, so near that it can be seen."""
        if place is None or self.viewport is None:
            return
        self.choose(Track("lane", place.lane_index))
        length = place.until_ns - place.at_ns
        if 1 < length < self.viewport.span_ns // 4 or length > self.viewport.span_ns:
            self.viewport = self.viewport.between(
                place.at_ns - length // 4, place.until_ns + length // 4
            )
        self.move_cursor(place.at_ns)

    def action_let_go(self) -> None:
        """Drop the span, then the mark, then the cursor."""
        if self.span is not None:
            self.span = None
        elif self.mark_ns is not None:
            self.mark_ns = None
        else:
            self.cursor_ns = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Escape passes on to the screen when there is nothing to let go."""
        if action == "let_go":
            return (self.span, self.mark_ns, self.cursor_ns) != (None, None, None)
        return True

    def on_zoomed(self, message: Zoomed) -> None:
        """The wheel turned."""
        message.stop()
        if self.viewport is not None:
            self.viewport = self.viewport.zoom(message.factor, message.at_ns)

    def on_dragged(self, message: Dragged) -> None:
        """The view was pulled."""
        message.stop()
        if self.viewport is not None:
            self.viewport = self.viewport.pan(message.start_ns - self.viewport.start_ns)

    def on_picked(self, message: Picked) -> None:
        """A place was clicked."""
        message.stop()
        if self.view is None:
            return
        track = message.track
        if track is not None:
            self.choose(track)
        if message.at_ns is None:
            self.span = None
            return
        self.move_cursor(message.at_ns)
        measuring = self.mark_ns is not None
        if track is not None and track.kind == "lane" and message.wants_span and not measuring:
            self.span = span_at(self.view.trace, track.number, message.at_ns)
