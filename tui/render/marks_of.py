"""The events of a lane that are drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev
from paraviz.trace.histories.transcript import code_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace import Lane

MARKED = (ev.WRITE, ev.THREAD_START, ev.LOCK_ACQUIRED, ev.LOCK_RELEASED, ev.LOCK_ABANDONED, ev.MARK)
"""Events that are drawn; the others begin or end a state and are seen by that."""
_IS_MARKED = np.isin(np.arange(256), MARKED)


class Marks(Struct, frozen=True, eq=False):
    """The events of a lane that are drawn."""

    times: NDArray[np.int64]
    """int64[m], sorted."""
    kinds: NDArray[np.uint8]
    """uint8[m]."""
    text_starts: NDArray[np.int64]
    """int64[m]: where a write's characters begin in the lane's text."""
    text_ends: NDArray[np.int64]
    """int64[m]: where they end."""

    @classmethod
    def of(cls, lane: Lane, written: int = 0, first: int = 0) -> Marks:
        """The marks of a lane. The line end that follows a text is none of its own. Of the part of
        one: how many characters it wrote before, and the row of the first event."""
        rows = np.flatnonzero(_IS_MARKED[lane.kinds])
        if not len(rows):
            return _NO_MARKS
        kinds = lane.kinds[rows]
        logged = (kinds == ev.WRITE) & (lane.objects[rows] == ev.LOG)
        sizes = np.where(kinds == ev.WRITE, lane.values[rows], 0)
        # A damaged recording may tell of longer writes than there is text for.
        ends = np.minimum(np.cumsum(sizes), len(lane.text))
        sizes = np.diff(ends, prepend=0)
        # What is logged is usually written as well.
        alone = ~logged & (rows >= first)
        if "\n" in lane.text:
            short = np.flatnonzero((sizes[1:] == 1) & (kinds[:-1] == ev.WRITE)) + 1
            alone[short] &= code_points(lane.text)[ends[short] - 1] != ord("\n")
        starts, ends = (ends - sizes)[alone] + written, ends[alone] + written
        return cls(lane.times[rows][alone], kinds[alone], starts, ends)

    def then(self, fresh: Marks, since_ns: int, most: int) -> Marks:
        """The last `most` of these before `since_ns`, and fresh ones after them."""
        if len(fresh.times):
            since_ns = min(since_ns, int(fresh.times[0]))
        last = int(np.searchsorted(self.times, since_ns))
        past = slice(max(last - most, 0), last)
        return Marks(
            np.concatenate((self.times[past], fresh.times)),
            np.concatenate((self.kinds[past], fresh.kinds)),
            np.concatenate((self.text_starts[past], fresh.text_starts)),
            np.concatenate((self.text_ends[past], fresh.text_ends)),
        )

    @classmethod
    def none(cls) -> Marks:
        """No marks."""
        nowhere = np.empty(0, np.int64)
        return cls(nowhere, np.empty(0, np.uint8), nowhere, nowhere)


_NO_MARKS = Marks.none()
