"""What is read from the last row of a lecture room: a time in block digits, a sentence in bold.

Three rows of half blocks are six rows of dots, of which a digit takes five.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .inks import PLAIN, Ink, Piece, Row, cut
from .times import steady_text, time_text

if TYPE_CHECKING:
    from paraviz.trace import Trace

    from .spans import Span

ROWS = 3
_DOTS = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# .#. .#.",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    ".": ". . . . #",
    ",": ". . . # #",
    "-": "... ... ### ... ...",
    " ": ". . . . .",
    "d": "..# ..# ### #.# ###",
    "h": "#.. #.. ### #.# #.#",
    "i": "# . # # #",
    "n": "... ### #.# #.# #.#",
    "s": "... ### ##. .## ###",
    "m": "..... ##### #.#.# #.#.# #.#.#",
    "µ": "#.# #.# ### #.. #..",
}
"""Rows of dots, from top to bottom."""
_HALVES = {("#", "#"): "█", ("#", "."): "▀", (".", "#"): "▄", (".", "."): " "}
_LEAST_BESIDE = 38
"""Columns that a sentence needs beside a time."""
_WORD = re.compile(r"\s*\S+|\s+$")


def large_time(trace: Trace, cursor_ns: int | None, mark_ns: int | None, span: Span | None) -> str:
    """The one time that is shown large: how long the span is, how far it is from the mark to the
    cursor, when the cursor is or, without any of them, how long the run took."""
    if span is not None:
        return time_text(span.end_ns - span.start_ns)
    if cursor_ns is None:
        return steady_text(trace.wall_ns) if trace.live else time_text(trace.wall_ns)
    return time_text(
        cursor_ns if mark_ns is None or mark_ns == cursor_ns else abs(cursor_ns - mark_ns)
    )


def block_rows(text: str) -> list[str]:
    """A time in block digits, `ROWS` rows of the same width; "" each for what has no such form."""
    if not text or any(character not in _DOTS for character in text):
        return [""] * ROWS
    dots = [_DOTS[character].split() for character in text]
    lines = [".".join(parts) for parts in zip(*dots, strict=True)]
    lines.insert(0, "." * len(lines[0]))
    return [
        "".join(_HALVES[pair] for pair in zip(upper, lower, strict=True))
        for upper, lower in zip(lines[::2], lines[1::2], strict=True)
    ]


def wrapped(row: Row, columns: int, most: int) -> list[Row]:
    """A row as at most so many rows of no more than `columns` cells, broken between words; the last
    ends in … where there is more."""
    rows: list[list[Piece]] = [[]]
    room = columns
    for word, ink in _words(row):
        if len(word) > room and rows[-1]:
            rows.append([])
            room = columns
            word = word.lstrip()
        rows[-1].append((word, ink))
        room -= len(word)
    if len(rows) > most:
        rows[most - 1] = [*rows[most - 1], (" …", PLAIN)]
    return [cut(each, columns) for each in rows[:most]]


def _words(row: Row) -> list[Piece]:
    """The words of a row, each with the blanks before it."""
    return [(word, ink) for text, ink in row for word in _WORD.findall(text)]


def loud(row: Row) -> Row:
    """The row in bold, with nothing quiet in it."""
    return [
        (text, Ink("text" if ink.fore in ("", "quiet", "faint") else ink.fore, ink.back, "bold"))
        for text, ink in row
    ]


def large_rows(time: str, told: tuple[Row, Row], columns: int, rows: int) -> list[Row]:
    """So many rows: a time in block digits where there is room, beside it two rows in bold; in five
    rows the first and the last are blank."""
    blocks = block_rows(time)
    wide = len(blocks[0]) + 4 if rows >= ROWS else 0
    if columns - wide < _LEAST_BESIDE:
        wide = 0
    room = columns - wide - 2
    shown = rows if rows < ROWS + 2 else ROWS
    head, facts = (loud(row) for row in told)
    lines = wrapped(head, room, shown)
    if facts and len(lines) < shown:
        lines += wrapped(facts, room, shown - len(lines))
    result: list[Row] = []
    for at in range(shown):
        beside: Row = (
            [(" " + blocks[at].ljust(wide - 1), Ink("cursor"))] if wide else [(" ", PLAIN)]
        )
        result.append([*beside, *(lines[at] if at < len(lines) else [])])
    blank: Row = [(" ", PLAIN)]
    return [blank, *result, blank] if rows >= ROWS + 2 else result
