"""Who ended a wait for several things at once, as `multiprocessing.connection.wait` waits for
connections and for the ends of processes: whoever was the first to send something that was then
received, or the first child that ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.figures.waits import JumpColumns, waits_of
from paraviz.distinct import distinct

if TYPE_CHECKING:
    from paraviz.trace.causality.wakeups import EdgeColumns
    from paraviz.trace.model import Lane, Refs, Times, Trace

CONNECTIONS = "connections"
"""The kind of what is waited for, as `observe.probes.processes.connections` has it."""


def of_several(trace: Trace, messages: EdgeColumns) -> JumpColumns:
    """From who waited to who ended it. `messages`: all of them."""
    several = np.array([thing.kind == CONNECTIONS for thing in trace.objects], bool)
    parts = [JumpColumns(np.empty(0, np.int64), *np.empty((2, 0), np.int32))]
    for index, lane in enumerate(trace.lanes):
        waited = lane.objects[(lane.kinds == ev.WAIT_BEGIN) & (lane.objects >= 0)]
        if not several[waited].any():
            continue
        begins, ends, objects = waits_of(lane, ev.WAIT_BEGIN, ev.WAIT_END)
        begins, ends = begins[several[objects]], ends[several[objects]]
        own = messages.to_lanes == index
        gone, gone_at = _children(trace, lane)
        at = np.concatenate((messages.from_ns[own], gone_at))
        who = np.concatenate((messages.from_lanes[own], gone)).astype(np.int32)
        parts.append(_first_of(index, begins, ends, at, who))
    return JumpColumns(
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.lanes for part in parts]).astype(np.int32),
        np.concatenate([part.origins for part in parts]).astype(np.int32),
    )


def _first_of(lane: int, begins: Times, ends: Times, at: Times, who: Refs) -> JumpColumns:
    """The first of what happened `at` in each wait."""
    order = np.argsort(at, kind="stable")
    at, who = at[order], who[order]
    row = np.searchsorted(at, begins)
    good = row < len(at)
    good[good] = at[row[good]] <= ends[good]
    row = row[good]
    return JumpColumns(at[row], np.full(len(row), lane, np.int32), who[row])


def _children(trace: Trace, lane: Lane) -> tuple[Refs, Times]:
    """The processes that a lane's process started, and when they ended."""
    started = [
        other.objects[(other.kinds == ev.PROCESS_START) & (other.objects >= 0)]
        for other in trace.lanes
        if other.pid == lane.pid
    ]
    children = distinct(np.concatenate(started))
    return children, np.array([trace.lanes[child].end_ns for child in children], np.int64)
