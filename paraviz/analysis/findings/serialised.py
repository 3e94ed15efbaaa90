"""Workers that one lock keeps from running at once: each of them spends most of its life in line at
it, and it is held all that time.

So they are as fast as one of them alone. That the lock is what holds them up is shown by both: the
waits are most of their lives, and somebody has it for most of the time in which anybody waits. Who
waits once, as for a signal to begin, comes too seldom to be counted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.where import line_of_waits
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.intervals import union
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Trace

WORKERS = 3
"""Workers in line, all together."""
TURNS = 8
"""Times that each of them gets it; a shorter line is a convoy at most."""
WAITS = 2
"""Waits of each of them."""
EACH = 0.4
"""Of its life that each of them waits."""
SHARE = 0.5
"""Of their lives that all of them wait."""
HELD = 0.7
"""Of the time in which anybody waits somebody has it."""
WORTH_NS = 100_000_000
"""All waits together."""


def serialised(material: Material) -> list[Finding]:
    """Each lock that serialises workers."""
    found = []
    for place, lock in enumerate(material.known.locks):
        material.pace(place / len(material.known.locks))
        kind = material.trace.objects[lock.object_index].kind
        # A semaphore lets several in, and who waits for a signal waits for what another one does.
        if not kind.endswith("Semaphore") and not lock.is_signal and lock.wait_ns >= WORTH_NS:
            finding = _of_lock(material.trace, lock)
            if finding is not None:
                found.append(finding)
    return found


def _of_lock(trace: Trace, lock: LockHistory) -> Finding | None:
    lanes, waits = np.unique(lock.waiters, return_counts=True)
    turns = np.bincount(lock.holders, minlength=len(trace.lanes))[lanes]
    waited = np.bincount(lock.waiters, lock.wait_ends - lock.wait_starts, len(trace.lanes))[lanes]
    lived = np.array([trace.lanes[lane].end_ns - trace.lanes[lane].start_ns for lane in lanes])
    crew = (turns >= TURNS) & (waits >= WAITS) & (waited >= EACH * lived)
    if np.count_nonzero(crew) < WORKERS:
        return None
    cost, lives = int(waited[crew].sum()), int(lived[crew].sum())
    if cost < max(SHARE * lives, WORTH_NS) or _held(lock) < HELD:
        return None
    rows = np.isin(lock.waiters, lanes[crew])
    share = cost / lives
    most = int(lanes[crew][int(np.argmax(waited[crew]))])
    at, until = int(lock.wait_starts[rows].min()), int(lock.wait_ends[rows].max())
    return Finding(
        kind="serialised",
        severity="waste",
        told=phrase(
            "`{lock}` serialises {count:,} workers: they spent {share:.0%} of their lives in line"
            " at it ({where}), {cost} together, {worker} most; they are no faster than one alone",
            lock=lock.name,
            count=int(np.count_nonzero(crew)),
            share=share,
            where=line_of_waits(trace, lock, most),
            cost=duration(cost),
            worker=lane_label(trace.lanes, most),
        ),
        at_ns=max(at, trace.lanes[most].start_ns),
        until_ns=min(until, trace.lanes[most].end_ns),
        lane_index=most,
        object_index=lock.object_index,
        cost_ns=cost,
        proof=(
            ("workers", int(np.count_nonzero(crew))),
            ("share", share),
            ("turns", int(turns[crew].sum())),
            ("waited_ns", cost),
        ),
    )


def _held(lock: LockHistory) -> float:
    """The share of the time in which anybody waits for a lock that somebody has it."""
    begins, ends = union(lock.wait_starts, np.maximum(lock.wait_ends, lock.wait_starts))
    holds = union(lock.hold_starts, np.maximum(lock.hold_ends, lock.hold_starts))
    waited = int((ends - begins).sum())
    edges = np.concatenate((begins, holds[0], ends, holds[1]))
    steps = np.repeat([1, 2, -1, -2], [len(begins), len(holds[0]), len(ends), len(holds[1])])
    order = np.argsort(edges, kind="stable")
    both = np.cumsum(steps[order])[:-1] == 3
    return float(np.diff(edges[order])[both].sum() / max(waited, 1))
