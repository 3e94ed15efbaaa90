"""Blocks: for every eighth row of a lane's states when it begins, and how long each state lasted
before it.

A lane's time in a state before any moment is then the sum at the block that holds the moment, and
what its at most eight rows add: a coarse and a fine level, as in the directories of rank queries
(Jacobson 1989), over running sums (Crow 1984) in the place of counts. A block depends on no row
after its first one, so a lane that grows keeps all blocks of the rows that stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.model import States, Times

BLOCK = 8
"""Rows in a block. Fewer take more memory, more take more time."""
ALIVE = tuple(state for state in State if state is not State.NOT_ALIVE)
"""The states that are summed, in the order of the sums' columns."""
_ALIVE = np.array(ALIVE, np.uint8)[:, None]
_CHUNK = 1 << 13
"""Rows looked at together, so that they stay in the processor's cache."""


class Blocks(Struct, frozen=True, eq=False):
    """The blocks of one lane. Block i begins with row i * BLOCK, the last one may be short."""

    states: States
    """The lane's own."""
    firsts: Times
    """int64[b]: when each block's first row begins."""
    sums: Times
    """int64[b, len(ALIVE)]: ns of each state before that."""


def block_count(states: States) -> int:
    """How many blocks states have."""
    return -(-len(states) // BLOCK)


def blocks_of(states: States, known: Blocks | None = None) -> Blocks:
    """The blocks of a lane.

    `known` are those it had before it grew: what holds of them is kept, the rest made anew.
    """
    if known is not None and known.states is states:
        return known
    count = block_count(states)
    # A block holds if its first row and all rows before it are as they were.
    kept = 0 if known is None else -(-_rows_in_common(known.states, states) // BLOCK)
    if known is not None and kept == count == len(known.firsts):
        return Blocks(states, known.firsts, known.sums)
    firsts = np.empty(count, np.int64)
    sums = np.empty((count, len(ALIVE)), np.int64)
    if known is not None:
        firsts[:kept] = known.firsts[:kept]
        sums[:kept] = known.sums[:kept]
    firsts[kept:] = states.starts[kept * BLOCK :: BLOCK]
    _sum(states, sums, kept)
    return Blocks(states, firsts, sums)


def _sum(states: States, sums: Times, kept: int) -> None:
    """Fill `sums` from block `kept` on."""
    if not kept:
        sums[:1] = 0
    for first in range(max(kept, 1) - 1, len(sums) - 1, _CHUNK // BLOCK):
        last = min(first + _CHUNK // BLOCK, len(sums) - 1)
        rows = slice(first * BLOCK, last * BLOCK)
        lengths = np.diff(states.starts[rows.start : rows.stop + 1])
        spent = lengths * (states.states[rows] == _ALIVE)
        np.cumsum(spent, axis=1, out=spent)
        sums[first + 1 : last + 1] = spent[:, BLOCK - 1 :: BLOCK].T + sums[first]


def _rows_in_common(one: States, other: States) -> int:
    """The number of rows at the beginning that are the same."""
    rows = min(len(one), len(other))
    for first in range(0, rows, _CHUNK):
        chunk = slice(first, min(first + _CHUNK, rows))
        same = one.starts[chunk] == other.starts[chunk]
        same &= one.states[chunk] == other.states[chunk]
        if not same.all():
            return first + int(same.argmin())
    return rows
