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

    from .marks_of import Marks

_AT_MOST = 4
"""Events in one column beyond which they are not looked at one by one."""
_PLACES = np.arange(_AT_MOST)[:, None]
_ROOM_FOR_PART = 5
"""Columns that a written text needs for its beginning to be worth showing."""

MANY = "•"
MARK_GLYPHS = {
    ev.THREAD_START: "▸",
    ev.LOCK_ACQUIRED: "[",
    ev.LOCK_RELEASED: "]",
    ev.LOCK_ABANDONED: "×",
    ev.MARK: "◇",
}


def lane_marks(
    lane: Lane, marks: Marks, edges: NDArray[np.int64], solid: NDArray[np.int64]
) -> list[tuple[int, str]]:
    """What to draw: (column, text), from left to right, without overlap.

    `solid`: int64[W], how many eighths of each column the worker ran.
    """
    bounds = np.searchsorted(marks.times, edges, "left")
    columns = np.flatnonzero(bounds[1:] > bounds[:-1])
    if not len(columns):
        return []
    rooms = np.concatenate((columns[1:], [len(solid)])) - columns
    few = bounds[columns + 1] - bounds[columns] <= _AT_MOST
    # In a solid column no more is seen of many events, and most columns of a long run are such.
    drawn = few | (solid[columns] == 0)
    columns, rooms, few = columns[drawn], rooms[drawn], few[drawn]
    if not len(columns):
        return []
    first, last = bounds[columns], bounds[columns + 1] - 1
    looked_at = np.minimum(first + _PLACES, last)
    wrote = (marks.kinds[looked_at] == ev.WRITE).any(axis=0)
    result = []
    for column, room, begin, end, kind, writes, ran in zip(
        columns.tolist(),
        rooms.tolist(),
        marks.text_starts[first].tolist(),
        marks.text_ends[last].tolist(),
        np.where(first == last, marks.kinds[first], 0).tolist(),
        (wrote & few).tolist(),
        solid[columns].tolist(),
        strict=True,
    ):
        text = _written(lane.text, begin, end, room) if writes else MARK_GLYPHS.get(kind, "")
        if text or not ran:
            result.append((column, text or MANY))
    return result


def _written(text: str, begin: int, end: int, room: int) -> str:
    """The characters [begin, end), or what fits of them; "" where that is not worth showing."""
    written = text[begin : min(end, begin + room + 2)]
    if len(written) == 1 and " " < written < "\x7f":
        return written  # most are such
    shown = one_cell(written.strip("\n")) or (NEWLINE if written else "")
    if len(shown) <= room:
        return shown
    return shown[: room - 1] + "…" if room >= _ROOM_FOR_PART else ""
