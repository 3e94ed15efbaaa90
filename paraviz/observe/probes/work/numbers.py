"""The numbers of tasks: one from where it is handed in, over the worker that is at it, to whoever
waits for its result. They keep tasks of one name apart, over any number of processes.
"""

from __future__ import annotations

import itertools
import sys

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

NUMBER = "_paraviz_number"
"""The attribute that holds it, of what is handed in and of what is waited for."""
_COUNT_BITS = 30
"""Above them is the process that handed it in. All of it fits a double's 53 bits."""
_COUNT = itertools.count(1).__next__
_JOBS = ev.POOLS_TASK // (ev.PART_MASK + 1) - 1


def new_number(recorder: Recorder) -> int:
    """The number of what an executor is handed, or of what else is waited for."""
    return recorder.pid << _COUNT_BITS | _COUNT() % ev.POOLS_TASK


def job_number(pid: int, job: int) -> int:
    """The number of what a pool of process `pid` is handed, by its own count of that."""
    return pid << _COUNT_BITS | ev.POOLS_TASK | (job & _JOBS) * (ev.PART_MASK + 1)


def part_number(pid: int, task: Any) -> int:
    """The number of a pool's task, (job, i, func, args, kwds), or result, (job, i, …)."""
    job, part, *_ = task
    number: int = job_number(pid, job) | part % ev.PART_MASK + 1
    return number


def number_on(made: Any) -> int:
    """The number that something was given, or 0."""
    number: int = getattr(made, NUMBER, 0)
    return number


def numbers_of_parts(recorder: Recorder, process: str) -> Callable[[Any], int]:
    """What tells the number of a pool's task in a worker. `process`: the module that knows whose
    child it is, where that is a process; the one that the pool belongs to is its parent."""
    pid = recorder.pid
    if process:
        parent = sys.modules[process].parent_process()
        pid = parent.pid if parent is not None else 0
    return lambda task: _soft_part_number(pid, task)


def _soft_part_number(pid: int, task: Any) -> int:
    try:
        return part_number(pid, task)
    except (TypeError, ValueError):
        return 0
