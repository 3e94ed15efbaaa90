"""The run of a slide's block: its lanes, what it wrote, and the point."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.text.durations import duration
from paraviz.text.translation import _, localized, ngettext
from paraviz.trace.histories.output import writes

from ..render.characters import one_cell
from ..render.inks import PLAIN, QUIET, Ink, Row, cut
from ..render.preview import preview
from .rows import Rows

if TYPE_CHECKING:
    from ..render.view import TraceView

_MOST_LANES = 12
_UNITS = (3, 2)
"""Rows of a lane, the most that fits."""
_MOST_WORDS = 4
"""Rows of the point."""
_TEXT = 400


class BlockRun(Rows):
    """Lanes above, then output, then what the run shows; hidden while nothing was run."""

    view: reactive[TraceView | None] = reactive(None)
    point: reactive[str] = reactive("")
    trouble: reactive[str] = reactive("")

    def __init__(self) -> None:
        super().__init__(id="block-run")
        self.display = False

    def drawn_for(self) -> object:
        """What the rows show."""
        return self.view, self.point, self.trouble

    def on_mount(self) -> None:
        """Where nothing is run, nothing is there."""
        for name in ("view", "trouble"):
            self.watch(self, name, self._show_or_hide)

    def _show_or_hide(self) -> None:
        self.display = self.view is not None or bool(self.trouble)

    def _words(self) -> list[str]:
        """The point, in rows."""
        width = max(self.size.width - 2, 20)
        text = (self.trouble and f"✗ {self.trouble}") or self.point
        return textwrap.wrap(one_cell(text), width)[:_MOST_WORDS]

    def row(self, y: int) -> Row:
        """A row of the picture, or of what is below it."""
        columns, rows = self.size
        words = self._words()
        above = rows - len(words)
        if y >= above:
            return [(f" {words[y - above]}", Ink("key", mood="bold"))]
        if self.view is None:
            return []
        drawn = preview(self.view, columns, max(above - 1, 1))
        if y < len(drawn):
            return drawn[y]
        return self._written(self.view, columns) if y == above - 1 else []

    def _written(self, view: TraceView, columns: int) -> Row:
        """How long it took, and the end of what it wrote."""
        trace = view.trace
        lanes = ngettext("{count:,} lane", "{count:,} lanes", len(trace.lanes))
        parts = [
            _("runs") if trace.live else _("ended"),
            localized(duration(trace.wall_ns)),
            lanes.format(count=len(trace.lanes)),
        ]
        title = f" {' · '.join(parts)} · {_('output')}: "
        text = "".join(each.text for each in writes(trace))[-_TEXT:]
        said = one_cell(" ⏎ ".join(part for part in text.splitlines() if part))
        left = max(columns - len(title), 0)
        rest = said if len(said) <= left else f"…{said[len(said) - left + 1 :]}"
        return cut([(title, QUIET), (rest, PLAIN)], columns)

    def get_content_rows(self, most: int) -> int:
        """Rows that it wants, of at most so many."""
        words = len(self._words())
        if self.view is None:
            return max(words, 1)
        lanes = min(len(self.view.trace.lanes), _MOST_LANES)
        room = most - 1 - words
        unit = next((unit for unit in _UNITS if unit * lanes <= room), 1)
        return min(max(unit * lanes, 3) + 1 + words, most)
