"""A screen as an SVG: plain shapes and text, the same to the byte for the same screen.

Blocks, lines and shades are drawn as shapes, so that they meet without gaps in any viewer and with
any font; letters are text in a monospaced font, stretched to their cells.
"""

from __future__ import annotations

from html import escape
from itertools import groupby
from typing import TYPE_CHECKING

from msgspec import Struct, field
from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.style import Style
    from textual.strip import Strip

CELL_WIDTH, CELL_HEIGHT = 10, 20
_FONT_SIZE = 16.6
"""At which a DejaVu Sans Mono letter is one cell wide."""
_BASELINE = 15
_MARGIN = 8
FONT_FAMILY = "'DejaVu Sans Mono', Menlo, Consolas, monospace"

_Box = tuple[float, float, float, float]
"""Left, top, right, bottom, in parts of a cell."""

_BLOCKS: dict[str, _Box] = {
    **{glyph: (0, 1 - i / 8, 1, 1) for i, glyph in enumerate("▁▂▃▄▅▆▇█", 1)},
    **{glyph: (0, 0, i / 8, 1) for i, glyph in enumerate("▏▎▍▌▋▊▉", 1)},
    "▐": (0.5, 0, 1, 1),
    "▕": (0.875, 0, 1, 1),
    "▀": (0, 0, 1, 0.5),
    "▔": (0, 0, 1, 0.125),
    "▖": (0, 0.5, 0.5, 1),
    "▗": (0.5, 0.5, 1, 1),
    "▘": (0, 0, 0.5, 0.5),
    "▝": (0.5, 0, 1, 0.5),
}
_CORNERS = {"▙": "▌▗", "▛": "▌▝", "▜": "▐▘", "▟": "▐▖", "▚": "▘▗", "▞": "▝▖"}
"""What is made of two of those."""
_THIN, _THICK = 1.5, 3.5
_LINES: dict[str, tuple[float, float, float, float]] = {
    "─": (_THIN, _THIN, 0, 0),
    "━": (_THICK, _THICK, 0, 0),
    "│": (0, 0, _THIN, _THIN),
    "┃": (0, 0, _THICK, _THICK),
    "┣": (0, _THICK, _THICK, _THICK),
    "┫": (_THICK, 0, _THICK, _THICK),
    "╷": (0, 0, 0, _THIN),
    "╭": (0, _THIN, 0, _THIN),
    "╮": (_THIN, 0, 0, _THIN),
    "╰": (0, _THIN, _THIN, 0),
    "╯": (_THIN, 0, _THIN, 0),
}
"""How thick the arms to the left, right, top and bottom are."""
_SHADES = {"░": 1, "▒": 2, "▓": 3}
"""Dots of four in a tile."""


class _Drawing(Struct):
    """What has been drawn so far."""

    shapes: list[str] = field(default_factory=list)
    patterns: dict[tuple[str, str], str] = field(default_factory=dict)

    def rect(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self.shapes.append(
            f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"/>'
        )

    def pattern(self, shade: str, fill: str) -> str:
        """A reference to the shade in this colour."""
        name = self.patterns.setdefault((shade, fill), f"shade-{len(self.patterns)}")
        return f"url(#{name})"


def svg(strips: Sequence[Strip], background: str, foreground: str, title: str) -> str:
    """The picture of a screen's rows. The colours are those of cells without any."""
    drawing = _Drawing()
    for row, strip in enumerate(strips):
        _row(drawing, strip, _MARGIN + row * CELL_HEIGHT, background, foreground)
    columns = max((strip.cell_length for strip in strips), default=0)
    width = columns * CELL_WIDTH + 2 * _MARGIN
    height = len(strips) * CELL_HEIGHT + 2 * _MARGIN
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" font-family="{FONT_FAMILY}"'
            f' font-size="{_FONT_SIZE}" shape-rendering="crispEdges" xml:space="preserve">',
            f"<title>{escape(title)}</title>",
            "<defs>",
            *_definitions(drawing),
            "</defs>",
            f'<rect width="{width}" height="{height}" rx="8" fill="{background}"/>',
            *drawing.shapes,
            "</svg>",
            "",
        ]
    )


def _definitions(drawing: _Drawing) -> Iterable[str]:
    """The shades that were used, as tiles of dots."""
    places = ((0, 0), (2.5, 2.5), (2.5, 0), (0, 2.5))
    for (shade, fill), name in drawing.patterns.items():
        dots = "".join(
            f'<rect x="{x}" y="{y}" width="1.7" height="1.7"/>' for x, y in places[: _SHADES[shade]]
        )
        yield (
            f'<pattern id="{name}" width="5" height="5" patternUnits="userSpaceOnUse"'
            f' fill="{fill}" shape-rendering="geometricPrecision">{dots}</pattern>'
        )


