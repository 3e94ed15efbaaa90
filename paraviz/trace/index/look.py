"""Looking moments up in some lanes: a search in the blocks' first rows, then a look at the rows of
the block that was found.

It relies on nothing but the lengths of the arrays: from blocks that were damaged in a file come
wrong answers, never an error.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.trace.index.blocks import ALIVE, BLOCK
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.index.blocks import Blocks
    from paraviz.trace.model import Kinds, Times

_PLACES = np.arange(BLOCK)[:, None]
_LATER = np.iinfo(np.int64).max


class Look(Struct, frozen=True, eq=False):
    """E moments in each of L lanes."""

    blocks: Sequence[Blocks]
    """Those of the lanes."""
    counts: Times
    """int64[L, 1]: how many rows of states each lane has."""
    rows: Times
    """int64[L, E]: the row of the lane's states that holds the moment, -1 where there is none."""
    begin: NDArray[np.bool_]
    """bool[L, E]: whether that row begins at the very moment."""
    _sums: Times
    """int64[L, E, len(ALIVE)]: ns of each state before the block that holds the moment."""
    _lengths: Times
    """int64[L, BLOCK, E]: ns of each row of that block before the moment."""
    _states: Kinds
    """uint8[L, BLOCK, E]: the states of these rows."""

    @classmethod
    def at(cls, moments: Times, blocks: Sequence[Blocks], counts: Times) -> Look:
        """Look up `moments` (int64[L, E], within each lane's life)."""
        found = np.zeros(moments.shape, np.int64)
        for row, lane in enumerate(blocks):
            found[row] = lane.firsts.searchsorted(moments[row], "right")
        np.maximum(found - 1, 0, out=found)
        wanted = (found * BLOCK)[:, None] + _PLACES
        sums = np.zeros((*moments.shape, len(ALIVE)), np.int64)
        begun = np.zeros(wanted.shape, np.int64)
        states = np.zeros(wanted.shape, np.uint8)
        for row, lane in enumerate(blocks):
            if len(lane.states):
                lane.sums.take(found[row], 0, sums[row], "clip")
                lane.states.starts.take(wanted[row], None, begun[row], "clip")
                lane.states.states.take(wanted[row], None, states[row], "clip")
        np.copyto(begun, _LATER, where=wanted >= counts[:, None])
        until = moments[:, None]
        rows = wanted[:, 0] + (begun <= until).sum(axis=1, dtype=np.uint8) - 1
        begin = (begun == until).any(axis=1)
        np.minimum(begun, until, out=begun)
        lengths = np.diff(begun, axis=1, append=until)
        return cls(blocks, counts, rows, begin, sums, lengths, states)

    def add_times(self, times: Times) -> None:
        """Add to int64[len(State), L, E - 1] the ns of each state from a moment to the next."""
        spent = np.empty_like(self._lengths)
        for place, state in enumerate(ALIVE):
            np.multiply(self._lengths, self._states == state, out=spent)
            elapsed = spent.sum(axis=1) + self._sums[:, :, place]
            times[state] += np.diff(elapsed, axis=1)

    def states_at(self, rows: Times) -> Kinds:
        """uint8[L, …]: the states in these rows of each lane, NOT_ALIVE for what is no row."""
        states = np.zeros(rows.shape, np.uint8)
        for row, lane in enumerate(self.blocks):
            if len(lane.states):
                lane.states.states.take(rows[row], None, states[row], "clip")
        states[(rows < 0) | (rows >= self.counts)] = State.NOT_ALIVE
        return states
