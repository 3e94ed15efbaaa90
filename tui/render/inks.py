"""Rows before they have colours: pieces of text, each with the names of its tones.

Needs nothing heavy: the gallery is drawn with it too.
"""

from __future__ import annotations

from functools import cache
from itertools import groupby
from operator import itemgetter
from string import Formatter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

WORKER_TONES = 8


class Ink(NamedTuple):
    """What a piece of text is drawn with: names, which the theme turns into colours."""

    fore: str = ""
    """Tone of the text; "" for the ordinary one."""
    back: str = ""
    """Tone behind it; "" for none."""
    mood: str = ""
    """`bold`, `dim`, `italic`, `underline`, several with spaces between, or ""."""


Piece = tuple[str, Ink]
Row = list[Piece]

PLAIN = Ink()
QUIET = Ink("quiet")
FAINT = Ink("faint")
CURSOR = Ink("cursor", mood="bold")
BOOKMARK: Piece = ("◆", Ink("key", mood="bold"))
FLAG = Ink("on-cursor", "cursor", "bold")


@cache
def worker(lane_index: int) -> str:
    """The tone of a lane, the same wherever its worker is shown."""
    return f"worker-{lane_index % WORKER_TONES}"


def name_ink(lane_index: int) -> Ink:
    """A worker's name."""
    return Ink(worker(lane_index), mood="bold")


def row_text(row: Row) -> str:
    """A row without its inks."""
    return "".join(text for text, _ in row)


def worded(words: str, ink: Ink, **values: Piece | Row) -> Row:
    """Words in one ink, with what their placeholders stand for in its own inks."""
    pieces: Row = []
    for text, name, _, _ in Formatter().parse(words):
        if text:
            pieces.append((text, ink))
        if name is not None:
            value = values[name]
            pieces += [value] if isinstance(value, tuple) else value
    return [
        ("".join(text for text, _ in of_one_ink), each)
        for each, of_one_ink in groupby(pieces, key=itemgetter(1))
    ]


def shortened(text: str, columns: int) -> str:
    """The text, ending in … where it does not fit."""
    if len(text) <= columns:
        return text
    return text[: max(columns - 1, 0)] + "…" if columns > 0 else ""


def cut(row: Row, columns: int) -> Row:
    """The row, ending in … where it does not fit; in pieces of one ink."""
    fits = sum(len(text) for text, _ in row) <= columns
    result: Row = []
    room = columns if fits else columns - 1
    for ink, pieces in groupby(row, key=itemgetter(1)):
        text = "".join(text for text, _ in pieces)
        if not fits and len(text) >= room:
            return [*result, (text[: max(room, 0)] + "…" * (room >= 0), ink)]
        result.append((text, ink))
        room -= len(text)
    return result


def joined(rows: Iterable[Row], between: str) -> Row:
    """What there is of these, with a quiet text between."""
    result: Row = []
    for row in filter(None, rows):
        result += [(between, QUIET), *row] if result else row
    return result


def repainted(row: Row, column: int, glyph: str, ink: Ink) -> Row:
    """The row with one cell replaced; "" keeps the cell's own glyph."""
    result: Row = []
    at = 0
    for text, old in row:
        end = at + len(text)
        if at <= column < end:
            cut = column - at
            if cut:
                result.append((text[:cut], old))
            result.append((glyph or text[cut], ink))
            if text[cut + 1 :]:
                result.append((text[cut + 1 :], old))
        else:
            result.append((text, old))
        at = end
    return result


def under(row: Row, column: int) -> Piece:
    """The glyph and the ink of one cell."""
    at = 0
    for text, ink in row:
        if at <= column < at + len(text):
            return text[column - at], ink
        at += len(text)
    return " ", PLAIN


def of_codes(text: str, codes: NDArray[np.int64], inks: Sequence[Ink]) -> Row:
    """A text whose characters are each in the ink of their code."""
    starts = [0, *(at for at in range(1, len(text)) if codes[at] != codes[at - 1])]
    ends = [*starts[1:], len(text)]
    return [
        (text[start:end], inks[int(codes[start])])
        for start, end in zip(starts, ends, strict=True)
        if end > start
    ] or [("", PLAIN)]
