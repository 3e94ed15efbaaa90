"""The critical path of a range: what to shorten for the program to be done sooner.

It goes back from whoever ran last. Whatever that worker did is on it, back to where another one let
it go on (`figures.jumps`); from there on it is what that one did, and so on, down to the range's
begin (Yang and Miller, *Critical Path Analysis for the Execution of Parallel and Distributed
Programs*, ICDCS 1988).

A thread that the end of the program cuts off decides nothing of when that comes. Where a range ends
before the program does, several may still be at something: of the last few to run it is the one on
whose path there is the most work, so that one which sleeps, and looks around now and then, is not
what the range is said to wait for.

So a wait is on the path from where somebody ended it: until its worker goes on, it waits for a
CPU or for the GIL, or wakes up. A wait that nobody is known to have ended (a sleep, input, the
GIL, whatever no probe sees) is on it as a whole, under its own name. So is the time before the
birth of a worker of whom it is not known who started it. The parts add up to the range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz.analysis.figures.running import workers
from paraviz.analysis.figures.within import rows_within
from paraviz.distinct import distinct
from paraviz.trace.labels import state_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.figures.jumps import Jumps
    from paraviz.trace.cancellation import Pace
    from paraviz.trace.model import Kinds, Lane, Refs, Times, Trace

CANDIDATES = 4
"""Workers that a path may end with, where the range ends before the program."""
CUT_OFF = "cut off at exit"
"""How a daemon thread ends, as the recorder has it."""
_FIRST = np.iinfo(np.int64).min


class CriticalPath(Struct, frozen=True, eq=False):
    """The parts of a path, one after the other without a gap, by time."""

    lanes: Refs
    """int32[n]: whose each is; -1 where nobody ran in the whole range."""
    starts: Times
    """int64[n], strictly increasing: its begin; the first is the range's."""
    ends: Times
    """int64[n]: its end, the next one's begin; the last is the range's."""
    states: Kinds
    """uint8[n]: what the worker did, as `State` has it; NOT_ALIVE before its birth or after its
    end."""
    causes: Refs
    """int32[n]: why, as `States.causes` has it."""

    def __len__(self) -> int:
        return len(self.lanes)

    @property
    def times(self) -> Times:
        """int64[len(State)]: ns of each state on it; they add up to the range."""
        return self._sums(self.states, len(State))

    def times_by_lane(self, lane_count: int) -> Times:
        """int64[lane_count]: ns of each lane on it."""
        own = self.lanes >= 0
        return self._sums(np.where(own, self.lanes, lane_count), lane_count + 1)[:-1]

    @property
    def changes(self) -> int:
        """How often it goes from one worker to another."""
        return int(np.count_nonzero(np.diff(self.lanes)))

    def longest(self, count: int) -> list[int]:
        """The rows of so many longest parts, at least one, the longest one first."""
        lengths = self.ends - self.starts
        rows = np.arange(len(lengths))
        if len(rows) > count:
            # Sorting all of them would take longer than finding the path.
            least = np.partition(lengths, -count)[-count]
            rows = np.flatnonzero(lengths >= least)
        found: list[int] = rows[np.argsort(-lengths[rows], kind="stable")][:count].tolist()
        return found

    def why(self, trace: Trace, row: int) -> str:
        """A part in a few words: "running", "blocked: sleep"."""
        lane, state = int(self.lanes[row]), int(self.states[row])
        if lane < 0:
            return State(state).label
        return state_label(trace, trace.lanes[lane], state, int(self.causes[row]))

    def _sums(self, keys: Kinds | Refs, count: int) -> Times:
        # Exact below 2^53 ns.
        sums = np.bincount(keys, self.ends - self.starts, count)
        return sums.astype(np.int64)


def critical_path(
    trace: Trace, jumps: Jumps, start_ns: int, end_ns: int, pace: Pace
) -> CriticalPath:
    """The critical path of [start_ns, end_ns)."""
    candidates = _last_to_run(trace, start_ns, end_ns)
    if not candidates:
        return _nobody(start_ns, end_ns)
    paths = []
    for number, last in enumerate(candidates):
        pace(0.1 + 0.8 * number / len(candidates))
        paths.append(_path_to(trace, jumps, last, (start_ns, end_ns)))
    # Of several with as much work the one that ran last.
    return max(paths, key=lambda path: int(path.times[State.RUNNING]))


