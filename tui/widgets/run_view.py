"""The run view: one trace on the screen, and the keys that move about in it.

It owns what is shown (viewport, cursor, selection); its parts draw it and tell of the mouse. It
knows nothing of where the trace comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.reactive import reactive

from ..commands import Command, bindings
from ..navigation import NAVIGATION
from ..render.arrange import plan
from ..render.spans import Span, next_event, previous_event, span_at
from ..render.viewport import Viewport
from .panes import Output, Overview, Sentence
from .timeline import Timeline

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from ..messages import Dragged, Picked, Zoomed
    from ..render.view import TraceView

_CLOSER = 0.5


class RunView(Vertical, can_focus=True):
    """Overview, timeline, output and sentence of one trace."""

    commands: ClassVar[tuple[Command, ...]] = NAVIGATION
    BINDINGS = bindings(NAVIGATION)

    view: reactive[TraceView | None] = reactive(None)
    viewport: reactive[Viewport | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    lane: reactive[int] = reactive(0)
    span: reactive[Span | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self._wanted_lane = 0

    def choose(self, lane_index: int) -> None:
        """Choose a lane; a run that has not come so far yet will come to it."""
        self._wanted_lane = lane_index
        lanes = len(self.view.trace.lanes) if self.view else 0
        self.lane = min(lane_index, max(lanes - 1, 0))

    def compose(self) -> ComposeResult:
        """Its parts, each bound to what it draws."""
        cls = RunView
        yield Overview().data_bind(cls.view, cls.viewport)
        yield Timeline().data_bind(cls.view, cls.viewport, cls.cursor_ns, cls.lane, cls.span)
        yield Output().data_bind(cls.view, cls.cursor_ns)
        yield Sentence().data_bind(cls.view, cls.cursor_ns, cls.lane, cls.span)

    def show(self, view: TraceView) -> None:
        """Show a trace, or more of the one that is shown."""
        trace = view.trace
        start, end = trace.start_ns, trace.end_ns
        if self.viewport is None:
            self.viewport = Viewport.over(start, end, live=trace.live)
        else:
            self.viewport = self.viewport.grown(start, end, live=trace.live)
        self.lane = min(self._wanted_lane, max(len(trace.lanes) - 1, 0))
        lanes = (len(trace.lanes), len(view.locks))
        before = self.view and (len(self.view.trace.lanes), len(self.view.locks))
        self.view = view
        if lanes != before:
            self._arrange()

    def restart(self) -> None:
        """Forget what was shown: another run begins."""
        self.viewport = self.cursor_ns = self.span = None

    def on_resize(self) -> None:
        """Share out the rows anew."""
        self._arrange()

    def _arrange(self) -> None:
        lanes = len(self.view.trace.lanes) if self.view else 3
        locks = len(self.view.locks) if self.view else 0
        shares = plan(self.size.height, lanes, locks)
        for kind, rows in (
            (Overview, shares.overview),
            (Timeline, shares.timeline),
            (Output, shares.output),
            (Sentence, shares.sentence),
        ):
            part = self.query_one(kind)
            part.display = rows > 0
            part.styles.height = max(rows, 1)

    @property
    def _columns(self) -> int:
        return self.query_one(Timeline).columns

    def _move_cursor(self, at_ns: int) -> None:
        """Put the cursor somewhere inside the run and show it; a live run is no longer followed."""
        view, viewport = self.view, self.viewport
        if view is None or viewport is None:
            return
        at_ns = min(max(at_ns, view.trace.start_ns), view.trace.end_ns)
        self.span = None
        self.cursor_ns = at_ns
        self.viewport = viewport.pan(0).reveal(at_ns)

    def action_step(self, columns: int) -> None:
        """Move the cursor by columns, to the middle of one."""
        viewport = self.viewport
        if viewport is None:
            return
        count = self._columns
        if self.cursor_ns is None or not viewport.shows(self.cursor_ns):
            column = 0 if columns > 0 else count - 1
        else:
            column = viewport.column(self.cursor_ns, count) + columns
        self._move_cursor(viewport.time(column, count))

    def action_event(self, direction: int) -> None:
        """Move the cursor to the chosen lane's next or previous event."""
        view, viewport = self.view, self.viewport
        if view is None or viewport is None or not view.trace.lanes:
            return
        lane = view.trace.lanes[self.lane]
        at = self.cursor_ns
        if at is None:
            at = viewport.start_ns - 1 if direction > 0 else viewport.end_ns
        found = next_event(lane, at) if direction > 0 else previous_event(lane, at)
        if found is None:
            place = "after" if direction > 0 else "before"
            self.notify(f"{view.labels[self.lane]} has no event {place}", markup=False)
        else:
            self._move_cursor(found)

    def action_lane(self, step: int) -> None:
        """Choose another lane."""
        if self.view is not None and self.view.trace.lanes:
            self.choose(max(self.lane + step, 0))
            self._wanted_lane = self.lane
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
            self._move_cursor(view.trace.end_ns if direction > 0 else view.trace.start_ns)

    def action_span(self) -> None:
        """Select the span under the cursor, or let it go."""
        if self.view is None or not self.view.trace.lanes:
            return
        if self.span is not None:
            self.span = None
            return
        if self.cursor_ns is None:
            self.action_step(1)
        if self.cursor_ns is not None:
            self.span = span_at(self.view.trace, self.lane, self.cursor_ns)

    def action_let_go(self) -> None:
        """Drop the span, then the cursor."""
        if self.span is not None:
            self.span = None
        else:
            self.cursor_ns = None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Escape passes on to the screen when there is nothing to let go."""
        if action == "let_go":
            return self.span is not None or self.cursor_ns is not None
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
        if message.lane_index >= 0:
            self.choose(message.lane_index)
        if message.at_ns is None:
            self.span = None
            return
        self._move_cursor(message.at_ns)
        if message.lane_index >= 0 and message.wants_span:
            self.span = span_at(self.view.trace, message.lane_index, message.at_ns)
