"""How workers shared the time: what each did with its own, and how evenly they got to run.

Jain's index of n amounts x is (Σx)² / (n Σx²): 1 where all are equal, 1/n where one has everything
(Jain, Chiu, Hawe, *A Quantitative Measure of Fairness and Discrimination*, DEC-TR-301, 1984).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.analysis.figures.running import workers
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Times, Trace

_WISHES = (State.RUNNING, State.WAITING_CPU, State.WAITING_GIL, State.WAITING_LOCK)
"""The states of a worker that runs or wants to."""


class Fairness(Struct, frozen=True, eq=False):
    """How evenly those who wanted to run got to run."""

    lanes: tuple[int, ...]
    """Who wanted to: who ran, or waited for a CPU, for the GIL or for a lock. No asyncio tasks."""
    of_running: float | None
    """Jain's index of the time each ran; None where nobody ran."""
    of_wishes: float | None
    """Jain's index of the share that each got of what it wanted: running over wanting to; None
    where nobody ran."""


def time_by_worker(trace: Trace, index: StateIndex, start_ns: int, end_ns: int) -> Times:
    """int64[len(State), L]: ns of each state of each lane in [start_ns, end_ns); NOT_ALIVE has what
    of the range is not its life."""
    if not trace.lanes:
        return np.zeros((len(State), 0), np.int64)
    return index.time_in_states(np.array([start_ns, end_ns], np.int64))[:, :, 0]


def fairness(trace: Trace, times: Times) -> Fairness:
    """How evenly they ran. `times`: as `time_by_worker` has them."""
    wanted = times[list(_WISHES)].sum(axis=0)
    lanes = [lane for lane in workers(trace) if wanted[lane]]
    ran = times[State.RUNNING, lanes].astype(np.float64)
    return Fairness(tuple(lanes), _jain(ran), _jain(ran / wanted[lanes]))


def _jain(amounts: NDArray[np.float64]) -> float | None:
    squares = len(amounts) * float(amounts @ amounts)
    return float(amounts.sum()) ** 2 / squares if squares else None
