"""Part of a trace as one of its own: what was between two moments.

Times count from the first of them. Who lived before and after is cut off there; a wait or a lock
that was begun before is known by the state of the lane alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace.model import Cpu, Spans, States

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Trace

_ABOUT_LANES = (*ev.kinds_about(ev.A_LANE), *ev.kinds_about(ev.A_PROCESS))
CUT = "stopped being recorded"
"""How a lane ends that goes on behind an excerpt."""


def excerpt(trace: Trace, from_ns: int, until_ns: int) -> Trace:
    """What was in this stretch. Lanes that did not live in it are left out, with what refers to
    them."""
    kept = [
        row
        for row, lane in enumerate(trace.lanes)
        if row == 0 or (lane.end_ns > from_ns and lane.start_ns < until_ns)
    ]
    rows = np.full(len(trace.lanes) + 1, -1, np.int32)
    rows[kept] = np.arange(len(kept), dtype=np.int32)
    lanes = tuple(_lane(trace.lanes[row], from_ns, until_ns, rows) for row in kept)
    return replace(
        trace,
        lanes=lanes,
        forks=tuple(
            replace(fork, at_ns=fork.at_ns - from_ns, by=int(rows[fork.by]))
            for fork in trace.forks
            if from_ns <= fork.at_ns < until_ns
        ),
        cpus=tuple(_cpu(cpu, from_ns, until_ns, rows) for cpu in trace.cpus),
        stands=tuple(
            replace(
                stand,
                lane_index=int(rows[stand.lane_index]),
                other=int(rows[stand.other]),
                at_ns=max(0, stand.at_ns - from_ns),
                until_ns=min(stand.until_ns, until_ns) - from_ns,
            )
            for stand in trace.stands
            if stand.until_ns >= from_ns and stand.at_ns < until_ns and rows[stand.lane_index] >= 0
        ),
        flows=None,
        stored_index=None,
        recent=(),
        bookmarks=(),
        wall_ns=until_ns - from_ns,
        cpu_ns=0,
        context_switches=0,
        live=False,
        exit_code=None,
        end_reason=CUT,
    )


def _lane(lane: Lane, from_ns: int, until_ns: int, rows: NDArray[np.int32]) -> Lane:
    first, behind = np.searchsorted(lane.times, (from_ns, until_ns)).tolist()
    kinds = lane.kinds[first:behind]
    objects = lane.objects[first:behind].copy()
    about_lanes = np.isin(kinds, _ABOUT_LANES) & (objects >= 0)
    objects[about_lanes] = rows[objects[about_lanes]]
    writes = lane.kinds[:behind] == ev.WRITE
    ends = np.cumsum(np.where(writes, lane.values[:behind], 0))
    start = int(ends[first - 1]) if first else 0
    goes_on = lane.end_ns > until_ns
    birth = max(lane.start_ns, from_ns)
    return replace(
        lane,
        start_ns=birth - from_ns,
        end_ns=max(min(lane.end_ns, until_ns), birth) - from_ns,
        end_reason=CUT if goes_on or not lane.end_reason else lane.end_reason,
        times=lane.times[first:behind] - from_ns,
        kinds=kinds,
        objects=objects,
        values=lane.values[first:behind],
        sites=lane.sites[first:behind],
        text=lane.text[start : int(ends[-1]) if behind else 0],
        emitted=behind - first,
        states=_states(lane.states, from_ns, until_ns, first, behind),
        spans=_spans(lane.spans, from_ns, until_ns),
    )


def _states(states: States, from_ns: int, until_ns: int, first: int, behind: int) -> States:
    begin = max(0, int(np.searchsorted(states.starts, from_ns, "right")) - 1)
    end = int(np.searchsorted(states.starts, until_ns))
    causes = states.causes[begin:end].copy()
    of_events = causes >= 0
    inside = of_events & (causes >= first) & (causes < behind)
    causes[of_events & ~inside] = -1
    causes[inside] -= first
    starts = np.maximum(states.starts[begin:end], from_ns) - from_ns
    return States(starts, states.states[begin:end], causes)


def _spans(spans: Spans, from_ns: int, until_ns: int) -> Spans:
    kept = (spans.ends > from_ns) & (spans.starts < until_ns)
    return Spans(
        np.maximum(spans.starts[kept], from_ns) - from_ns,
        np.minimum(spans.ends[kept], until_ns) - from_ns,
        spans.depths[kept],
        spans.names[kept],
    )


def _cpu(cpu: Cpu, from_ns: int, until_ns: int, rows: NDArray[np.int32]) -> Cpu:
    kept = (cpu.ends > from_ns) & (cpu.starts < until_ns)
    return Cpu(
        cpu.number,
        np.maximum(cpu.starts[kept], from_ns) - from_ns,
        np.minimum(cpu.ends[kept], until_ns) - from_ns,
        rows[cpu.lanes[kept]],
    )
