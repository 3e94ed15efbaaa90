"""What figures and findings are taken from, found once for all of them and for every range."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraviz.analysis.figures.jumps import Jumps
from paraviz.analysis.figures.tasks import tasks_of
from paraviz.trace.cancellation import Pace
from paraviz.trace.causality.deadlocks import deadlocks
from paraviz.trace.causality.edges import Edges
from paraviz.trace.histories.counters import queue_depths
from paraviz.trace.histories.locks import lock_histories
from paraviz.trace.histories.shared_memory import shared_histories

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.figures.tasks import Tasks
    from paraviz.trace.causality.deadlocks import Deadlock
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.histories.shared_memory import SharedHistory
    from paraviz.trace.model import Counter, Trace


class Material:
    """Found part by part when first asked for; to be asked by one thread at a time."""

    pace: Pace
    """Is told how far a part is while it is found, and may call it off."""

    def __init__(
        self,
        trace: Trace,
        edges: Edges | None = None,
        locks: Sequence[LockHistory] | None = None,
        circles: Sequence[Deadlock] | None = None,
    ) -> None:
        """`edges`, `locks`, `circles`: those of the trace, where they are at hand."""
        self.trace = trace
        self.pace = Pace()
        self._edges = edges
        self._locks = locks
        self._circles = circles

    @cached_property
    def jumps(self) -> Jumps:
        """Where critical paths go from worker to worker."""
        edges = Edges(self.trace) if self._edges is None else self._edges
        return Jumps(self.trace, edges, self.pace)

    @cached_property
    def locks(self) -> Sequence[LockHistory]:
        """The history of each lock."""
        return lock_histories(self.trace, self.pace) if self._locks is None else self._locks

    @cached_property
    def circles(self) -> Sequence[Deadlock]:
        """The workers that wait for each other."""
        if self._circles is not None:
            return self._circles
        return deadlocks(self.trace, self.locks, self.pace)

    @cached_property
    def shared(self) -> list[SharedHistory]:
        """The history of each shared variable."""
        return shared_histories(self.trace, self.pace)

    @cached_property
    def tasks(self) -> Tasks:
        """All tasks."""
        return tasks_of(self.trace, self.pace)

    @cached_property
    def depths(self) -> tuple[Counter, ...]:
        """The depth of each queue."""
        return queue_depths(self.trace)
