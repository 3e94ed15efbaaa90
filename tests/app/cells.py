"""The screen as a terminal shows it: cells, read from the escape sequences that it gets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import get_character_cell_size
from textual._compositor import CompositorUpdate

if TYPE_CHECKING:
    from textual.app import App

_PART = re.compile(r"\x1b\[([0-9;]*)([A-Za-z])|(\n)|([^\x1b\n])")
_MOODS = {1: "bold", 2: "dim", 3: "italic", 4: "underline", 7: "reverse", 9: "strike"}
_OFF = {22: ("bold", "dim"), 23: ("italic",), 24: ("underline",), 27: ("reverse",), 29: ("strike",)}


class Cell(NamedTuple):
    """One cell."""

    glyph: str
    """Its character; "" right of a wide one."""
    fore: tuple[int, ...] = ()
    """Its colour as the sequence has it: 38;2;r;g;b, 38;5;n, a number of its own, or none."""
    back: tuple[int, ...] = ()
    """The colour behind it, the same way."""
    moods: frozenset[str] = frozenset()
    """bold, italic, …"""


Cells = dict[tuple[int, int], Cell]
"""By row and column."""


def cells_of(written: str) -> Cells:
    """What a blank terminal shows after this."""
    cells: Cells = {}
    row = column = 0
    pen = Cell("")
    for sequence, letter, newline, glyph in _PART.findall(written):
        if glyph:
            cells[row, column] = pen._replace(glyph=glyph)
            size = get_character_cell_size(glyph)
            for right in range(column + 1, column + size):
                cells[row, right] = pen
            column += size
        elif newline:
            row, column = row + 1, 0
        elif letter == "H":
            row, column = [int(part) - 1 for part in sequence.split(";")] if sequence else [0, 0]
        else:
            assert letter == "m", f"a sequence that is not known: {sequence}{letter}"
            pen = _restyled(pen, [int(part or 0) for part in sequence.split(";")])
    return cells


def _restyled(pen: Cell, codes: list[int]) -> Cell:
    """The pen after an SGR sequence."""
    while codes:
        code = codes.pop(0)
        if code in (38, 48):
            count = {2: 4, 5: 2}[codes[0]]
            color = (code, *codes[:count])
            del codes[:count]
            pen = pen._replace(fore=color) if code == 38 else pen._replace(back=color)
        elif code == 0:
            pen = Cell("")
        elif code in _MOODS:
            pen = pen._replace(moods=pen.moods | {_MOODS[code]})
        elif code in _OFF:
            pen = pen._replace(moods=pen.moods - set(_OFF[code]))
        elif 30 <= code <= 39 or 90 <= code <= 97:
            pen = pen._replace(fore=(code,) if code != 39 else ())
        else:
            assert 40 <= code <= 49 or 100 <= code <= 107, f"a code that is not known: {code}"
            pen = pen._replace(back=(code,) if code != 49 else ())
    return pen


def written_by(app: App[None]) -> str:
    """The sequences for the whole screen as the app would write them now.

    Only the compositor, which is private, knows them; the app's own method writes to a terminal.
    """
    stack = app._background_screens
    update = app.screen._compositor.render_update(full=True, screen_stack=stack)
    assert isinstance(update, CompositorUpdate)
    return update.render_segments(app.console)
