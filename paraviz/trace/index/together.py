"""The states of many lanes added up: how many are in each, as a step function of time, and its
running sums. A view of thousands of lanes as one costs a search a column, and not one a lane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.trace.index.blocks import ALIVE
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Refs, Times


class _Steps(Struct, frozen=True, eq=False):
    """How many lanes are in one state."""

    moments: Times
    """int64[n], sorted: when that changes."""
    counts: Refs
    """int32[n]: how many there are from then on."""
    sums: Times
    """int64[n]: ns of all of them together before."""

    @classmethod
    def of(cls, begins: Times, ends: Times) -> _Steps:
        """Those of stretches in any order."""
        moments = np.concatenate((begins, ends))
        change = np.ones(len(moments), np.int32)
        change[len(begins) :] = -1
        order = np.argsort(moments, kind="stable")
        moments = moments[order]
        counts = np.cumsum(change[order], dtype=np.int32)
        sums = np.zeros(len(moments), np.int64)
        np.cumsum(np.diff(moments) * counts[:-1], out=sums[1:])
        return cls(moments, counts, sums)

    def until(self, moments: Times) -> Times:
        """int64[k]: ns of all of them before each moment."""
        if not len(self.moments):
            return np.zeros(len(moments), np.int64)
        rows = np.searchsorted(self.moments, moments, "right") - 1
        beyond = self.sums[rows] + (moments - self.moments[rows]) * self.counts[rows]
        return np.where(rows >= 0, beyond, 0)

    def at(self, moment: int) -> int:
        """How many there are at a moment."""
        row = int(np.searchsorted(self.moments, moment, "right")) - 1
        return int(self.counts[row]) if row >= 0 else 0


class Together:
    """Some lanes added up. It never changes."""

    def __init__(self, lanes: Sequence[Lane], numbers: Sequence[int]) -> None:
        """`numbers`: what the lanes are to be called."""
        none = np.empty(0, np.int64)
        begins = np.concatenate([none, *(lane.states.starts for lane in lanes)])
        states = np.concatenate([none, *(lane.states.states for lane in lanes)])
        counts = np.array([len(lane.states) for lane in lanes], np.int64)
        ends = np.append(begins[1:], 0)
        some = counts > 0
        lasts = np.cumsum(counts)[some] - 1
        ends[lasts] = np.array([lane.end_ns for lane in lanes], np.int64)[some]
        self._count = len(lanes)
        self._steps = {}
        for state in ALIVE:
            own = states == state
            self._steps[state] = _Steps.of(begins[own], ends[own])
        runs = states == State.RUNNING
        self._begins, self._ends = begins[runs], ends[runs]
        self._lanes = np.repeat(np.asarray(numbers, np.int64), counts)[runs]

    def time_in_states(self, edges: Times) -> NDArray[np.int64]:
        """int64[len(State), W]: ns of each state in each column, of all lanes together."""
        times = np.zeros((len(State), len(edges) - 1), np.int64)
        for state, steps in self._steps.items():
            times[state] = np.diff(steps.until(edges))
        times[State.NOT_ALIVE] = np.diff(edges) * self._count - times.sum(axis=0)
        return times

    def counts_at(self, moment: int) -> NDArray[np.int64]:
        """int64[len(State)]: how many lanes are in each state."""
        counts = np.zeros(len(State), np.int64)
        for state, steps in self._steps.items():
            counts[state] = steps.at(moment)
        counts[State.NOT_ALIVE] = self._count - counts.sum()
        return counts

    def running_at(self, moment: int) -> list[int]:
        """The numbers of the lanes that run then, in their order."""
        runs = (self._begins <= moment) & (self._ends > moment)
        return sorted(set(self._lanes[runs].tolist()))
