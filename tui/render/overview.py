"""The overview: how many workers run at once over the whole run, the viewport framed in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace import State

from .inks import Ink, Piece, Row, repainted, under
from .shares import edges_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .view import TraceView
    from .viewport import Viewport

BARS = " ▁▂▃▄▅▆▇█"
_INSIDE = Ink("overview")
_OUTSIDE = Ink("faint")
_FRAME = Ink("cursor", mood="bold")


def parallelism(view: TraceView, viewport: Viewport, columns: int) -> NDArray[np.float64]:
    """float64[columns]: the average number of threads that run in each column of all there is."""
    edges = edges_of(viewport.fit(), columns)
    threads = [row for row, lane in enumerate(view.trace.lanes) if lane.kind != "task"]
    running = view.index.together(edges, threads)[State.RUNNING]
    return np.asarray(running / np.maximum(np.diff(edges), 1), np.float64)


def bars(heights: NDArray[np.float64]) -> str:
    """Heights as glyphs: a full bar is the highest, and at least one worker all the time; what is
    not nothing is never blank."""
    top = max(1.0, float(heights.max(initial=0.0)))
    eighths = np.where(heights > 0, np.maximum(np.rint(8 * heights / top), 1), 0).astype(np.int64)
    return "".join(np.array(list(BARS))[eighths])


def overview_row(text: str, viewport: Viewport, marks: Sequence[tuple[int, Piece]] = ()) -> Row:
    """The row of these bars, the viewport's part between `[` and `]` and brighter.

    `marks` are moments and what is drawn at them.
    """
    row = _framed(text, viewport)
    whole = viewport.fit()
    for at_ns, (glyph, ink) in marks:
        column = whole.column(at_ns, len(text))
        if 0 <= column < len(text):
            row = repainted(row, column, glyph, ink)
    return row


def with_matches(row: Row, found: NDArray[np.int64]) -> Row:
    """The row with the columns in which something was found in another colour.

    `found`: int64[W], how much in each column.
    """
    for column in np.flatnonzero(found).tolist():
        glyph, ink = under(row, column)
        row = repainted(row, column, "·" if glyph == " " else "", Ink("key", ink.back, "bold"))
    return row


def _framed(text: str, viewport: Viewport) -> Row:
    columns = len(text)
    if viewport.is_whole or columns < 4:
        return [(text, _INSIDE)]
    whole = viewport.fit()
    first = min(max(whole.column(viewport.start_ns, columns), 0), columns - 2)
    last = min(max(whole.column(viewport.end_ns - 1, columns), first + 1), columns - 1)
    row = [
        (text[:first], _OUTSIDE),
        ("[", _FRAME),
        (text[first + 1 : last], _INSIDE),
        ("]", _FRAME),
        (text[last + 1 :], _OUTSIDE),
    ]
    return [piece for piece in row if piece[0]]
