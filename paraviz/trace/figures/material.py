"""What the figures of any range of a trace are taken from, found once for all of them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraviz.trace.counters import queue_depths
from paraviz.trace.edges import Edges
from paraviz.trace.figures.jumps import Jumps
from paraviz.trace.figures.tasks import tasks_of
from paraviz.trace.locks import lock_histories

if TYPE_CHECKING:
    from paraviz.trace.figures.tasks import Tasks
    from paraviz.trace.locks import LockHistory
    from paraviz.trace.model import Counter, Trace


class Material:
    """Found part by part when first asked for; to be asked by one thread at a time."""

    def __init__(self, trace: Trace, edges: Edges | None = None) -> None:
        """`edges`: those of the trace, where they are at hand."""
        self.trace = trace
        self._edges = edges

    @cached_property
    def jumps(self) -> Jumps:
        """Where critical paths go from worker to worker."""
        return Jumps(self.trace, Edges(self.trace) if self._edges is None else self._edges)

    @cached_property
    def locks(self) -> list[LockHistory]:
        """The history of each lock."""
        return lock_histories(self.trace)

    @cached_property
    def tasks(self) -> Tasks:
        """All tasks."""
        return tasks_of(self.trace)

    @cached_property
    def depths(self) -> tuple[Counter, ...]:
        """The depth of each queue."""
        return queue_depths(self.trace)
