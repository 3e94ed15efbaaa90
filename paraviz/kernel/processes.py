"""From who was forked, what began to run and who ended to processes.

A process lives from its fork to the end of its last thread. A number may be used again by a later
one. Records of several CPUs arrive one CPU after the other: they are put in order first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from paraviz.kernel.tasks import Ended, Fork, Named

if TYPE_CHECKING:
    from paraviz.kernel.tasks import TaskRecords


class ThreadSeen(Struct):
    """A thread, from outside."""

    tid: int
    start: int
    end: int | None = None
    name: str = ""
    """What it was called last, or ""."""


class ProcessSeen(Struct):
    """A process, from outside; times are ns of CLOCK_MONOTONIC."""

    pid: int
    parent: int
    """0 where that is not known."""
    start: int
    end: int | None = None
    """None while any of its threads lives."""
    began: list[tuple[int, str]] = field(default_factory=list)
    """When it began to run what."""
    threads: dict[int, ThreadSeen] = field(default_factory=dict)
    """All that it had, the first among them, by their numbers."""


def processes_seen(records: TaskRecords, first: int) -> list[ProcessSeen]:
    """The process `first`, which was there before the recording began, and every one that began
    since, in that order."""
    tasks = _Tasks(first)
    # At the same moment something begins before it is named, and ends last.
    steps: list[Fork | Named | Ended] = [*records.forks, *records.names, *records.ends]
    steps.sort(key=lambda step: step.at_ns)
    for step in steps:
        if isinstance(step, Fork):
            tasks.forked(step)
        elif isinstance(step, Named):
            tasks.named(step)
        else:
            tasks.ended(step)
    return tasks.all


class _Tasks:
    """The processes so far."""

    def __init__(self, first: int) -> None:
        process = ProcessSeen(first, 0, 0, threads={first: ThreadSeen(first, 0)})
        self.all = [process]
        self._alive = {first: process}

    def forked(self, fork: Fork) -> None:
        process = self._alive.get(fork.pid)
        if fork.pid != fork.parent:
            process = ProcessSeen(fork.pid, fork.parent, fork.at_ns)
            self._alive[fork.pid] = process
            self.all.append(process)
        if process is not None:
            process.threads[fork.tid] = ThreadSeen(fork.tid, fork.at_ns)

    def named(self, named: Named) -> None:
        process = self._alive.get(named.pid)
        if process is None:
            return
        if named.begins:
            process.began.append((named.at_ns, named.name))
        if named.tid in process.threads:
            process.threads[named.tid].name = named.name

    def ended(self, ended: Ended) -> None:
        process = self._alive.get(ended.pid)
        if process is None or ended.tid not in process.threads:
            return
        process.threads[ended.tid].end = ended.at_ns
        if all(thread.end is not None for thread in process.threads.values()):
            process.end = ended.at_ns
            del self._alive[ended.pid]
