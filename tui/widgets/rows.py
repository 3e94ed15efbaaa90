"""The base of every widget that is drawn row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from ..palette import palette_of

if TYPE_CHECKING:
    from ..render.inks import Row


class Rows(Widget):
    """Draws rows of inked text; keeps the strips until what they show, or the theme, changes."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: dict[int, Strip] = {}
        self._drawn_for: object = None

    def row(self, y: int) -> Row:
        """What stands in row `y`."""
        raise NotImplementedError

    def drawn_for(self) -> object:
        """What the rows depend on, besides size and theme: kept strips hold while it is equal."""
        raise NotImplementedError

    def render_line(self, y: int) -> Strip:
        """The strip of row `y`."""
        palette = palette_of(self.app)
        key = (self.size, palette, self.drawn_for())
        if key != self._drawn_for:
            self._strips.clear()
            self._drawn_for = key
        strip = self._strips.get(y)
        if strip is None:
            width = self.size.width
            segments = [Segment(text, palette.style(ink)) for text, ink in self.row(y)]
            strip = Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)
            self._strips[y] = strip
        return strip

    def notify_style_update(self) -> None:
        """Styles changed: nothing kept holds any longer."""
        super().notify_style_update()
        self._drawn_for = None
