"""Pools: workers that were started together and are handed tasks, and when those ran.

Workers are of one pool where one worker started them one right after the other, from one line, and
their names differ by a number only. What makes a pool also starts helpers, so that two pools that
are made in a row do not become one. A pool that falls apart here into several is no harm: what is
true of some of its workers is true.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from paraviz import events as ev

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from paraviz.trace.model import Lane, Refs, Times, Trace

_IS_OF_WORKERS = np.zeros(256, bool)
_IS_OF_WORKERS[[ev.TASK_WAIT, ev.TASK_BEGIN]] = True
_IS_EDGE = np.zeros(256, bool)
_IS_EDGE[[ev.TASK_BEGIN, ev.TASK_END]] = True
_IS_START = np.zeros(256, bool)
_IS_START[[ev.THREAD_START, ev.PROCESS_START]] = True
_LAST_NUMBER = re.compile(r"\d+(?=\D*$)")


class Tasks(Struct, frozen=True, eq=False):
    """The tasks of a pool, by the moment they began."""

    workers: Refs
    """int32[n]: who did it, as a place in the pool's workers."""
    begins: Times
    """int64[n], sorted."""
    ends: Times
    """int64[n]; the last that is known of it where its end is not."""
    ended: NDArray[np.bool_]
    """bool[n]: whether its end is known. Pools kill their workers as soon as they have the last
    result, and whoever is killed may not have told that the task is over."""
    names: Refs
    """int32[n]: rows of `Trace.objects`."""

    def __len__(self) -> int:
        return len(self.begins)

    def rows(self, chosen: Times) -> Tasks:
        """Some of them."""
        return Tasks(
            self.workers[chosen],
            self.begins[chosen],
            self.ends[chosen],
            self.ended[chosen],
            self.names[chosen],
        )


class Pool(Struct, frozen=True, eq=False):
    """Workers that share tasks."""

    starter: int
    """The lane that started them."""
    workers: tuple[int, ...]
    """Their lanes."""
    ready: tuple[int, ...]
    """When each of them could have had its first task."""
    site: int
    """The line that started them, as a row of `Trace.sites`, or -1."""
    tasks: Tasks
    """What they did."""


def pools(trace: Trace) -> list[Pool]:
    """The pools of two workers and more that had tasks; those whose events do not fit together are
    left out."""
    result = []
    for starter, site, workers in _together(trace):
        lanes = [trace.lanes[worker] for worker in workers]
        tasks = _tasks(lanes)
        if tasks is not None and len(tasks):
            result.append(Pool(starter, workers, tuple(map(_ready, lanes)), site, tasks))
    return result


def _together(trace: Trace) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    """Starter, site and lanes of each pool."""
    works = [bool(_IS_OF_WORKERS[lane.kinds].any()) for lane in trace.lanes]
    if not any(works):
        return
    for starter, lane in enumerate(trace.lanes):
        rows = np.flatnonzero(_IS_START[lane.kinds] & (lane.objects >= 0))
        columns = lane.objects[rows], lane.sites[rows], lane.times[rows]
        group: list[int] = []
        before: tuple[int, str] | None = None
        for child, site, at in zip(*(column.tolist() for column in columns), strict=True):
            name = trace.lanes[child].name
            alike = (site, _LAST_NUMBER.sub("#", name)) if works[child] else None
            known = [trace.lanes[other] for other in group]
            twin = any(other.name == name for other in known)
            over = bool(known) and all(other.end_ns <= at for other in known)
            if alike != before or twin or over:
                if len(group) > 1 and before is not None:
                    yield starter, before[0], tuple(group)
                group = []
            before = alike
            group += [child] if alike is not None else []
        if len(group) > 1 and before is not None:
            yield starter, before[0], tuple(group)


def _tasks(lanes: list[Lane]) -> Tasks | None:
    """All of their tasks; None where events are missing in between."""
    columns = []
    for place, lane in enumerate(lanes):
        rows = np.flatnonzero(_IS_EDGE[lane.kinds])
        begins, ends = rows[::2], rows[1::2]
        if (lane.kinds[begins] != ev.TASK_BEGIN).any() or (lane.objects[begins] < 0).any():
            return None
        if (lane.kinds[ends] != ev.TASK_END).any():
            return None
        who = np.full(len(begins), place, np.int32)
        ended = np.arange(len(begins)) < len(ends)
        # The last event of a lane is the last that is known of a task without an end.
        last = lane.times[np.append(ends, np.full(len(begins) - len(ends), -1))]
        columns.append((who, lane.times[begins], last, ended, lane.objects[begins]))
    tasks = Tasks(*(np.concatenate(column) for column in zip(*columns, strict=True)))
    return tasks.rows(np.argsort(tasks.begins, kind="stable"))


def _ready(lane: Lane) -> int:
    asked = np.flatnonzero(_IS_OF_WORKERS[lane.kinds])
    return int(lane.times[asked[0]])
