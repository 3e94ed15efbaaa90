"""The output as rows: text in the colour of who wrote it, dim where it is not yet written.

Lines are wrapped by characters. Whatever the length of the output, laying it out is a few passes
over the offsets of its newlines, and a row costs what stands in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev

from .characters import FIRST_WIDE, NEWLINE, drawable
from .inks import Ink, Row, worker

if TYPE_CHECKING:
    from paraviz.trace.histories.transcript import Transcript

_KEPT = 200
"""Rows that are kept: most show the same wherever the cursor is."""


class OutputLayout:
    """A transcript wrapped to a width."""

    def __init__(self, transcript: Transcript, columns: int) -> None:
        """Lay it out in rows of `columns` cells; a newline takes one, so that it is seen.

        Where characters may be two cells wide a row has half as many: none is ever cut.
        """
        self.transcript = transcript
        self.cells = columns
        wide = transcript.highest_code_point >= FIRST_WIDE
        self.columns = max(columns // 2 if wide else columns, 1)
        length = len(transcript)
        ends = transcript.line_ends + 1
        if not len(ends) or ends[-1] < length:
            ends = np.append(ends, length)
        self._starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
        self._ends = ends
        rows = np.maximum(-(-(ends - self._starts) // self.columns), 1)
        self._rows = np.concatenate((np.zeros(1, np.int64), np.cumsum(rows)))
        self._kept: dict[tuple[int, int], Row] = {}

    @property
    def row_count(self) -> int:
        """How many rows it takes."""
        return int(self._rows[-1]) if len(self.transcript) else 0

    def extent(self, row: int) -> tuple[int, int]:
        """The offsets [begin, end) that stand in a row."""
        line = int(np.searchsorted(self._rows, row, "right")) - 1
        begin = int(self._starts[line]) + (row - int(self._rows[line])) * self.columns
        return begin, min(begin + self.columns, int(self._ends[line]))

    def row_of(self, offset: int) -> int:
        """The row that holds a character."""
        line = int(np.searchsorted(self._starts, offset, "right")) - 1
        return int(self._rows[line]) + (offset - int(self._starts[line])) // self.columns

    def row(self, row: int, written: int) -> Row:
        """One row; what begins at offset `written` or later is not yet written."""
        if not 0 <= row < self.row_count:
            return []
        begin, end = self.extent(row)
        key = row, min(max(written, begin), end)
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            kept = self._kept[key] = self._drawn(begin, key[1], end)
        return kept

    def _drawn(self, begin: int, written: int, end: int) -> Row:
        pieces: Row = []
        for first, last in ((begin, written), (written, end)):
            for passage in self.transcript.passages(first, last):
                tone = worker(passage.lane_index)
                mood = "italic" if passage.stream == ev.STDERR else ""
                ink = Ink(tone, mood=mood) if first < written else Ink(f"{tone}-later", mood=mood)
                _add(pieces, passage.text, ink)
        return pieces


def _add(pieces: Row, text: str, ink: Ink) -> None:
    """Append, joining neighbours of one ink; newlines are set apart, quietly."""
    body = text.rstrip("\n")
    if body:
        if pieces and pieces[-1][1] == ink:
            pieces[-1] = (pieces[-1][0] + drawable(body), ink)
        else:
            pieces.append((drawable(body), ink))
    if len(body) < len(text):
        tone = ink.fore if ink.fore.endswith("-later") else f"{ink.fore}-later"
        pieces.append((NEWLINE, Ink(tone)))
