"""Arrows at the selection: who made the chosen worker go on, and whom it did."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from paraviz.trace.causality.wait_chain import told_by

from ...render.spans import span_at
from .state import RunState

if TYPE_CHECKING:
    from paraviz.trace.causality.edges import Edge

    from ...render.view import TraceView

_AT_ONCE = 100_000
"""Events of a trace whose edges are worked out in the loop: that takes a few hundredths of a
second."""


class Connecting(RunState):
    """Keeps the arrows in step with cursor and selection."""

    def watch_cursor_ns(self) -> None:
        """Another moment, other arrows."""
        self._connect()

    def watch_selected(self) -> None:
        """So has another worker."""
        self._connect()

    def watch_span(self) -> None:
        """So has another span."""
        self._connect()

    def _connect(self) -> None:
        view, cursor = self.view, self.cursor_ns
        if view is None or cursor is None or self.selected.kind != "lane":
            self.edges = ()
        elif self.edges_are_ready:
            self.edges = self._at_selection(view, cursor)
        elif view.trace.events <= _AT_ONCE:
            self.ready_edges = view.edges
            self.edges = self._at_selection(view, cursor)
        else:
            self.edges = ()
            if not view.trace.live:
                work = partial(self._prepare, view)
                self.run_worker(work, group="edges", thread=True, exclusive=True)

    def _prepare(self, view: TraceView) -> None:
        len(view.edges)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._prepared, view)

    def _prepared(self, view: TraceView) -> None:
        self.ready_edges = view.edges
        self._connect()

    def _at_selection(self, view: TraceView, cursor_ns: int) -> tuple[Edge, ...]:
        """The edges at the ends of the span under the cursor and inside it, the nearest to the
        cursor first."""
        lane = self.selected.number
        if lane >= len(view.trace.lanes):
            return ()
        span = self.span or span_at(view.trace, lane, cursor_ns)
        until = told_by(view.trace.lanes[lane], span.end_ns)
        found = view.edges.touching(lane, span.start_ns, until + 1)

        def distance(edge: Edge) -> int:
            own = edge.from_ns if edge.from_lane == lane else edge.to_ns
            return abs(own - cursor_ns)

        return tuple(sorted(found, key=distance))
