"""Helpers: the workers of pools and executors, and the threads that the standard library has for
itself to carry what is handed over. They wait until there is something to do, and end when they are
told to.

Nothing says that they are told, but whoever joins one has just done it: one that had nothing to do
then was let go on by whoever joins it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.figures.waits import JumpColumns, waits_of
from paraviz.trace.kinds import of_kinds

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

_JOINS = ((ev.JOIN_BEGIN, ev.JOIN_END), (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END))
_CARRIES = (ev.TASK_PASSED, ev.ITEM_PASSED, ev.RESULT_TAKEN)
_WORKS = (ev.TASK_WAIT, ev.TASK_BEGIN)
_NAMES = re.compile(r"QueueFeederThread|.*\(_handle_(tasks|results|workers)\)")
"""What the standard library calls them, where they have nothing else to be known by."""


def told_to_end(trace: Trace) -> JumpColumns:
    """From a helper that had nothing to do to whoever joined it, from when that began to wait."""
    helpers = {index for index, lane in enumerate(trace.lanes) if is_helper(lane)}
    found = []
    for index, lane in enumerate(trace.lanes):
        for begin, end in _JOINS:
            begins, ends, joined = waits_of(lane, begin, end)
            for since, until, other in zip(
                begins.tolist(), ends.tolist(), joined.tolist(), strict=True
            ):
                its = trace.lanes[other] if other in helpers else None
                if its is not None and since < its.end_ns <= until and is_idle(its, since):
                    found.append((since, other, index))
    at, lanes, origins = np.array(found, np.int64).reshape(-1, 3).T
    return JumpColumns(at, lanes.astype(np.int32), origins.astype(np.int32))


def is_helper(lane: Lane) -> bool:
    """Whether a lane is one."""
    if lane.kind == "task" or not len(lane.kinds):
        return False
    has = of_kinds(lane.kinds, (*_CARRIES, *_WORKS)).any()
    return bool(has) or bool(_NAMES.fullmatch(lane.name))


def is_idle(lane: Lane, at_ns: int) -> bool:
    """Whether a helper was at no task at a moment, nor carried anything."""
    done = int(np.searchsorted(lane.times, at_ns, "right"))
    if done < len(lane.kinds) and lane.kinds[done] in _CARRIES:
        return False
    edges = np.flatnonzero(np.isin(lane.kinds[:done], (ev.TASK_BEGIN, ev.TASK_END)))
    return not len(edges) or bool(lane.kinds[edges[-1]] == ev.TASK_END)