def _row(drawing: _Drawing, strip: Strip, y: float, background: str, foreground: str) -> None:
    column = 0
    for segment in strip:
        if segment.control:
            continue
        fore, back = _colors(segment.style, background, foreground)
        cells = segment.cell_length
        x = _MARGIN + column * CELL_WIDTH
        if back != background and cells:
            drawing.rect(x, y, cells * CELL_WIDTH, CELL_HEIGHT, back)
        _text(drawing, segment.text, x, y, fore, segment.style)
        column += cells


def _colors(style: Style | None, background: str, foreground: str) -> tuple[str, str]:
    """Text and back of a segment, as #rrggbb."""
    fore = style.color.get_truecolor().hex if style and style.color else foreground
    back = style.bgcolor.get_truecolor().hex if style and style.bgcolor else background
    return (back, fore) if style and style.reverse else (fore, back)


def _text(drawing: _Drawing, text: str, x: float, y: float, fill: str, style: Style | None) -> None:
    """Draw a segment's characters: runs of one shape at once, words as text."""
    for kind, group in groupby(text, _kind):
        run = "".join(group)
        cells = cell_len(run)
        if kind == "text":
            _letters(drawing, run, x, y, fill, style)
        elif kind:
            _shape(drawing, kind, cells, x, y, fill)
        x += cells * CELL_WIDTH


def _kind(character: str) -> str:
    """What a character is drawn as: itself for a shape, `text`, or "" for nothing."""
    if character == " ":
        return ""
    shapes = (_BLOCKS, _CORNERS, _LINES, _SHADES, "╳")
    return character if any(character in known for known in shapes) else "text"


def _shape(drawing: _Drawing, glyph: str, cells: int, x: float, y: float, fill: str) -> None:
    """Draw a run of one block, line or shade."""
    if glyph in _SHADES:
        width = cells * CELL_WIDTH
        drawing.rect(x, y, width, CELL_HEIGHT, drawing.pattern(glyph, fill))
        return
    if glyph == "╳":
        path = "".join(
            f"M{x + i * CELL_WIDTH + 1:g} {y + 5:g}l8 10m0 -10l-8 10" for i in range(cells)
        )
        drawing.shapes.append(
            f'<path d="{path}" stroke="{fill}" stroke-width="1.6" fill="none"'
            ' shape-rendering="geometricPrecision"/>'
        )
        return
    for part in _CORNERS.get(glyph, ""):
        _shape(drawing, part, cells, x, y, fill)
    if glyph in _CORNERS:
        return
    if glyph in _BLOCKS:
        left, top, right, bottom = _BLOCKS[glyph]
        whole = left == 0 and right == 1
        for i in range(1 if whole else cells):
            drawing.rect(
                x + (i + left) * CELL_WIDTH,
                y + top * CELL_HEIGHT,
                (cells if whole else right - left) * CELL_WIDTH,
                (bottom - top) * CELL_HEIGHT,
                fill,
            )
        return
    _lines(drawing, glyph, cells, x, y, fill)


def _lines(drawing: _Drawing, glyph: str, cells: int, x: float, y: float, fill: str) -> None:
    left, right, top, bottom = _LINES[glyph]
    middle = y + CELL_HEIGHT / 2
    if left and right and not top and not bottom:
        drawing.rect(x, middle - left / 2, cells * CELL_WIDTH, left, fill)
        return
    for i in range(cells):
        center = x + (i + 0.5) * CELL_WIDTH
        if left:
            drawing.rect(center - CELL_WIDTH / 2, middle - left / 2, CELL_WIDTH / 2, left, fill)
        if right:
            drawing.rect(center, middle - right / 2, CELL_WIDTH / 2, right, fill)
        upper = middle - CELL_HEIGHT / 2 if top else middle
        lower = middle + CELL_HEIGHT / 2 if bottom else middle
        thick = max(top, bottom)
        drawing.rect(center - thick / 2, upper, thick, lower - upper, fill)


def _letters(
    drawing: _Drawing, run: str, x: float, y: float, fill: str, style: Style | None
) -> None:
    weight = ' font-weight="bold"' if style and style.bold else ""
    slant = ' font-style="italic"' if style and style.italic else ""
    line = ' text-decoration="underline"' if style and style.underline else ""
    drawing.shapes.append(
        f'<text x="{x:g}" y="{y + _BASELINE:g}" textLength="{cell_len(run) * CELL_WIDTH}"'
        f' fill="{fill}"{weight}{slant}{line}>{escape(run, quote=False)}</text>'
    )
