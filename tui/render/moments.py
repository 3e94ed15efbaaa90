"""The moments at which something changes in a track: where "next event" leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.distinct import distinct

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from .tracks import Track, Tracks
    from .view import TraceView


def moments(view: TraceView, tracks: Tracks, track: Track) -> NDArray[np.int64]:
    """int64[n], sorted: the events of a lane (its changes of state where it has none), the begin
    of each span, holding, value, or stretch on a CPU."""
    kind, number, depth = track
    if kind == "lane":
        lane = view.trace.lanes[number]
        return lane.times if len(lane.times) else lane.states.starts
    if kind == "group":
        births = [view.trace.lanes[lane].start_ns for lane in tracks.groups[number].lanes]
        ends = [view.trace.lanes[lane].end_ns for lane in tracks.groups[number].lanes]
        return distinct(np.array([*births, *ends], np.int64))
    if kind == "spans":
        return view.nested.stretches(number, depth).starts
    if kind == "lock":
        lock = view.locks[number]
        return distinct(np.concatenate((lock.hold_starts, lock.hold_ends, lock.wait_starts)))
    if kind == "counter":
        return view.counters[number].counter.times
    return view.cpus[number].starts


def beside(times: NDArray[np.int64], at_ns: int, direction: int) -> int | None:
    """The first moment after (1) or the last before (-1) a moment, or None."""
    if direction > 0:
        row = int(np.searchsorted(times, at_ns, "right"))
    else:
        row = int(np.searchsorted(times, at_ns, "left")) - 1
    return int(times[row]) if 0 <= row < len(times) else None
