"""The pane with the program's source, in step with the cursor."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.message import Message
from textual.reactive import reactive

from paraviz.text.translation import _

from ..render.characters import one_cell
from ..render.source import coloured, lines_of_workers, source_row
from ..render.tracks import FIRST, Track
from .panes import title_row
from .scrolled import Scrolled

if TYPE_CHECKING:
    from textual import events

    from ..render.inks import Row
    from ..render.view import TraceView


class Source(Scrolled):
    """Marks the line of each worker at the cursor; of a live run, now."""

    view: reactive[TraceView | None] = reactive(None)
    cursor_ns: reactive[int | None] = reactive(None)
    selected: reactive[Track] = reactive(FIRST)

    @dataclass
    class Asked(Message):
        """A line was clicked: when was who there?"""

        file: str
        """As the trace's sites have it."""
        line: int
        """From 1."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._lines: list[Row] = []
        self._workers: dict[int, list[int]] = {}
        self._here = 0

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.view, self.cursor_ns, self.selected, self.top)

    def forget(self) -> None:
        """Find the workers' lines once for all rows."""
        view = self.view
        if view is None:
            return
        program = view.trace.program
        if program.source != self._text:
            self._text = program.source
            self._lines = coloured(program.source)
        at = self.cursor_ns
        if at is None and view.trace.live:
            at = view.trace.end_ns - 1
        places = view.lines_at(at) if at is not None else {}
        chosen = self.selected.number if self.selected.kind in ("lane", "spans") else -1
        self._workers = lines_of_workers(places, chosen)
        self._here = places.get(chosen, 0)

    def row(self, y: int) -> Row:
        """The title, then lines from `top` on."""
        view = self.view
        if y == 0:
            name = one_cell(PurePath(view.trace.program.path).name) if view else ""
            return title_row(_("source") + (f" · {name}" if name else ""), self.size.width)
        number = self.top + y
        if not 1 <= number <= len(self._lines):
            return []
        workers = self._workers.get(number, [])
        width = self.size.width
        here = number == self._here
        return source_row(self._lines[number - 1], number, workers, width, here=here)

    def _reveal(self) -> None:
        """Scroll as little as shows the chosen worker's line, with some around it."""
        self.forget()
        rows = self.size.height - 1
        if not self._here or rows < 1:
            return
        margin = min(3, rows // 3)
        low, high = self._here - 1 - margin, self._here - 1 + margin
        if low < self.top:
            self.top = max(low, 0)
        elif high >= self.top + rows:
            self.top = min(high - rows + 1, self.most())

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._lines) - (self.size.height - 1), 0)

    def watch_view(self) -> None:
        """There may be more."""
        self._reveal()

    def watch_cursor_ns(self) -> None:
        """Another moment."""
        self._reveal()

    def watch_selected(self) -> None:
        """Another worker."""
        self._reveal()

    def on_resize(self) -> None:
        """Fewer lines may fit."""
        self._reveal()

    def on_click(self, event: events.Click) -> None:
        """Ask when workers were at the line."""
        number = self.top + event.y
        if event.y >= 1 and number <= len(self._lines) and self.view is not None:
            self.post_message(self.Asked(self.view.trace.program.path, number))
