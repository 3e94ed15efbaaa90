"""States of processes without probes where the kernel does not tell: from how much CPU time they
had used by when, as it was looked up now and then.

Between two looks a process ran for as long as the time says, and waited for the rest. When in
between it ran is not known: it is drawn at the begin. The CPU time of all its threads counts as the
one lane's, up to the whole of the stretch. Before the first look and after the last one, nothing is
claimed to have run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz.trace.states.partition import State, partition

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paraviz.trace.model import Lane, States

    Samples = Sequence[tuple[int, int]]


def with_sampled_states(
    lanes: Sequence[Lane], used: Mapping[int, Samples], origin: int
) -> list[Lane]:
    """The lanes, those without probes with their states. `used`: moments, and the CPU time used up
    to then, both in ns, by process."""
    return [
        lane
        if lane.probes
        else replace(lane, states=_sampled(lane, used.get(lane.pid, ()), origin))
        for lane in lanes
    ]


def _sampled(lane: Lane, used: Samples, origin: int) -> States:
    # The CPU time of a process is told of its first lane.
    samples = [(at - origin, cpu) for at, cpu in used] if lane.kind == "process" else []
    samples = [(at, cpu) for at, cpu in samples if lane.start_ns <= at]
    edges, states = [lane.start_ns], [State.BLOCKED]
    before, had = lane.start_ns, 0
    for at, cpu in samples:
        ran = min(max(cpu - had, 0), max(min(at, lane.end_ns) - before, 0))
        edges += [before, before + ran]
        states += [State.RUNNING, State.BLOCKED]
        before, had = max(before, at), cpu
    causes = np.full(len(edges), -1, np.int32)
    return partition(
        lane.start_ns,
        lane.end_ns,
        np.array(edges, np.int64),
        np.array(states, np.uint8),
        causes,
    )
