"""Copies: after a fork, what one process's threads shared by memory is there twice. A lock that a
thread held at that moment is copied locked. Of the parent's threads the child has but the one that
forked: what another one held, nobody lets go of there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace.model import Fork, Lane, Refs, Times, Trace

Holds = tuple["Times", "Times", "Refs", "Refs"]
"""Begin, end, holder and releaser of each hold of a lock, as columns of n rows."""


class Inherited(NamedTuple):
    """How a lock was copied locked."""

    at_ns: int
    """When."""
    holder: int
    """The lane of the parent that held it."""
    keeper: int
    """The lane that holds the copy: the child's main thread, where that is the one that held the
    lock, else the holder, whom the child does not have."""


def fork_of(trace: Trace, pid: int) -> Fork | None:
    """How a process came to be, if it was forked."""
    return next((fork for fork in trace.forks if fork.pid == pid), None)


def thread_at(lanes: Sequence[Lane], tid: int, at_ns: int) -> int:
    """The lane of the thread that has a number at a moment, or -1."""
    alive = [
        index
        for index, lane in enumerate(lanes)
        if lane.kind != "task" and lane.tid == tid and lane.start_ns <= at_ns <= lane.end_ns
    ]
    return max(alive, key=lambda index: lanes[index].start_ns, default=-1)


def main_of(lanes: Sequence[Lane], pid: int) -> int:
    """The first lane of a process, or -1."""
    own = (row for row, lane in enumerate(lanes) if lane.pid == pid and lane.kind == "process")
    return next(own, -1)


class Copies:
    """Which locks were copied locked; the holds of originals are told before those of copies."""

    def __init__(self, trace: Trace, threads: Refs) -> None:
        """`threads` (int32[L]): the lane of the thread in which each lane's worker runs."""
        self._trace = trace
        self._threads = threads
        self._holds: dict[int, Holds] = {}

    def learn(self, index: int, holds: Holds) -> None:
        """Take in the holds of a lock, by its row of the objects."""
        self._holds[index] = holds

    def inherited(self, index: int) -> Inherited | None:
        """How a lock was copied locked, if it was."""
        thing = self._trace.objects[index]
        fork = fork_of(self._trace, thing.pid) if thing.copy_of >= 0 else None
        if fork is None or thing.kind.endswith("Semaphore"):
            return None
        holder = self._holder_at(thing.copy_of, fork.at_ns)
        if holder < 0:
            return None
        main = main_of(self._trace.lanes, thing.pid)
        by_itself = fork.by >= 0 and self._threads[holder] == self._threads[fork.by] and main >= 0
        return Inherited(fork.at_ns, holder, main if by_itself else holder)

    def _holder_at(self, index: int, at_ns: int) -> int:
        known = self._holds.get(index)
        if known is None:
            # Nobody has touched it there: it is as it was copied.
            before = self.inherited(index)
            return before.keeper if before is not None else -1
        begins, ends, holders, _ = known
        rows = np.flatnonzero((begins <= at_ns) & (at_ns < ends))
        return int(holders[rows[-1]]) if len(rows) else -1
