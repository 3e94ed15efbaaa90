"""What a search found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from paraviz.trace.model import Refs, Times

_CHUNK = 1 << 16
"""Rows looked at together for one lane's next match."""


class Matches(Struct, frozen=True, eq=False):
    """What was found, by its begin; of one begin, lane by lane."""

    lanes: Refs
    """int32[n]: where."""
    starts: Times
    """int64[n], not decreasing: its begin."""
    ends: Times
    """int64[n]: its end; an event's is its begin."""
    total: int
    """How many there are in the trace; of more than n, the first n are here."""

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def is_cut(self) -> bool:
        """Whether there are more than could be kept."""
        return self.total > len(self)

    def next_after(self, at_ns: int, lane: int | None = None) -> int | None:
        """The row of the first match, of one lane or of any, that begins after a moment."""
        first = int(np.searchsorted(self.starts, at_ns, "right"))
        if lane is None:
            return first if first < len(self) else None
        for row in range(first, len(self), _CHUNK):
            found = np.flatnonzero(self.lanes[row : row + _CHUNK] == lane)
            if len(found):
                return row + int(found[0])
        return None

    def previous_before(self, at_ns: int, lane: int | None = None) -> int | None:
        """The row of the last match, of one lane or of any, that begins before a moment."""
        last = int(np.searchsorted(self.starts, at_ns, "left"))
        if lane is None:
            return last - 1 if last else None
        for row in range(last, 0, -_CHUNK):
            first = max(row - _CHUNK, 0)
            found = np.flatnonzero(self.lanes[first:row] == lane)
            if len(found):
                return first + int(found[-1])
        return None

    def in_columns(self, edges: Times) -> NDArray[np.int64]:
        """int64[W]: how many begin in each column. `edges`: int64[W + 1], not decreasing; column w
        is [edges[w], edges[w + 1])."""
        return np.diff(np.searchsorted(self.starts, edges, "left"))


class Gathering:
    """Matches as they are found, lane by lane, no more than `limit` of them, the first ones."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._total = 0
        self._pending = 0
        self._parts = [(np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int64))]

    def add(self, lane: int, starts: Times, ends: Times) -> None:
        """Take what was found in a lane, after those of the lanes before it."""
        if not len(starts):
            return
        self._total += len(starts)
        self._pending += len(starts)
        self._parts.append((np.full(len(starts), lane, np.int32), starts, ends))
        if self._pending > 2 * self._limit:
            self._sort()

    def matches(self) -> Matches:
        """All of them."""
        self._sort()
        return Matches(*self._parts[0], self._total)

    def _sort(self) -> None:
        """Make one part of all, by time, no longer than the limit."""
        lanes, starts, ends = (np.concatenate(each) for each in zip(*self._parts, strict=True))
        order = _by_time(starts)[: self._limit]
        self._parts = [(lanes[order], starts[order], ends[order])]
        self._pending = len(order)


def _by_time(starts: Times) -> NDArray[np.int64]:
    """What `np.argsort(starts, kind="stable")` returns, in a fifth of the time where a moment and a
    place fit into one number: these are sorted by value, and no two are alike."""
    first = int(starts.min(initial=0))
    bits = len(starts).bit_length()
    if int(starts.max(initial=0)) - first >= 1 << 63 - bits:
        return np.argsort(starts, kind="stable")
    keys = starts - first << bits | np.arange(len(starts))
    keys.sort()
    return keys & (1 << bits) - 1
