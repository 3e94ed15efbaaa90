"""Crews: the workers that share the tasks of a pool or an executor, and what they were at.

They are those of one process, or whose parent is one, and whose names differ by a number only. Two
pools that are named alike are taken for one: more workers have to be busy then before anything is
said.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev

if TYPE_CHECKING:
    from paraviz.trace.model import Refs, Times, Trace

_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


class Crew(Struct, frozen=True, eq=False):
    """Workers, and all their tasks by the moment those began."""

    workers: tuple[int, ...]
    """Lanes."""
    lanes: Refs
    """int32[n]: who was at it."""
    begins: Times
    """int64[n], sorted."""
    ends: Times
    """int64[n]: where the end is not known, that of the worker."""
    names: Refs
    """int32[n]: rows of `Trace.objects`."""
    numbers: Times
    """int64[n]: the task's number, 0 where that is not known."""


def crews(trace: Trace) -> list[Crew]:
    """Each crew that had tasks."""
    parents = _parents(trace)
    alike: dict[tuple[int, str, str], list[int]] = {}
    for index, lane in enumerate(trace.lanes):
        if lane.kind != "task" and ((lane.kinds == ev.TASK_BEGIN) & (lane.objects >= 0)).any():
            owner = lane.pid if lane.kind == "thread" else parents.get(index, -lane.pid)
            key = owner, lane.kind, _LAST_NUMBER.sub("#", lane.name)
            alike.setdefault(key, []).append(index)
    return [_crew(trace, tuple(workers)) for workers in alike.values()]


def _parents(trace: Trace) -> dict[int, int]:
    """The process that started another one, by the lane of that."""
    result: dict[int, int] = {}
    for lane in trace.lanes:
        started = lane.objects[(lane.kinds == ev.PROCESS_START) & (lane.objects >= 0)]
        result.update(dict.fromkeys(started.tolist(), lane.pid))
    return result


def _crew(trace: Trace, workers: tuple[int, ...]) -> Crew:
    columns = []
    for index in workers:
        lane = trace.lanes[index]
        rows = np.flatnonzero((lane.kinds == ev.TASK_BEGIN) | (lane.kinds == ev.TASK_END))
        begins = np.flatnonzero((lane.kinds[rows] == ev.TASK_BEGIN) & (lane.objects[rows] >= 0))
        ends = np.append(lane.times[rows], lane.end_ns)[begins + 1]
        own = rows[begins]
        who = np.full(len(own), index, np.int32)
        columns.append((who, lane.times[own], ends, lane.objects[own], lane.values[own]))
    lanes, starts, ends, names, numbers = (
        np.concatenate(each) for each in zip(*columns, strict=True)
    )
    order = np.argsort(starts, kind="stable")
    return Crew(workers, lanes[order], starts[order], ends[order], names[order], numbers[order])
