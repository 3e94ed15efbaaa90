"""More workers than CPUs: many that want to run, and each of them waits for a CPU most of the time.

It is counted how many workers of the run want to run at once, whoever else is on the machine: two
workers on two CPUs that others keep busy are not too many. Only the operating system's record tells
who waits for a CPU, and how many there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import Finding
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Times

COLUMNS = 256
"""Parts of the run that are looked at."""
CROWD = 2.2
"""Workers that want to run, for each CPU: of two each would run for half of the time."""
MORE = 2
"""And so many more than there are CPUs."""
WAITS = 0.5
"""Of the time that it wants to run each of them waits."""
TAKES_PART = 0.25
"""Of that time it wants to run; who only starts the others does not."""
WORTH_NS = 100_000_000
"""All parts together that are so crowded."""
LIFE = 0.2
"""Of the run that is so."""


def oversubscribed(material: Material) -> list[Finding]:
    """The run, if that is so."""
    trace = material.trace
    # One that others kept busy all the time is none of those that it ran on.
    cpus = max(len(trace.cpus), trace.usable_cpus if trace.cpus else 0)
    lanes = [
        row for row, lane in enumerate(trace.lanes) if lane.kind != "task" and len(lane.states)
    ]
    if trace.truth != "kernel" or not cpus or len(lanes) < cpus + MORE:
        return []
    first, last = trace.start_ns, trace.end_ns
    edges: Times = np.linspace(first, last, min(COLUMNS, max(last - first, 1)) + 1).astype(np.int64)
    times = material.index.time_in_states(edges, lanes)
    runs, waits = times[State.RUNNING], times[State.WAITING_CPU]
    wanted = (runs + waits).sum(axis=0)
    crowded = wanted >= max(CROWD * cpus, cpus + MORE) * np.diff(edges)
    lasted = int(np.diff(edges)[crowded].sum())
    ran, waited = runs[:, crowded].sum(axis=1), waits[:, crowded].sum(axis=1)
    wants = ran + waited
    crew = (waited >= WAITS * wants) & (wants >= TAKES_PART * lasted)
    count, cost = int(np.count_nonzero(crew)), int(waited[crew].sum())
    if lasted < max(WORTH_NS, LIFE * (last - first)) or count < cpus + MORE:
        return []
    most = int(np.argmax(np.where(crew, waited, -1)))
    columns = np.flatnonzero(crowded & (waits[most] > 0))
    worker = trace.lanes[lanes[most]]
    return [
        Finding(
            kind="oversubscribed",
            severity="waste",
            told=phrase(
                "{count:,} workers that wanted to run, on {cpus:,} CPUs: for {length} each waited"
                " for a CPU {share:.0%} of the time (median), {cost} together, {worker} most; more"
                " at once than there are CPUs are no faster",
                count=count,
                cpus=cpus,
                length=duration(lasted),
                share=float(np.median(waited[crew] / wants[crew])),
                cost=duration(cost),
                worker=lane_label(trace.lanes, lanes[most]),
            ),
            at_ns=max(int(edges[columns[0]]), worker.start_ns),
            until_ns=min(int(edges[columns[-1] + 1]), worker.end_ns),
            lane_index=lanes[most],
            cost_ns=cost,
            proof=(
                ("workers", count),
                ("cpus", cpus),
                ("crowded_ns", lasted),
                ("ran_ns", int(ran[crew].sum())),
                ("waited_ns", cost),
            ),
        )
    ]
