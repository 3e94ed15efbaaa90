"""Views of a run: past ones, a time that is asked for, what is selected, what lies between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import _

from ...commands import Command
from ...render.history import History
from ...render.moment import typed_time
from ...render.spans import span_at
from .moving import Moving

if TYPE_CHECKING:
    from ...choices import Layout
    from ...render.viewport import Viewport

VIEWS = (
    Command("view_back", "backspace,alt+left", "⌫", "View before", "Back to the view before"),
    Command("view_forward", "alt+right", "alt →", "View after", "Forward to the view left"),
    Command("go_to", "G", "G", "Go to a time", "Move the cursor to a time: 12.5 ms, 50%"),
    Command(
        "zoom_to",
        "z",
        "z",
        "Zoom to the selection",
        "Show the selected span, or what lies between the mark and the cursor",
    ),
    Command(
        "mark",
        "m",
        "m",
        "Measure from here",
        "Set a mark at the cursor; the distance to it is shown",
    ),
)
_MARGIN = 12
"""Of a selection's length on each side."""


class Views(Moving):
    """Keys that go from view to view."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__(layout)
        self._history = History()

    def watch_viewport(self, viewport: Viewport | None) -> None:
        """Remember where one was."""
        if viewport is None:
            self._history = History()
        elif not viewport.following:
            self._history = self._history.seen(viewport)

    def action_view_back(self) -> None:
        """To the view before."""
        if self.viewport is not None:
            self._history, self.viewport = self._history.back(self.viewport)

    def action_view_forward(self) -> None:
        """To the view that was left."""
        if self.viewport is not None:
            self._history, self.viewport = self._history.forward(self.viewport)

    def action_go_to(self) -> None:
        """Ask for a time."""
        if self.view is not None:
            self.ask(_("go to"), "", self._go_to)

    def _go_to(self, text: str) -> None:
        view = self.view
        if view is None or not text.strip():
            return
        now = self.cursor_ns or 0
        self.move_cursor(typed_time(text, now, view.trace.start_ns, view.trace.end_ns))

    def action_zoom_to(self) -> None:
        """Show what is selected, with a little around it."""
        view, viewport, cursor = self.view, self.viewport, self.cursor_ns
        if view is None or viewport is None:
            return
        span, mark = self.span, self.mark_ns
        if span is None and mark is not None and cursor is not None and mark != cursor:
            start, end = sorted((mark, cursor))
        elif span is not None or cursor is not None:
            span = span or span_at(view.trace, self.lane, cursor or 0)
            start, end = span.start_ns, span.end_ns
        else:
            return
        margin = (end - start) // _MARGIN
        self.viewport = viewport.between(start - margin, end + margin)

    def action_mark(self) -> None:
        """Measure from the cursor on, or no more."""
        if self.cursor_ns is None:
            self.action_step(1)
        self.mark_ns = None if self.mark_ns == self.cursor_ns else self.cursor_ns
