"""Where silent threads stand: which look tells of a stretch, and what looks add to states that are
inferred: a thread that did not run was blocked, in whatever no event explains.
"""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz.trace.states.partition import State, overlay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Lane, Stand, Trace


def stand_within(trace: Trace, lane_index: int, start_ns: int, end_ns: int) -> Stand | None:
    """The last look at a lane in [start_ns, end_ns), or None."""
    row = bisect_left(trace.stands, (lane_index, end_ns), key=_place) - 1
    if row < 0:
        return None
    found = trace.stands[row]
    return found if found.lane_index == lane_index and found.at_ns >= start_ns else None


def _place(stand: Stand) -> tuple[int, int]:
    return stand.lane_index, stand.at_ns


def with_rests(lanes: Sequence[Lane], stands: Sequence[Stand]) -> list[Lane]:
    """The lanes, their states inferred, blocked where they were seen not to run. `stands`: by lane
    and time."""
    result = list(lanes)
    resting = (stand for stand in stands if stand.until_ns > stand.at_ns)
    for index, own in groupby(resting, key=lambda stand: stand.lane_index):
        lane = result[index]
        begins, ends = np.array([(each.at_ns, each.until_ns) for each in own], np.int64).T
        states = overlay(lane.states, lane.end_ns, begins, ends, State.BLOCKED, _MAY_RUN)
        result[index] = replace(lane, states=states)
    return result


_MAY_RUN = (State.RUNNING, State.WAITING_GIL)
"""A thread that waits for the GIL asks for it again and again."""
