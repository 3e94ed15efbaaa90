"""Many workers in few rows: two and more of them a row, as dots where they ran.

A cell has four dots, two beside and two above each other. Of more workers than there are rows of
dots several share one; a dot is there where at least an eighth of its time one of them ran, and
where each of them ran most, so that nobody who ran at all is missing. Behind the dots of a cell
lies the tint of what its workers did most besides running.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace import State

from .glyphs import STATE_TONES
from .inks import Ink, Row, of_codes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from .view import TraceView

LEAST_ROWS = 3
"""In fewer rows only the share of those that run is drawn."""
MOST = 1_024
"""More workers than these are no longer told apart: looking each of them up would take too long."""
_DOTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
"""By the dots that are there: 1 top left, 2 top right, 4 bottom left, 8 bottom right."""
_SHARE = 0.125
_INKS = [Ink("text", f"{STATE_TONES[state]}-tint" if STATE_TONES[state] else "") for state in State]


def fits(lanes: Sequence[int], edges: NDArray[np.int64], rows: int) -> bool:
    """Whether there is room to tell these workers apart, in columns that can be halved."""
    return rows >= LEAST_ROWS and rows < len(lanes) <= MOST and bool((np.diff(edges) > 1).all())


def crowd_rows(
    view: TraceView, lanes: Sequence[int], edges: NDArray[np.int64], rows: int
) -> list[Row]:
    """Workers, from the first on top to the last, between `edges`, which `fits` has approved."""
    halves = np.empty(2 * len(edges) - 1, np.int64)
    halves[::2], halves[1::2] = edges, (edges[:-1] + edges[1:]) // 2
    times = view.index.time_in_states(halves, lanes)
    lines = min(2 * rows, len(lanes))
    # Which row of dots each worker is in: as evenly as goes, from the first to the last.
    begins = -(-np.arange(lines) * len(lanes) // lines)
    ran = times[State.RUNNING]
    seen = (ran >= _SHARE * np.diff(halves)) | ((ran > 0) & (ran == ran.max(1, keepdims=True)))
    dots = np.zeros((2 * rows, len(halves) - 1), bool)
    spread = np.arange(lines) * 2 * rows // lines
    dots[spread] = np.logical_or.reduceat(seen, begins, axis=0)
    cells = dots.reshape(rows, 2, -1, 2).astype(np.int64)
    glyphs = (
        cells[:, 0, :, 0] + 2 * cells[:, 0, :, 1] + 4 * cells[:, 1, :, 0] + 8 * cells[:, 1, :, 1]
    )
    tints = _tints(times, begins, spread // 2, rows)
    letters = np.array(list(_DOTS))
    return [of_codes("".join(letters[glyphs[y]]), tints[y], _INKS) for y in range(rows)]


def _tints(
    times: NDArray[np.int64], begins: NDArray[np.int64], at: NDArray[np.int64], rows: int
) -> NDArray[np.int64]:
    """int64[rows, W]: what the workers of each cell did most besides running."""
    others = times.copy()
    others[State.RUNNING] = others[State.NOT_ALIVE] = 0
    lines = np.add.reduceat(others, begins, axis=1)
    together = np.zeros((len(State), rows, lines.shape[2]), np.int64)
    for line, row in enumerate(at.tolist()):
        together[:, row] += lines[:, line]
    whole = together.reshape(len(State), rows, -1, 2).sum(axis=3)
    largest: NDArray[np.int64] = whole.argmax(axis=0)
    return np.where(whole.sum(axis=0) > 0, largest, int(State.NOT_ALIVE))
