"""Events drawn into a lane: a write shows its characters, the others a mark.

A column holds one mark. Where several events fall into one, what was written there is shown if it
fits up to the next mark; otherwise the worker's solid column stands for them, and a dot does in a
column without any, so that no event in an empty stretch is ever hidden.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev

from .characters import NEWLINE, one_cell

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace import Lane

    from .view import Marks

_AT_MOST = 4
"""Events in one column beyond which they are not looked at one by one."""
_ROOM_FOR_PART = 5
"""Columns that a written text needs for its beginning to be worth showing."""

MANY = "•"
MARK_GLYPHS = {
    ev.THREAD_START: "▸",
    ev.LOCK_ACQUIRED: "[",
    ev.LOCK_RELEASED: "]",
    ev.LOCK_ABANDONED: "×",
}


def lane_marks(
    lane: Lane, marks: Marks, edges: NDArray[np.int64], solid: NDArray[np.int64]
) -> list[tuple[int, str]]:
    """What to draw: (column, text), from left to right, without overlap.

    `solid`: int64[W], how many eighths of each column the worker ran.
    """
    bounds = np.searchsorted(marks.times, edges, "left")
    counts = np.diff(bounds)
    taken = np.flatnonzero(counts)
    ends = np.append(taken, len(solid))[1:]
    result = []
    for column, end in zip(taken.tolist(), ends.tolist(), strict=True):
        first, last = int(bounds[column]), int(bounds[column + 1])
        text = _shown(lane, marks, first, last, end - column) if last - first <= _AT_MOST else ""
        if not text and not solid[column]:
            text = MANY
        if text:
            result.append((column, text))
    return result


def _shown(lane: Lane, marks: Marks, first: int, last: int, room: int) -> str:
    """The text for events [first, last) of the marks, or "" where there is none that fits."""
    kinds = marks.kinds[first:last].tolist()
    if ev.WRITE not in kinds:
        return MARK_GLYPHS[kinds[0]] if len(kinds) == 1 else ""
    begin = int(marks.text_starts[first])
    end = min(int(marks.text_ends[last - 1]), begin + room + 2)
    written = lane.text[begin:end]
    text = one_cell(written.strip("\n")) or (NEWLINE if written else "")
    if len(text) <= room:
        return text
    return text[: room - 1] + "…" if room >= _ROOM_FOR_PART else ""
