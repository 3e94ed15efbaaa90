"""The index: how much time of each state falls into each column of a view.

For each state, all lanes' stretches of it lie in one sorted array (the lanes' lives are laid end
to end, so that lanes cannot mix) beside the running sum of their lengths. The time spent in a state
before any moment is then one binary search, a view of L lanes and W columns costs (W + 1) · L
searches a state however long the trace is, and the answer is exact. This is the inverse of a
cumulative-sum ("summed-area", Crow 1984) table over runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paraviz.trace.states import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Times

ALIVE = tuple(state for state in State if state is not State.NOT_ALIVE)


@dataclass(frozen=True, slots=True)
class _Stretches:
    """All stretches of one state, over all lanes."""

    starts: Times
    """int64[n], sorted, in shifted time."""
    sums: Times
    """int64[n + 1]: ns in all stretches before the i-th."""


class StateIndex:
    """Answers for any view of a fixed set of lanes."""

    def __init__(self, lanes: Sequence[Lane]) -> None:
        """Index the states of `lanes`; a lane's number is its place in the sequence."""
        self.lane_count = len(lanes)
        self._starts = np.array([lane.start_ns for lane in lanes], np.int64)
        self._ends = np.array([lane.end_ns for lane in lanes], np.int64)
        lives = np.cumsum(self._ends - self._starts)
        self._shifts = np.concatenate((np.zeros(1, np.int64), lives))[:-1] - self._starts
        """What is added to a lane's times."""
        self._stretches: dict[State, _Stretches] = {}
        shifted = [
            lane.states.starts + shift for lane, shift in zip(lanes, self._shifts, strict=True)
        ]
        lengths = [np.diff(lane.states.starts, append=lane.end_ns) for lane in lanes]
        none = np.empty(0, np.int64)
        starts = np.concatenate([none, *shifted])
        length = np.concatenate([none, *lengths])
        states = np.concatenate([np.empty(0, np.uint8), *(lane.states.states for lane in lanes)])
        for state in ALIVE:
            rows = np.flatnonzero(states == state)
            if len(rows):
                sums = np.zeros(len(rows) + 1, np.int64)
                np.cumsum(length[rows], out=sums[1:])
                self._stretches[state] = _Stretches(starts[rows], sums)

    @property
    def nbytes(self) -> int:
        """The memory it takes, in bytes."""
        return sum(s.starts.nbytes + s.sums.nbytes for s in self._stretches.values())

    def time_in_states(
        self, edges: Times, first_lane: int = 0, last_lane: int | None = None
    ) -> NDArray[np.int64]:
        """ns of each state in each column of lanes `first_lane` … `last_lane - 1`.

        `edges`: int64[W + 1], not decreasing; column w is [edges[w], edges[w + 1]).
        Returns int64[len(State), L, W]; row NOT_ALIVE holds what is left of a column's width.
        """
        last_lane = self.lane_count if last_lane is None else last_lane
        lane_count = last_lane - first_lane
        width = len(edges) - 1
        chosen = slice(first_lane, last_lane)
        clipped = np.clip(edges, self._starts[chosen, None], self._ends[chosen, None])
        queries = (clipped + self._shifts[chosen, None]).ravel()
        result = np.zeros((len(State), lane_count, width), np.int64)
        for state, stretches in self._stretches.items():
            before = np.searchsorted(stretches.starts, queries, "right")
            last = np.maximum(before - 1, 0)
            inside = np.minimum(
                queries - stretches.starts[last], stretches.sums[last + 1] - stretches.sums[last]
            )
            elapsed = np.where(before > 0, stretches.sums[last] + inside, 0)
            result[state] = np.diff(elapsed.reshape(lane_count, width + 1), axis=1)
        result[State.NOT_ALIVE] = np.diff(edges)[None, :] - result.sum(axis=0)
        return result


def events_in_columns(lane: Lane, edges: Times) -> NDArray[np.int64]:
    """Rows of the lane's events by column: events [result[w], result[w + 1]) lie in column w.

    `edges`: int64[W + 1]; returns int64[W + 1].
    """
    return np.searchsorted(lane.times, edges, "left")
