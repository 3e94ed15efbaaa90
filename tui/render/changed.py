"""What of a row is another than before: over ssh only that is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len

from .inks import PLAIN

if TYPE_CHECKING:
    from .inks import Ink, Row

_NEAR = 8
"""Columns between two changes that cost less than going there anew."""


def changed_columns(before: Row, row: Row, width: int) -> list[tuple[int, int]]:
    """The stretches of columns [begin, end) in which two rows differ, from left to right."""
    if before == row:
        return []
    old, new = _cells(before, width), _cells(row, width)
    if old is None or new is None:
        return [(0, width)]
    found: list[tuple[int, int]] = []
    for column in range(width):
        if old[0][column] != new[0][column] or old[1][column] != new[1][column]:
            if found and column - found[-1][1] < _NEAR:
                found[-1] = found[-1][0], column + 1
            else:
                found.append((column, column + 1))
    return found


def _cells(row: Row, width: int) -> tuple[str, list[Ink]] | None:
    """A character and an ink for each cell; None where there are wider ones, or too many."""
    text = "".join([piece for piece, _ in row])
    if len(text) > width or (not text.isascii() and cell_len(text) != len(text)):
        return None
    inks: list[Ink] = []
    for piece, ink in row:
        inks += [ink] * len(piece)
    missing = width - len(text)
    return text + " " * missing, inks + [PLAIN] * missing
