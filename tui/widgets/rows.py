"""The base of every widget that is drawn row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from ..ansi_strip import Styles, is_wanted, ready_strip, styles_of
from ..palette import palette_of
from ..render.changed import changed_columns

if TYPE_CHECKING:
    from collections.abc import Collection

    from ..palette import Palette
    from ..render.inks import Row


class Rows(Widget):
    """Draws rows of inked text; keeps the strips until what they show, or the theme, changes."""

    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._strips: dict[int, Strip] = {}
        self._ready: dict[int, Strip] = {}
        self._before: dict[int, tuple[tuple[Row, Styles, int], Strip]] = {}
        self._drawn_for: object = None

    def row(self, y: int) -> Row:
        """What stands in row `y`."""
        raise NotImplementedError

    def drawn_for(self) -> object:
        """What the rows depend on, besides size and theme: kept strips hold while it is equal."""
        raise NotImplementedError

    def forget(self) -> None:
        """Called before rows are drawn that show something else than the last ones."""

    def render_lines(self, crop: Region) -> list[Strip]:
        """The strips of some rows, ready for the terminal where nothing lies around or over them.

        The framework's way over `render_line` gives the same cells.
        """
        if not self._are_ready:
            return super().render_lines(crop)
        palette = self._forget_the_old()
        styles = styles_of(self.app, palette, self.rich_style, self.background_colors[1])
        width = self.size.width
        strips = [self._ready_line(y, styles, width) for y in crop.line_range]
        if crop.column_span != (0, width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def _exchange_repaint_regions(self) -> Collection[Region]:
        """What is to be painted: of all of it only what is another than before, since a terminal
        may be far away. (A private part of Textual, which asks for it when it paints.)"""
        regions = super()._exchange_repaint_regions()
        # Asked for its size, Textual would lay out the screen anew, and would not tell of it then
        # whose size is another one.
        if not self._before or self.screen._compositor._full_map_invalidated:
            return regions
        whole = self.size.region
        if set(regions) != {whole} or not self._are_ready:
            return regions
        palette = self._forget_the_old()
        styles = styles_of(self.app, palette, self.rich_style, self.background_colors[1])
        found = []
        for y in range(whole.height):
            drawn = self._before.get(y)
            row = self.row(y)
            if drawn is None or drawn[0][1:] != (styles, whole.width):
                return regions
            changed = changed_columns(drawn[0][0], row, whole.width)
            found += [Region(begin, y, end - begin, 1) for begin, end in changed]
        return found

    @property
    def _are_ready(self) -> bool:
        """Whether rows are written as the terminal takes them."""
        around = self.gutter.max_width or self.gutter.max_height or self.opacity < 1
        return is_wanted() and not around

    def _ready_line(self, y: int, styles: Styles, width: int) -> Strip:
        strip = self._ready.get(y)
        if strip is None:
            row = self.row(y)
            shown = (row, styles, width)
            before = self._before.get(y)
            if before and before[0] == shown:
                strip = before[1]
            else:
                strip = self._strip(*shown)
                self._before[y] = shown, strip
            self._ready[y] = strip
        return strip

    @staticmethod
    def _strip(row: Row, styles: Styles, width: int) -> Strip:
        strip = ready_strip(row, styles, width)
        if strip is None:
            segments = [Segment(text, styles.style(ink)) for text, ink in row]
            strip = Strip(segments).adjust_cell_length(width)
        return strip

    def render_line(self, y: int) -> Strip:
        """The strip of row `y`."""
        palette = self._forget_the_old()
        strip = self._strips.get(y)
        if strip is None:
            width = self.size.width
            segments = [Segment(text, palette.style(ink)) for text, ink in self.row(y)]
            strip = Strip(segments).adjust_cell_length(width).apply_style(self.rich_style)
            self._strips[y] = strip
        return strip

    def _forget_the_old(self) -> Palette:
        """Drop strips that show something else than what is to be shown now."""
        palette = palette_of(self.app)
        key = (self.size, palette, self.drawn_for())
        if key != self._drawn_for:
            self._strips.clear()
            self._ready.clear()
            self.forget()
            self._drawn_for = key
        return palette

    def notify_style_update(self) -> None:
        """Styles changed: nothing kept holds any longer."""
        super().notify_style_update()
        self._drawn_for = None
