"""Columns of lanes as glyphs: what share of a column's time a worker spent in which state.

How a column is drawn, so that it reads with and without colour:

- The **solid part** of a column is the share of its time the worker ran, in eighths: `█` ran all of
  it, `▍` three eighths. Time spent running is never rounded away: any at all shows at least `▏`.
  Nor is time spent otherwise, which leaves at most `▉`; only waits for the GIL are, as they are
  many, short and inferred.
- The solid part stands at the left, unless the worker began to run inside the column and ran on
  past it: then at the right (`▕` up to a quarter, else `▐`), so that edges lie where they
  are. A short dip in a long run keeps its share instead.
- The **rest** of the column wears the colour of the largest other state, as light as that state's
  pattern is.
- A column without running shows the pattern of its largest state, `▒ ░ ╳ ─`, on the tint of the
  second largest. Not being alive is drawn only where there is nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace import State

from .glyphs import STATE_GLYPHS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.index import StateIndex

    from .viewport import Viewport

GLYPHS = "".join(STATE_GLYPHS[state] for state in State) + "▏▎▍▌▋▊▉▕▐"
"""A glyph's number is its place here; the first ones are those of whole columns, by state."""

_LEFT = len(State) - 1
"""Number of the glyph before ▏: an eighth count added to it gives the left block."""
_RIGHT_THIN = GLYPHS.index("▕")
_RIGHT_HALF = GLYPHS.index("▐")
NO_STATE = -1
_STATES = np.arange(len(State))[:, None, None]
_NONE = np.iinfo(np.int64).min


class LaneColumns(Struct, frozen=True, eq=False):
    """The columns of one lane."""

    glyphs: NDArray[np.int64]
    """int64[W]: numbers of `GLYPHS`."""
    fore: NDArray[np.int64]
    """int64[W]: the state whose colour the glyph has."""
    back: NDArray[np.int64]
    """int64[W]: the state whose tint lies behind it, or `NO_STATE`."""
    eighths: NDArray[np.int64]
    """int64[W]: how much of the column is solid."""
    right: NDArray[np.bool_]
    """bool[W]: whether the solid part stands at the right."""
    span_rows: NDArray[np.int64]
    """int64[W + 1]: row of the state at each edge; -1 before the life, the number of rows after."""


def edges_of(viewport: Viewport, columns: int) -> NDArray[np.int64]:
    """int64[columns + 1]: the moments between columns, as `Viewport.time` has them."""
    steps = np.arange(columns + 1, dtype=np.int64)
    # In parts, since years times columns are more than a number holds.
    whole, rest = divmod(viewport.span_ns, columns)
    return viewport.start_ns + steps * whole - (-steps * rest // columns)


def lane_columns(
    index: StateIndex, edges: NDArray[np.int64], lanes: Sequence[int]
) -> list[LaneColumns]:
    """The columns between `edges` of these lanes."""
    if not lanes:
        return []
    found = index.in_columns(edges, lanes)
    solid, largest, second = _shares(found.times, np.maximum(np.diff(edges), 1))
    # All below are [L, W]: where the worker begins to run inside a column and runs on past it, …
    right = (found.ends == State.RUNNING) & (found.begins != State.RUNNING)
    whole = np.where(solid == 8, State.RUNNING, largest)
    part = (solid > 0) & (solid < 8)
    glyphs = np.where(part, _LEFT + solid, whole)
    after_running = np.zeros(solid.shape, bool)
    after_running[:, 1:] = solid[:, :-1] > 0
    to_right = part & right & ~(after_running & (solid >= 6))
    glyphs = np.where(to_right, np.where(solid < 3, _RIGHT_THIN, _RIGHT_HALF), glyphs)
    back = np.where(part, largest, np.where(solid == 8, NO_STATE, second))
    back[back == State.NOT_ALIVE] = NO_STATE
    fore = np.where(part, State.RUNNING, whole)
    return [
        LaneColumns(*columns)
        for columns in zip(glyphs, fore, back, solid, to_right, found.rows, strict=True)
    ]


def _shares(
    times: NDArray[np.int64], width: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """int64[L, W] each: eighths that it ran, the largest other state, and the second largest, or
    `NO_STATE`."""
    # No more than a column is wide, whatever an index from a damaged file says.
    running = np.clip(times[State.RUNNING], 0, width)
    eighths = np.rint(8 * running / width).astype(np.int64)
    eighths = np.where(running > 0, np.maximum(eighths, 1), 0)
    seen = running + times[State.WAITING_GIL] < width
    eighths = np.where(seen, np.minimum(eighths, 7), eighths)
    # Time and state in one number, so that the largest time brings its state along; of equal ones
    # it is the lower state.
    ranks = times * 8 + (7 - _STATES)
    ranks[State.RUNNING] = _NONE
    ranks[State.NOT_ALIVE][eighths == 0] = 7 - State.NOT_ALIVE
    largest = ranks.max(axis=0)
    ranks[ranks == largest] = _NONE
    second = ranks.max(axis=0)
    return eighths, 7 - (largest & 7), np.where(second >= 8, 7 - (second & 7), NO_STATE)
