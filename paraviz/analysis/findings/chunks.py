"""Chunks: the parts of a map that a pool hands its workers, several calls in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from paraviz import events as ev
from paraviz.analysis.findings.silent import whole
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.names import MANY

if TYPE_CHECKING:
    from paraviz.analysis.findings.pools import Pool, Tasks
    from paraviz.text.translation import Phrase
    from paraviz.trace.model import Trace

LONGEST = 2
"""The chunk that is to blame takes so many times as long as any other."""


def to_blame(trace: Trace, pool: Pool, tasks: Tasks) -> Phrase | None:
    """The chunk that took longest by far, where all tasks are chunks of one map."""
    numbers = _numbers(trace, pool, tasks)
    jobs = {whole(number) for number in numbers}
    sizes = [size_of(trace.objects[name].name) for name in tasks.names.tolist()]
    if len(jobs) != 1 or min(numbers) <= 0 or not min(numbers) & ev.POOLS_TASK:
        return None
    lengths = tasks.ends - tasks.begins
    order = np.argsort(-lengths, kind="stable")
    longest = int(order[0])
    next_ns = int(lengths[order[1]]) if len(order) > 1 else 0
    if sizes[longest] < 2 or int(lengths[longest]) < LONGEST * next_ns:
        return None
    values: dict[str, Any] = {
        "chunk": numbers[longest] & ev.PART_MASK,
        "size": sizes[longest],
        "longest": duration(int(lengths[longest])),
    }
    if len(order) == 1:
        return phrase(
            "all {size:,} items are in one chunk: a smaller `chunksize` shares them out", **values
        )
    return phrase(
        "chunk {chunk:,} of {chunks:,}, of {size:,} items, took {longest}, any other {others} at"
        " most: a smaller `chunksize` shares its items out",
        chunks=len(order),
        others=duration(next_ns),
        **values,
    )


def _numbers(trace: Trace, pool: Pool, tasks: Tasks) -> list[int]:
    """The number of each task, 0 where it is not known."""
    result = []
    for place, begin in zip(tasks.workers.tolist(), tasks.begins.tolist(), strict=True):
        lane = trace.lanes[pool.workers[place]]
        rows = np.arange(*np.searchsorted(lane.times, (begin, begin + 1)))
        rows = rows[lane.kinds[rows] == ev.TASK_BEGIN]
        result.append(int(lane.values[rows[0]]) if len(rows) else 0)
    return result


def size_of(name: str) -> int:
    """The calls in a chunk, 1 for what is none."""
    size = name.rpartition(MANY)[2]
    return int(size) if size.isdecimal() and MANY in name else 1
