"""A trace with all that drawing it needs, prepared once and never changed.

Preparing costs a few passes over the trace's columns; it is done off the screen's loop while a
run is live.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz.analysis.progress import progress
from paraviz.trace import State
from paraviz.trace.causality.deadlocks import Deadlock, deadlocks
from paraviz.trace.causality.edges import Edges
from paraviz.trace.histories.counters import counters
from paraviz.trace.histories.locks import LockHistory, lock_histories
from paraviz.trace.histories.source_lines import Lines
from paraviz.trace.histories.transcript import Transcript
from paraviz.trace.index import StateIndex, index_of
from paraviz.trace.model import MAIN_THREAD

from .characters import drawable
from .continuing import continued
from .marks_of import Marks
from .nested import Nested
from .plots import Plot
from .stretches import Stretches

if TYPE_CHECKING:
    from paraviz.analysis.claims.running import Claim
    from paraviz.trace import Lane, Trace

AT_ONCE = 200_000
"""Events of a trace that are all looked at before its first frame."""


class TraceView(Struct, frozen=True, eq=False):
    """What is drawn from."""

    trace: Trace
    """The trace itself."""
    index: StateIndex
    """Time in states by column."""
    locks: tuple[LockHistory, ...]
    """Its locks."""
    transcript: Transcript
    """Its output."""
    labels: tuple[str, ...]
    """The lanes' names, told apart; the user may have changed them."""
    own_labels: tuple[str, ...]
    """The same as the program has them."""
    nested: Nested
    """The named spans of its lanes."""
    edges: Edges
    """What made workers go on; worked out when it is first asked for."""
    lines: Lines
    """Where in the source they were; worked out lane by lane when first asked for."""
    whole: bool = True
    """Whether locks, output, marks and counters are in it: see `TraceView.at_first`."""
    revision: int = 0
    """Counts up with every snapshot of a run, for caches."""
    marks: tuple[Marks, ...] = ()
    """The events that are drawn, by lane."""
    states_seen: frozenset[State] = frozenset()
    """The states that occur."""
    deadlocks: tuple[Deadlock, ...] = ()
    """Circles of workers that wait for each other."""
    claims: tuple[Claim, ...] = ()
    """What a scenario showed, once it has ended."""
    progress: str = ""
    """How far a live run has come, in words."""
    counters: tuple[Plot, ...] = ()
    """Queues, shared values and other numbers over time."""
    cpus: tuple[Stretches, ...] = ()
    """Which lane is on each CPU."""

    @property
    def writes(self) -> bool:
        """Whether there is, or as far as is known by now may be, output."""
        if self.whole:
            return len(self.transcript) > 0
        return any(lane.text for lane in self.trace.lanes)

    @property
    def ends_in_deadlock(self) -> bool:
        """Whether workers wait for each other at its end, or now. Who is ended in the middle of
        that ends before the run does."""
        lanes = self.trace.lanes
        return any(
            circle.end_ns >= min(lanes[row].end_ns for row in circle.lanes)
            for circle in self.deadlocks
        )

    def lines_at(self, at_ns: int) -> dict[int, int]:
        """The line of the program's own file, from 1, that each worker was seen in last."""
        path, sites = self.trace.program.path, self.trace.sites
        # The user may have named it by a shorter path than the interpreter has.
        tail = "/" + path.removeprefix("./")
        places = {}
        for lane in range(len(self.trace.lanes)):
            site = self.lines.site_at(lane, at_ns)
            if site >= 0 and (sites[site].file == path or sites[site].file.endswith(tail)):
                places[lane] = sites[site].line
        return places

    @classmethod
    def of(cls, trace: Trace, revision: int = 0, before: TraceView | None = None) -> TraceView:
        """Prepare a trace; `before` is the view of an earlier snapshot of the same run."""
        index = before.index.grown(trace.lanes) if before else index_of(trace)
        begun = cls._begun(trace, index)
        known = continued(begun, before, revision) if before and trace.recent else None
        return known or begun.completed(revision)

    @classmethod
    def at_first(cls, trace: Trace) -> TraceView:
        """As `of`, but of a trace with many events what its first frame needs: the rest takes
        longer, and comes with `completed`."""
        begun = cls._begun(trace, index_of(trace))
        few = sum(len(lane.times) for lane in trace.lanes) <= AT_ONCE
        return begun.completed(0) if few else begun

    @classmethod
    def _begun(cls, trace: Trace, index: StateIndex) -> TraceView:
        return cls(
            trace=trace,
            index=index,
            locks=(),
            transcript=Transcript(replace(trace, lanes=())),
            labels=(names := labels(trace.lanes)),
            own_labels=names,
            nested=Nested(trace),
            edges=Edges(trace),
            lines=Lines(trace),
            whole=False,
            marks=(Marks.none(),) * len(trace.lanes),
            states_seen=states_seen(trace.lanes),
            progress=_progress(trace) if trace.live else "",
            cpus=tuple(Stretches.of(cpu.starts, cpu.ends, cpu.lanes) for cpu in trace.cpus),
        )

    def completed(self, revision: int) -> TraceView:
        """With all there is to a trace."""
        trace = self.trace
        locks = tuple(lock_histories(trace))
        return replace(
            self,
            locks=locks,
            transcript=Transcript(trace),
            whole=True,
            revision=revision,
            marks=tuple(Marks.of(lane) for lane in trace.lanes),
            deadlocks=tuple(deadlocks(trace, locks)),
            claims=_claims(trace) if trace.program.claims and not trace.live else (),
            counters=tuple(Plot.of(counter) for counter in counters(trace)),
        )


def _claims(trace: Trace) -> tuple[Claim, ...]:
    # Only a scenario claims something: all else is spared the import.
    from paraviz.analysis.claims.running import claims

    return tuple(claims(trace))


def _progress(trace: Trace) -> str:
    found = progress(trace)
    return found.told if found is not None else ""


_MANY = 1_000
"""Of so many lanes each is short."""


def states_seen(lanes: tuple[Lane, ...]) -> frozenset[State]:
    """The states that occur in any lane."""
    unseen = set(State)
    if len(lanes) > _MANY:
        some = np.concatenate([lane.states.states for lane in lanes])
        return frozenset(State(state) for state in np.flatnonzero(np.bincount(some)).tolist())
    for lane in lanes:
        # Most are among the first already.
        for part in np.split(lane.states.states, [1_000]):
            unseen -= {state for state in unseen if (part == int(state)).any()}
    return frozenset(State) - unseen


def labels(lanes: tuple[Lane, ...]) -> tuple[str, ...]:
    """The lanes' names as they are shown: the main thread is `main`, twins carry their pid, tasks
    hang below their thread."""
    names = ["main" if lane.name == MAIN_THREAD else drawable(lane.name) for lane in lanes]
    twins = Counter(names)
    return tuple(
        ("└ " if lane.kind == "task" else "") + (f"{name} {lane.pid}" if twins[name] > 1 else name)
        for name, lane in zip(names, lanes, strict=True)
    )
