"""How a run comes to its end: for whom it waits then, and why those end.

At its end the interpreter waits for all threads that are left; the last of them lets it go on.

Who looks again and again whether it is to end, and sleeps in between, is told so by a plain
variable, which nobody sees. Who is waited for, and ends with its first look after that wait began,
was told by whoever waits: it would have gone on sleeping otherwise, as it had all the time before.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.figures.waits import JumpColumns, waits_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.trace.model import Lane, Trace

_JOINS = ((ev.JOIN_BEGIN, ev.JOIN_END), (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END))
_SLEEPS = (ev.SLEEP_BEGIN, ev.WAIT_BEGIN, ev.GET_WAIT, ev.LOCK_WAIT)
_OVER_BY_TIME = (ev.SLEEP_END, ev.WAIT_ABANDONED, ev.LOCK_ABANDONED)
LOOKS = 3
"""So often, in the same line, it looked in vain before."""


def closing(trace: Trace) -> JumpColumns:
    """From the interpreter to the last thread that it waited for, and from who ended with its
    first look to who waited for that."""
    found: list[tuple[int, int, int]] = []
    for index, lane in enumerate(trace.lanes):
        for since, until, others in _joins(lane):
            ended = [(trace.lanes[other].end_ns, other) for other in others if other != index]
            ended = [each for each in ended if since < each[0] <= until]
            if len(others) > 1 and ended:
                found.append((max(ended)[0], index, max(ended)[1]))
            for _, other in ended:
                if _ends_with_a_look(trace.lanes[other], since):
                    found.append((since, other, index))
    at, lanes, origins = np.array(found, np.int64).reshape(-1, 3).T
    return JumpColumns(at, lanes.astype(np.int32), origins.astype(np.int32))


def _joins(lane: Lane) -> Iterator[tuple[int, int, list[int]]]:
    """Begin and end of each wait for the end of others, and for whose."""
    left = lane.objects[lane.kinds == ev.EXIT_WAIT].tolist()
    told = lane.times[lane.kinds == ev.EXIT_WAIT]
    for begin, end in _JOINS:
        begins, ends, joined = waits_of(lane, begin, end)
        for since, until, other in zip(
            begins.tolist(), ends.tolist(), joined.tolist(), strict=True
        ):
            is_exit = len(told) and since >= told[-1]
            yield since, until, left if is_exit and other in left else [other]


def _ends_with_a_look(lane: Lane, since_ns: int) -> bool:
    """Whether a lane slept at most once more after a moment, where it had before."""
    begins = np.flatnonzero(np.isin(lane.kinds[:-1], _SLEEPS))
    begins = begins[np.isin(lane.kinds[begins + 1], _OVER_BY_TIME)]
    later = lane.times[begins + 1] > since_ns
    if np.count_nonzero(later) != 1:
        return False
    last = int(begins[later][0])
    alike = (lane.kinds[begins] == lane.kinds[last]) & (lane.sites[begins] == lane.sites[last])
    return int(np.count_nonzero(alike & ~later)) >= LOOKS
