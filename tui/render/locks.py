"""Locks as rows: who holds each one, and how many wait for it.

A stretch of holding is a line with ends, `┣━ thread-a ━━━┫`, in the holder's colour, with his name
where there is room (not on a signal, which nobody owns). Where the number of those who wait changes
there stands `1 waits`, or `1` in a narrow place. A column of several short holdings is drawn `┅`, a
single one `┃`. Where the holder ended and kept the lock stands `✗`, and `┄` as long as others wait
for it in vain.

For a projector a lock has two or three rows, and a stretch of holding is a band.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import ngettext

from .inks import Ink, Row, row_text, shortened, worker
from .lock_words import copied_locked
from .shares import edges_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.histories.locks import LockHistory

    from .view import TraceView
    from .viewport import Viewport

_NAME_ROOM = 5


def lock_row(view: TraceView, viewport: Viewport, columns: int, lock_index: int) -> Row:
    """The row of one lock."""
    lock = view.locks[lock_index]
    if not len(lock.holders):
        # A semaphore may be released without ever having been seen acquired.
        return [(" " * columns, Ink())]
    edges = edges_of(viewport, columns)
    glyphs, holders = _line(lock, edges)
    waiting = np.zeros(columns, bool)
    for start, end in _stretches(lock, edges, columns):
        name = _shown_holder(view, lock, int(np.searchsorted(lock.hold_starts, edges[end])) - 1)
        at = start + 2
        if name and end - at >= min(_NAME_ROOM, len(name)) + 2:
            text = f" {shortened(name, end - at - 2)} "
            glyphs[at : at + len(text)] = text
            at += len(text)
        for column, count in _waits(lock, edges, start, end):
            at = max(at + 1, column)
            text = f" {ngettext('{count} waits', '{count} wait', count).format(count=count)} "
            text = text if at + len(text) < end else str(count)
            if count and at + len(text) <= end:
                glyphs[at : at + len(text)] = text
                waiting[at : at + len(text)] = True
                at += len(text)
    return _row(_crossed(glyphs, edges, lock.lost_ns), holders, waiting)


def _shown_holder(view: TraceView, lock: LockHistory, row: int) -> str:
    """Who holds a lock. Who took a signal last does not keep it from anybody, and who held what was
    copied locked is of another process."""
    if lock.is_signal:
        return ""
    if row == 0 and lock.copied_from >= 0:
        return row_text(copied_locked(view, lock))
    return view.labels[int(lock.holders[row])]


def lock_rows(
    view: TraceView, viewport: Viewport, columns: int, lock_index: int, rows: int
) -> list[Row]:
    """One lock in so many rows, 1 … 3."""
    row = lock_row(view, viewport, columns, lock_index)
    if rows == 1:
        return [row]
    band = [(text, _on_band(ink)) for text, ink in row]
    below: Row = [(("▀" if ink.fore else " ") * len(text), ink) for text, ink in _holders(row)]
    above: Row = [(("▄" if ink.fore else " ") * len(text), ink) for text, ink in _holders(row)]
    return [above, band, below][rows == 2 :]


def _on_band(ink: Ink) -> Ink:
    """What stands on a line, on a band in the line's colour."""
    if not ink.fore:
        return ink
    return Ink("on-worker", ink.fore, "bold")


def _holders(row: Row) -> Row:
    """The row, with those who wait in the colour of the one who holds."""
    result: Row = []
    for text, ink in row:
        mine = result[-1][1] if ink.fore == "lock" and result else ink
        result.append((text, Ink(mine.fore)))
    return result


def _line(lock: LockHistory, edges: NDArray[np.int64]) -> tuple[list[str], NDArray[np.int64]]:
    """Glyph of each column, and the lane that holds in it, -1 for none."""
    columns = len(edges) - 1
    begins = np.searchsorted(lock.hold_starts, edges, "left")
    ends = np.searchsorted(np.sort(lock.hold_ends), edges, "right")
    # Those of a semaphore overlap: of several, whoever began first and holds it still.
    first = np.searchsorted(np.maximum.accumulate(lock.hold_ends), edges[:-1], "right")
    count = begins[1:] - ends[:-1]
    holders = np.where(count > 0, lock.holders[np.minimum(first, len(lock.holders) - 1)], -1)
    opens = begins[1:] > begins[:-1]
    closes = ends[1:] > ends[:-1]
    glyph = np.full(columns, " ")
    glyph[count > 0] = "━"
    glyph[(count > 0) & opens] = "┣"
    glyph[(count > 0) & closes] = "┫"
    glyph[(count == 1) & opens & closes] = "┃"
    glyph[count > 1] = "┅"
    if lock.lost_ns >= 0:
        after = glyph[max(_column(edges, lock.lost_ns) + 1, 0) :]
        after[after != " "] = "┄"
    return glyph.tolist(), holders


def _column(edges: NDArray[np.int64], at_ns: int) -> int:
    """The column of a moment, -1 for one before the first."""
    return int(np.searchsorted(edges, at_ns, "right")) - 1


def _crossed(glyphs: list[str], edges: NDArray[np.int64], lost_ns: int) -> list[str]:
    """The glyphs with a cross where the holder ended, if no text is there."""
    at = _column(edges, lost_ns)
    if lost_ns >= 0 and 0 <= at < len(glyphs) and not glyphs[at].isalnum():
        glyphs[at] = "✗"
    return glyphs


def _stretches(lock: LockHistory, edges: NDArray[np.int64], columns: int) -> list[tuple[int, int]]:
    """Visible holdings wide enough for a text: (first column, last column)."""
    at = np.searchsorted(lock.hold_starts, edges, "right") - 1
    held = (at >= 0) & (edges < lock.hold_ends[np.maximum(at, 0)])
    row = np.where(held, at, -1)
    cuts = np.flatnonzero(np.diff(row)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), columns + 1]
    return [
        (start, min(end, columns) - 1)
        for start, end in zip(starts, ends, strict=True)
        if row[start] >= 0 and end - start > 3
    ]


def _waits(
    lock: LockHistory, edges: NDArray[np.int64], start: int, end: int
) -> list[tuple[int, int]]:
    """Where in columns start … end the number of waiters changes: (column, number)."""
    # The end of a column tells what it comes to; waits over by then do not count.
    moments = edges[start + 1 : end + 1]
    counts = np.searchsorted(lock.wait_starts, moments, "left") - np.searchsorted(
        lock.waits_over, moments, "left"
    )
    cuts = [0, *(np.flatnonzero(np.diff(counts)) + 1).tolist()] if len(counts) else []
    return [(start + cut, int(counts[cut])) for cut in cuts]


def _row(glyphs: list[str], holders: NDArray[np.int64], waiting: NDArray[np.bool_]) -> Row:
    code = holders * 2 + waiting
    cuts = np.flatnonzero(np.diff(code)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(glyphs)]
    row: Row = []
    for start, end in zip(starts, ends, strict=True):
        holder = int(holders[start])
        ink = Ink(worker(holder)) if holder >= 0 else Ink()
        if waiting[start]:
            ink = Ink("lock", mood="italic")
        row.append(("".join(glyphs[start:end]), ink))
    return row
