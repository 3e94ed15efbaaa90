"""What of a lane, or of a set of stretches, lies within a range of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Times


def rows_within(lane: Lane, start_ns: int, end_ns: int) -> slice:
    """The rows of a lane's states that last for some time of [start_ns, end_ns)."""
    if end_ns <= start_ns or start_ns >= lane.end_ns:
        return slice(0, 0)
    starts = lane.states.starts
    first = max(int(starts.searchsorted(start_ns, "right")) - 1, 0)
    return slice(first, max(int(starts.searchsorted(end_ns, "left")), first))


def bounds_within(lane: Lane, rows: slice, start_ns: int, end_ns: int) -> Times:
    """int64[n + 1]: where these rows begin, cut to the range, and where the last one ends."""
    bounds = np.append(lane.states.starts[rows.start : rows.stop + 1], np.int64(lane.end_ns))
    cut: Times = np.clip(bounds[: rows.stop - rows.start + 1], start_ns, end_ns)
    return cut


def lengths_within(starts: Times, ends: Times, start_ns: int, end_ns: int) -> Times:
    """int64[n]: how much of each stretch lies within the range."""
    lasting: Times = np.minimum(ends, end_ns) - np.maximum(starts, start_ns)
    return np.maximum(lasting, 0, out=lasting)
