"""An index of many lanes: a view of L lanes and W columns costs L · (W + 1) lookups, however long
the trace is and however wide the view.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.trace.index.blocks import ALIVE, Blocks, block_count, blocks_of
from paraviz.trace.index.look import Look
from paraviz.trace.index.together import Together
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paraviz.trace.model import Kinds, Lane, Times

_MOMENTS_AT_ONCE = 1_600
"""Moments looked up together, of several lanes: what that takes stays near the processor, and small
enough that the allocator does not fetch it from the system each time."""


MANY = 256
"""So many lanes are added up once, and not looked up one by one for each view of all of them."""
_MOST_STATES = 2_000_000
"""More states of lanes take too much time and memory to add up."""
_KEPT = 8


class InColumns(Struct, frozen=True, eq=False):
    """What the states of L lanes are in W columns."""

    times: NDArray[np.int64]
    """int64[len(State), L, W]: ns of each state; NOT_ALIVE has what is left of a column's width."""
    rows: NDArray[np.int64]
    """int64[L, W + 1]: the row of the lane's states at each edge; -1 before its life and where it
    has no states, the number of rows after its life."""
    begins: Kinds
    """uint8[L, W]: the state at each column's begin."""
    ends: Kinds
    """uint8[L, W]: the state in the last moment before each column's end."""


class StateIndex:
    """Answers for any view of a fixed set of lanes. It never changes."""

    def __init__(self, lanes: Sequence[Lane], blocks: Sequence[Blocks] | None = None) -> None:
        """Index the states of `lanes`; a lane's number is its place in the sequence.

        `blocks`: those of the lanes' states, where they are at hand.
        """
        self.lane_count = len(lanes)
        self._starts = np.array([lane.start_ns for lane in lanes], np.int64)[:, None]
        self._ends = np.array([lane.end_ns for lane in lanes], np.int64)[:, None]
        self._counts = np.array([len(lane.states) for lane in lanes], np.int64)[:, None]
        self._keys = [_key(lane) for lane in lanes]
        self._blocks = [blocks_of(lane.states) for lane in lanes] if blocks is None else blocks
        self._lanes = lanes
        self._together: dict[tuple[int, ...], Together] = {}

    def grown(self, lanes: Sequence[Lane]) -> StateIndex:
        """The index of these lanes, the same as one made afresh.

        Of a lane that is here already the rows that stayed the same are compared, not summed again;
        one with the very same states costs nothing.
        """
        known = dict(zip(self._keys, self._blocks, strict=True))
        blocks = [blocks_of(lane.states, known.get(_key(lane))) for lane in lanes]
        return StateIndex(lanes, blocks)

    @classmethod
    def from_columns(cls, lanes: Sequence[Lane], columns: Mapping[str, Times]) -> StateIndex:
        """The index whose `columns()` these are: views of them, no copies.

        Raises ValueError where their lengths do not fit the lanes. That is all there is to check:
        other values make wrong answers and nothing else.
        """
        firsts, sums = columns["index_firsts"], columns["index_sums"]
        counts = [block_count(lane.states) for lane in lanes]
        if len(firsts) != sum(counts) or len(sums) != sum(counts) * len(ALIVE):
            raise ValueError("the index does not fit the lanes")
        table = sums.reshape(-1, len(ALIVE))
        stops = np.cumsum([0, *counts]).tolist()
        pieces = zip(lanes, stops[:-1], stops[1:], strict=True)
        return cls(
            lanes,
            [Blocks(lane.states, firsts[i:stop], table[i:stop]) for lane, i, stop in pieces],
        )

    def columns(self) -> dict[str, Times]:
        """Copies as flat columns: `index_firsts`, int64[b], and `index_sums`, int64[5 * b]."""
        none = np.empty(0, np.int64)
        return {
            "index_firsts": np.concatenate([none, *(each.firsts for each in self._blocks)]),
            "index_sums": np.concatenate([none, *(each.sums.ravel() for each in self._blocks)]),
        }

    @property
    def nbytes(self) -> int:
        """The memory it takes beside the lanes' own columns, in bytes."""
        return sum(each.firsts.nbytes + each.sums.nbytes for each in self._blocks)

    def time_in_states(self, edges: Times, lanes: Sequence[int] | None = None) -> NDArray[np.int64]:
        """ns of each state in each column of these lanes, or of all.

        `edges`: int64[W + 1], not decreasing; column w is [edges[w], edges[w + 1]).
        Returns int64[len(State), L, W]; row NOT_ALIVE holds what is left of a column's width.
        """
        return self.in_columns(edges, lanes).times

    def together(self, edges: Times, lanes: Sequence[int] | None = None) -> NDArray[np.int64]:
        """int64[len(State), W]: what `time_in_states` returns, added up over the lanes."""
        added = self.added_up(lanes)
        if added is not None:
            return added.time_in_states(edges)
        total: NDArray[np.int64] = self.time_in_states(edges, lanes).sum(axis=1)
        return total

    def added_up(self, lanes: Sequence[int] | None = None) -> Together | None:
        """These lanes added up; None where there are so few that they are looked up one by one, or
        so many states that adding them up would take too long."""
        numbers = tuple(range(self.lane_count) if lanes is None else lanes)
        if len(numbers) < MANY:
            return None
        known = self._together.get(numbers)
        if known is None:
            if int(self._counts[np.array(numbers)].sum()) > _MOST_STATES:
                return None
            if len(self._together) >= _KEPT:
                self._together.clear()
            known = Together([self._lanes[number] for number in numbers], numbers)
            self._together[numbers] = known
        return known

    def in_columns(self, edges: Times, lanes: Sequence[int] | None = None) -> InColumns:
        """The times that `time_in_states` returns, and the states at the edges."""
        wanted = np.arange(self.lane_count) if lanes is None else np.asarray(lanes, np.intp)
        count, width = len(wanted), len(edges) - 1
        result = InColumns(
            times=np.zeros((len(State), count, width), np.int64),
            rows=np.empty((count, width + 1), np.int64),
            begins=np.empty((count, width), np.uint8),
            ends=np.empty((count, width), np.uint8),
        )
        step = max(_MOMENTS_AT_ONCE // len(edges), 1)
        for first in range(0, count, step):
            at = slice(first, min(first + step, count))
            self._fill(result, at, wanted[at], edges)
        result.times[State.NOT_ALIVE] = np.diff(edges) - result.times.sum(axis=0)
        return result

    def _fill(self, result: InColumns, at: slice, lanes: NDArray[np.intp], edges: Times) -> None:
        """Fill the lanes `at` of the result with what is found of `lanes`."""
        starts, ends, counts = self._starts[lanes], self._ends[lanes], self._counts[lanes]
        blocks = [self._blocks[lane] for lane in lanes.tolist()]
        look = Look.at(np.clip(edges, starts, ends), blocks, counts)
        look.add_times(result.times[:, at])
        rows = np.where(edges < ends, look.rows, counts)
        rows[(edges < starts) | (counts == 0)] = -1
        last = np.where((edges > starts) & (edges <= ends), look.rows - look.begin, -1)
        states = look.states_at(np.concatenate((rows[:, :-1], last[:, 1:]), axis=1))
        result.rows[at] = rows
        result.begins[at], result.ends[at] = np.split(states, 2, axis=1)


def _key(lane: Lane) -> tuple[int, int, str, int]:
    """What is the same of a lane in all snapshots of a run."""
    return lane.pid, lane.tid, lane.kind, lane.start_ns
