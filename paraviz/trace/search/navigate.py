"""Moving about in a lane: to the next or the previous switch, and to the next or the previous wait.

Both look only at the states from the moment on, a few at first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane

    Look = Callable[[Lane, int, int], NDArray[np.bool_]]

_FIRST, _MOST = 1 << 8, 1 << 20
"""Rows looked at together: at first, and at most."""
_WAITS = (State.WAITING_CPU, State.WAITING_GIL, State.WAITING_LOCK, State.BLOCKED)
_IS_WAIT = np.isin(np.arange(256), _WAITS)


def next_switch(lane: Lane, at_ns: int) -> int | None:
    """When the worker begins or ceases to run for the first time after a moment."""
    return _next(lane, at_ns, _switches)


def previous_switch(lane: Lane, at_ns: int) -> int | None:
    """When the worker began or ceased to run for the last time before a moment."""
    return _previous(lane, at_ns, _switches)


def next_wait(lane: Lane, at_ns: int, longer_than_ns: int = 0) -> int | None:
    """The begin of the first wait after a moment that is longer than so many ns: for the GIL, a
    lock, a CPU, or whatever blocks."""
    return _next(lane, at_ns, _waits(longer_than_ns))


def previous_wait(lane: Lane, at_ns: int, longer_than_ns: int = 0) -> int | None:
    """The begin of the last wait before a moment that is longer than so many ns."""
    return _previous(lane, at_ns, _waits(longer_than_ns))


def _switches(lane: Lane, first: int, last: int) -> NDArray[np.bool_]:
    """Which of the rows [first, last) begin with a switch; none runs before its life."""
    runs = lane.states.states[max(first - 1, 0) : last] == State.RUNNING
    if not first:
        runs = np.concatenate(([False], runs))
    changes: NDArray[np.bool_] = runs[1:] != runs[:-1]
    return changes


def _waits(longer_than_ns: int) -> Look:
    def look(lane: Lane, first: int, last: int) -> NDArray[np.bool_]:
        starts = lane.states.starts[first : last + 1]
        if last == len(lane.states):
            starts = np.append(starts, lane.end_ns)
        return _IS_WAIT[lane.states.states[first:last]] & (np.diff(starts) > longer_than_ns)

    return look


def _next(lane: Lane, at_ns: int, look: Look) -> int | None:
    row = int(np.searchsorted(lane.states.starts, at_ns, "right"))
    for size in _sizes():
        if row >= len(lane.states):
            return None
        last = min(row + size, len(lane.states))
        found = np.flatnonzero(look(lane, row, last))
        if len(found):
            return int(lane.states.starts[row + int(found[0])])
        row = last
    return None


def _previous(lane: Lane, at_ns: int, look: Look) -> int | None:
    row = int(np.searchsorted(lane.states.starts, at_ns, "left"))
    for size in _sizes():
        if not row:
            return None
        first = max(row - size, 0)
        found = np.flatnonzero(look(lane, first, row))
        if len(found):
            return int(lane.states.starts[first + int(found[-1])])
        row = first
    return None


def _sizes() -> Iterator[int]:
    """How many rows to look at next, without an end."""
    size = _FIRST
    while True:
        yield size
        size = min(2 * size, _MOST)