def _path_to(trace: Trace, jumps: Jumps, last: int, within: tuple[int, int]) -> CriticalPath:
    """The path that ends with a lane."""
    start_ns, end_ns = within
    rows = jumps.way_back(last, start_ns, end_ns)
    lanes = np.concatenate((np.array([last], np.int32), jumps.origins[rows]))
    starts, ends = np.append(jumps.at[rows], start_ns), np.append(end_ns, jumps.at[rows])
    lasting = np.flatnonzero(starts < ends)[::-1]
    lanes, starts, ends = lanes[lasting], starts[lasting], ends[lasting]
    parts = []
    for lane in distinct(lanes).tolist():
        its = lanes == lane
        parts.append(_parts(trace.lanes[lane], lane, starts[its], ends[its]))
    return _by_time(parts)


def _last_to_run(trace: Trace, start_ns: int, end_ns: int) -> list[int]:
    """The lane that ran last in a range, the first of several; none where none ran. No asyncio
    task: the thread that it runs in. Of a range that is over before the program is, the last few,
    the very last one first."""
    latest = [(_ran_until(trace.lanes[lane], start_ns, end_ns), -lane) for lane in workers(trace)]
    ran = sorted((each for each in latest if each[0] > _FIRST), reverse=True)
    lanes = [-lane for _, lane in ran]
    if trace.live or end_ns < trace.end_ns:
        return lanes[:CANDIDATES]
    lasting = [lane for lane in lanes if trace.lanes[lane].end_reason != CUT_OFF]
    return (lasting or lanes)[:1]


def _ran_until(lane: Lane, start_ns: int, end_ns: int) -> int:
    rows = rows_within(lane, start_ns, end_ns)
    # Backwards, the first one found is the last.
    ran = lane.states.states[rows][::-1] == State.RUNNING
    back = int(ran.argmax()) if len(ran) else 0
    if not len(ran) or not ran[back]:
        return _FIRST
    following = rows.stop - back
    ends = lane.states.starts
    return min(int(ends[following]) if following < len(ends) else lane.end_ns, end_ns)


def _parts(lane: Lane, index: int, starts: Times, ends: Times) -> CriticalPath:
    """A lane's states in some stretches, which have a length, are sorted and do not overlap."""
    rows = rows_within(lane, int(starts[0]), int(ends[-1]))
    states = lane.states
    begins = np.concatenate(([_FIRST], states.starts[rows], [lane.end_ns]))
    doing = np.concatenate(([State.NOT_ALIVE], states.states[rows], [State.NOT_ALIVE]))
    causes = np.concatenate(([-1], states.causes[rows], [-1]))
    first = begins.searchsorted(starts, "right") - 1
    counts = begins.searchsorted(ends, "left") - first
    whose = np.repeat(np.arange(len(starts)), counts)
    at = np.arange(len(whose)) + np.repeat(first - np.cumsum(counts) + counts, counts)
    until = np.append(begins[1:], np.iinfo(np.int64).max)
    return CriticalPath(
        np.full(len(at), index, np.int32),
        np.maximum(begins[at], starts[whose]),
        np.minimum(until[at], ends[whose]),
        doing[at].astype(np.uint8),
        causes[at].astype(np.int32),
    )


def _by_time(parts: list[CriticalPath]) -> CriticalPath:
    starts = np.concatenate([each.starts for each in parts])
    order = np.argsort(starts, kind="stable")
    return CriticalPath(
        np.concatenate([each.lanes for each in parts])[order],
        starts[order],
        np.concatenate([each.ends for each in parts])[order],
        np.concatenate([each.states for each in parts])[order],
        np.concatenate([each.causes for each in parts])[order],
    )


def _nobody(start_ns: int, end_ns: int) -> CriticalPath:
    """All of a range in one part that is nobody's, none for a range of no length."""
    count = int(end_ns > start_ns)
    return CriticalPath(
        np.full(count, -1, np.int32),
        np.full(count, start_ns, np.int64),
        np.full(count, end_ns, np.int64),
        np.full(count, State.NOT_ALIVE, np.uint8),
        np.full(count, -1, np.int32),
    )
