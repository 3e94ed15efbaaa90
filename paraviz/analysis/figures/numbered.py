"""Events that bear a number, and how one is found again: by its number, and by when."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.kinds import lanes_with
from paraviz.trace.model import Refs, Times

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane

Rows = NDArray[np.intp]


class Numbered(NamedTuple):
    """Events of one kind whose value is a number above 0, by number and then by time."""

    numbers: Times
    at: Times
    lanes: Refs
    before: Times
    """When the lane did what it had done before, or came into the world."""
    after: Times
    """When it did what it did next; its own moment where that is not known."""

    def rows(self, rows: Rows) -> Numbered:
        """What stands in some of them; anything for one that is -1."""
        if not len(self.at):
            none = np.zeros(len(rows), np.int64)
            return Numbered(none, none, none.astype(np.int32), none, none)
        return Numbered(
            self.numbers[rows],
            self.at[rows],
            self.lanes[rows],
            self.before[rows],
            self.after[rows],
        )

    def keyed_by_lane(self) -> Numbered:
        """For those that are in the order of `by_lane`: what finds the last one of a lane."""
        return self._replace(numbers=self.lanes.astype(np.int64))

    def last(self, numbers: Times, until: Times) -> Rows:
        """intp[n]: the last row of each number up to a moment; -1 where there is none."""
        if not len(self.at):
            return np.full(len(numbers), -1)
        known = np.flatnonzero(np.diff(self.numbers, prepend=self.numbers[0] - 1))
        of = np.searchsorted(self.numbers[known], numbers, "right") - 1
        good = (of >= 0) & (self.numbers[known[of]] == numbers)
        first = known[of]
        end = np.append(known, len(self.at))[of + 1]
        rows = self._until(first, end, until)
        return np.where(good & (rows >= first), rows, -1)

    def _until(self, first: Rows, end: Rows, until: Times) -> Rows:
        """The last row in each [first, end) that is not after a moment, or the one before."""
        low, high = first.copy(), np.asarray(end).copy()
        # All of them are halved at once: as many steps as the longest needs.
        while (left := low < high).any():
            middle = (low + high) // 2
            early = left & (self.at[np.minimum(middle, len(self.at) - 1)] <= until)
            low = np.where(early, middle + 1, low)
            high = np.where(left & ~early, middle, high)
        return low - 1


def numbered(lanes: Sequence[Lane], kind: int) -> Numbered:
    """All of a kind."""
    none = np.empty(0, np.int64)
    parts = [Numbered(none, none, none.astype(np.int32), none, none)]
    for index, lane in lanes_with(lanes, (kind,)):
        rows = np.flatnonzero((lane.kinds == kind) & (lane.values > 0))
        if len(rows):
            at = lane.times[rows]
            before = np.where(rows > 0, lane.times[rows - 1], lane.start_ns)
            after = np.append(lane.times, lane.times[-1:])[rows + 1]
            whose = np.full(len(rows), index, np.int32)
            parts.append(Numbered(lane.values[rows], at, whose, before, after))
    found = Numbered(
        np.concatenate([part.numbers for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.lanes for part in parts]),
        np.concatenate([part.before for part in parts]),
        np.concatenate([part.after for part in parts]),
    )
    return found.rows(np.lexsort((found.at, found.numbers)))


def by_lane(events: Numbered) -> Numbered:
    """The same by lane, and then by time."""
    return events.rows(np.lexsort((events.at, events.lanes)))


def whole_of(numbers: Times) -> Times:
    """int64[n]: the number of what was handed in, given those of its parts."""
    parts = numbers & ~np.int64(ev.PART_MASK)
    return np.where(numbers & ev.POOLS_TASK, parts, numbers)
