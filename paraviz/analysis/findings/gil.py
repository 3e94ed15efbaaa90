"""Threads that the GIL keeps from running at once.

A thread waits for the GIL while another one of its process has it: what it waited is what it could
have run. Only the operating system's record says so for certain; without it the rule is silent. So
it is where the process was on one CPU all that time (it may use no other one), and where that time
is a small part of the run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import Finding
from paraviz.text.durations import duration
from paraviz.text.translation import N_, phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.model import Times, Trace

COLUMNS = 256
"""Parts of a process's life that are looked at."""
CONTESTED = 0.5
"""In a part that is contested threads wait for the GIL, together, for this share of it."""
WORTH_NS = 50_000_000
"""All contested parts together; less is soon over, as where threads begin."""
SHARE = 0.05
"""And they are this share of the run at least."""
_SERVES = "(accepter)"
"""How the name of a thread ends in which the server of a `multiprocessing` manager takes what comes
from its clients: it serves each of them in a thread, in one process by design."""
WAITS = 0.3
"""Who is held up waits for the GIL for this share of the time it wants to run. Of two threads that
always want to, each waits for half of it."""
RUNS = 0.1
"""And runs for this share of it: it has something to do, and is not only waking up."""


def gil_bound(material: Material) -> list[Finding]:
    """Each process of which two threads or more are held up by its GIL, where there is more than
    one CPU."""
    trace = material.trace
    if not trace.gil or trace.truth != "kernel" or len(trace.cpus) == 1:
        return []
    threads: dict[int, list[int]] = {}
    for index, lane in enumerate(trace.lanes):
        if lane.kind != "task" and len(lane.states):
            threads.setdefault(lane.pid, []).append(index)
    found = [_of_process(material, lanes) for lanes in threads.values() if len(lanes) > 1]
    return [each for each in found if each is not None]


def _of_process(material: Material, lanes: list[int]) -> Finding | None:
    trace = material.trace
    first = min(trace.lanes[lane].start_ns for lane in lanes)
    last = max(trace.lanes[lane].end_ns for lane in lanes)
    edges: Times = np.linspace(first, last, min(COLUMNS, max(last - first, 1)) + 1).astype(np.int64)
    times = material.index.time_in_states(edges, lanes)
    waits, runs = times[State.WAITING_GIL], times[State.RUNNING]
    contested = waits.sum(axis=0) >= CONTESTED * np.diff(edges)
    lasted = int(np.diff(edges)[contested].sum())
    waited, ran = waits[:, contested].sum(axis=1), runs[:, contested].sum(axis=1)
    held_up = (waited >= WAITS * (waited + ran)) & (ran >= RUNS * (waited + ran)) & (waited > 0)
    share = lasted / max(trace.end_ns - trace.start_ns, 1)
    if lasted < WORTH_NS or share < SHARE or np.count_nonzero(held_up) < 2:
        return None
    if len(_cpus_of(trace, lanes, edges, contested)) == 1:
        return None
    row = int(np.argmax(np.where(held_up, waited, -1)))
    columns = np.flatnonzero(contested & (waits[row] > 0))
    cost, count = int(waited[held_up].sum()), int(np.count_nonzero(held_up))
    most, others = lanes[row], np.where(np.arange(len(lanes)) == row, -1, ran)
    in_the_way, had_it = lanes[int(np.argmax(others))], int(others.max())
    words = N_(
        "{count:,} threads of process {pid} did not run in parallel: for {length}, {share:.0%} of"
        " the run, they took turns with the GIL and waited {waited} for it, {worker} most;"
        " {other} had it most, for {ran}; processes would have run at once"
    )
    pid = trace.lanes[most].pid
    if any(lane.pid == pid and lane.name.endswith(_SERVES) for lane in trace.lanes):
        words = N_(
            "the server of a manager, process {pid}, served its clients by turns: for {length},"
            " {share:.0%} of the run, {count:,} of its threads waited {waited} for its GIL,"
            " {worker} most; {other} had it most, for {ran}; fewer and larger requests would take"
            " less of it"
        )
    return Finding(
        kind="gil_bound",
        severity="waste",
        told=phrase(
            words,
            count=count,
            pid=pid,
            length=duration(lasted),
            worker=lane_label(trace.lanes, most),
            waited=duration(cost),
            share=share,
            other=lane_label(trace.lanes, in_the_way),
            ran=duration(had_it),
        ),
        at_ns=max(int(edges[columns[0]]), trace.lanes[most].start_ns),
        until_ns=min(int(edges[columns[-1] + 1]), trace.lanes[most].end_ns),
        lane_index=most,
        cost_ns=cost,
        proof=(
            ("threads", count),
            ("contested_ns", lasted),
            ("waited_ns", cost),
            ("ran_ns", int(ran[held_up].sum())),
            ("share", share),
            ("in_the_way_ns", had_it),
        ),
    )


def _cpus_of(
    trace: Trace, lanes: Sequence[int], edges: Times, contested: NDArray[np.bool_]
) -> set[int]:
    """The CPUs that a process was on in its contested parts."""
    found = set()
    sums = np.concatenate(([0], np.cumsum(contested)))
    for cpu in trace.cpus:
        rows = np.flatnonzero(np.isin(cpu.lanes, lanes))
        first = np.maximum(np.searchsorted(edges, cpu.starts[rows], "right") - 1, 0)
        last = np.minimum(np.searchsorted(edges, cpu.ends[rows], "left"), len(contested))
        if (sums[last] > sums[np.minimum(first, last)]).any():
            found.add(cpu.number)
    return found
