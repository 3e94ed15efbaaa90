"""The point of a run as rows: one sentence that wraps and is never cut."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from paraviz.text.translation import _

from .characters import one_cell
from .inks import PLAIN, QUIET, Ink, Piece, Row, row_text
from .large import loud, wrapped

if TYPE_CHECKING:
    from paraviz.analysis.point import Point

_TONES = {"✗": "error", "▲": "key"}
"""By the sign before a point; of others the ordinary one."""
_MARGIN = 3
"""Cells before the sentence: a blank, its sign, a blank."""
_WORD = re.compile(r"\s*\S+")


def sign_of(point: Point) -> Piece:
    """The sign of a point, as it stands before its sentence and at its place."""
    return point.mark, Ink(_TONES.get(point.mark, "text"), mood="bold")


def has_place(point: Point) -> bool:
    """Whether there is a moment of a worker that it is about."""
    return point.at_ns >= 0 and point.lane_index >= 0


def point_rows(point: Point, columns: int, *, large: bool = False) -> list[Row]:
    """As many rows of so many cells as it takes; where there is room left in the last, what leads
    to its place. For a projector all is bold."""
    room = max(columns - _MARGIN - 1, 1)
    bold = Ink("text", mood="bold")
    words = _WORD.findall(one_cell(point.told.told))
    # What is longer than a row, such as a path, is told in parts.
    parts = [word[at : at + room] for word in words for at in range(0, len(word), room)]
    rows: list[Row] = [
        [(" " * _MARGIN, PLAIN), *row]
        for row in wrapped([(part, bold) for part in parts], room, len(parts) + 1)
    ]
    rows[0] = [(" ", PLAIN), sign_of(point), (" ", PLAIN), *rows[0][1:]]
    hint = " · " + _("enter goes there")
    if has_place(point) and not large and len(row_text(rows[-1])) + len(hint) < columns:
        rows[-1] = [*rows[-1], (hint, QUIET)]
    return [loud(row) for row in rows] if large else rows
