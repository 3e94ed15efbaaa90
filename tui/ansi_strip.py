"""Whole rows as ready ANSI: the one seam to a private part of the framework.

An ordinary strip is a list of segments that the framework styles, filters, cuts and joins, one by
one, for every frame; for a timeline of 200 columns that is most of a frame's time. A `ReadyStrip`
holds the finished escape sequences of its row and becomes an ordinary strip the moment anything
else is asked of it. `PARAVIZ_SEGMENTS=1` turns this off.

It relies on three things of `textual.strip.Strip` (8.2): `render` returns `_render_cache` where
that is set, the compositor calls `divide` with the strip's own width where nothing overlaps it,
and all else is reached through the attributes that `Strip.__init__` sets.
"""

from __future__ import annotations

import os
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from .safe_lines import in_its_cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.app import App
    from textual.color import Color
    from textual.filter import LineFilter

    from .palette import Palette
    from .render.inks import Ink, Row

SEGMENTS_VARIABLE = "PARAVIZ_SEGMENTS"
_RESET = "\x1b[0m"


def is_wanted() -> bool:
    """Whether rows are to be made ready, and not left to the framework."""
    return not os.environ.get(SEGMENTS_VARIABLE)


class ReadyStrip(Strip):
    """A row that is already what the terminal gets."""

    __slots__ = ("_row", "_styles")

    def __init__(self, row: Row, styles: Styles, columns: int) -> None:
        """`row` must take exactly `columns` cells."""
        # Strip.__init__ makes seven caches that a row which is only written out never needs.
        self._row = row
        self._styles = styles
        self._cell_length = columns
        self._render_cache = styles.ansi(row)

    def __getattr__(self, name: str) -> object:
        """Called for what an ordinary strip has and this one has not yet."""
        if name not in Strip.__slots__:
            raise AttributeError(name)
        ready = self._render_cache
        styles = self._styles
        super().__init__(
            [Segment(in_its_cells(text), styles.style(ink)) for text, ink in self._row],
            self._cell_length,
        )
        self._render_cache = ready
        return getattr(self, name)

    def divide(self, cuts: Iterable[int]) -> Sequence[Strip]:
        """As `Strip.divide`; itself where nothing is cut off."""
        wanted = list(cuts)
        return [self] if wanted == [self.cell_length] else super().divide(wanted)

    def crop(self, start: int, end: int | None = None) -> Strip:
        """As `Strip.crop`; itself where nothing is cut off."""
        if start == 0 and (end is None or end >= self.cell_length):
            return self
        return super().crop(start, end)


class Styles:
    """The inks of one palette on one background, as a terminal takes them."""

    def __init__(
        self,
        palette: Palette,
        base: Style,
        background: Color,
        filters: tuple[LineFilter, ...],
        colors: ColorSystem,
    ) -> None:
        """`base` lies below every ink; `filters` are applied to the sum."""
        self._palette = palette
        self._base = base
        self._background = background
        self._filters = filters
        self._colors = colors
        self._styles: dict[Ink, Style] = {}
        self._begin = _After(self, None)
        self._after: dict[Ink, _After] = {}

    def style(self, ink: Ink) -> Style:
        """What an ink looks like here."""
        style = self._styles.get(ink)
        if style is None:
            style = self._base + self._palette.style(ink)
            for each in self._filters:
                (segment,) = each.apply([Segment("x", style)], self._background)
                style = segment.style or style
            self._styles[ink] = style
        return style

    def ansi(self, row: Row) -> str:
        """The row with its escape sequences, the last of which ends them all."""
        parts = []
        after = self._begin
        for text, ink in row:
            change, after = after[ink]
            parts.append(change)
            parts.append(text if text.isprintable() else in_its_cells(text))
        parts.append(_RESET)
        return "".join(parts)

    def after(self, ink: Ink) -> _After:
        """What leads from this ink to others."""
        found = self._after.get(ink)
        if found is None:
            found = self._after[ink] = _After(self, ink)
        return found

    def change(self, last: Ink | None, ink: Ink) -> str:
        """The shortest sequence from one ink to the next."""
        style = self.style(ink)
        if last is None:
            return self._sequence(style)
        before = self.style(last)
        if before == style:
            return ""
        same_mood = (before.bold, before.italic, before.underline, before.dim) == (
            style.bold,
            style.italic,
            style.underline,
            style.dim,
        )
        if not same_mood or not (style.color and style.bgcolor):
            return _RESET + self._sequence(style)
        fore = None if before.color == style.color else style.color
        back = None if before.bgcolor == style.bgcolor else style.bgcolor
        return self._sequence(Style(color=fore, bgcolor=back))

    def _sequence(self, style: Style) -> str:
        return style.render("x", color_system=self._colors).partition("x")[0]


class _After(dict["Ink", "tuple[str, _After]"]):
    """By ink: the sequence that leads to it from one ink, or from the start, and what is after it.

    A row is a walk from one of these to the next: a single look-up for each of its pieces.
    """

    def __init__(self, styles: Styles, ink: Ink | None) -> None:
        super().__init__()
        self._styles = styles
        self._ink = ink

    def __missing__(self, ink: Ink) -> tuple[str, _After]:
        found = self[ink] = self._styles.change(self._ink, ink), self._styles.after(ink)
        return found


@lru_cache(maxsize=64)
def _styles(
    palette: Palette,
    base: Style,
    background: Color,
    filters: tuple[LineFilter, ...],
    colors: ColorSystem,
) -> Styles:
    return Styles(palette, base, background, filters, colors)


def styles_of(app: App[object], palette: Palette, base: Style, background: Color) -> Styles:
    """The inks as the app's terminal takes them, on a widget's style and background."""
    colors = app.console._color_system or ColorSystem.TRUECOLOR
    return _styles(palette, base, background, tuple(app.get_line_filters()), colors)


def ready_strip(row: Row, styles: Styles, columns: int) -> Strip | None:
    """The row, filled up with blanks; None where it is too long and has to be cut."""
    missing = columns - cell_len("".join([text for text, _ in row]))
    if missing < 0:
        return None
    if missing:
        from .render.inks import PLAIN

        row = [*row, (" " * missing, PLAIN)]
    return ReadyStrip(row, styles, columns)
