"""Starved workers: one that hardly gets a turn, while others have one after the other.

Under the GIL: a thread that waits for a socket or a queue again and again and then has little to do
asks for the GIL each time, and a thread that computes gives it away after a whole switch interval
only. Of all the time it wants to run it runs a small part, far less than its fair share (Beazley,
*Understanding the Python GIL*, 2010). Only the operating system's record tells for certain.

Under a lock: whoever gives it back takes it again before the one in line has woken up, and goes by
it many times in one wait.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.where import line_of_waits
from paraviz.distinct import distinct
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.findings.finding import Material
    from paraviz.trace.histories.locks import LockHistory
    from paraviz.trace.model import Times, Trace

WORTH_NS = 100_000_000
"""Of waiting."""
LIFE = 0.25
"""Of its life it waits so at least."""
TURNS = 10
"""Turns under the GIL; those of who computes are too few to tell of."""
TURN_NS = 500_000
"""A shorter wait is no turn: whoever asks again in vain was on a CPU meanwhile."""
RUNS = 0.1
"""Of the time it wants to run it runs less than this share."""
FAIR = 3
"""And others run for a share that is so many times as large."""
TAKES = 0.5
"""Of the time it waits the one that is in its way runs, or waits for a CPU with the GIL."""
PASSED = 10
"""Times that others go by in one wait for a lock, and so many times for each other worker there."""


def starved(material: Material) -> list[Finding]:
    """Each thread that the GIL starves, and each worker that a lock does."""
    return [*_of_gil(material), *_of_locks(material)]


def _of_gil(material: Material) -> Iterator[Finding]:
    trace = material.trace
    if not trace.gil or trace.truth != "kernel":
        return
    threads: dict[int, list[int]] = {}
    for index, lane in enumerate(trace.lanes):
        if lane.kind != "task" and len(lane.states):
            threads.setdefault(lane.pid, []).append(index)
    for lanes in threads.values():
        for row in lanes if len(lanes) > 1 else ():
            finding = _under_gil(trace, row, lanes)
            if finding is not None:
                yield finding


def _under_gil(trace: Trace, index: int, lanes: list[int]) -> Finding | None:
    lane = trace.lanes[index]
    starts, ends = _stretches(trace, index, State.WAITING_GIL)
    waited, ran = int((ends - starts).sum()), _length(trace, index, State.RUNNING)
    turns = (ends - starts)[ends - starts >= TURN_NS]
    if waited < max(WORTH_NS, LIFE * (lane.end_ns - lane.start_ns)) or len(turns) < TURNS:
        return None
    share = ran / (ran + waited)
    rival, took = max(
        ((other, _within(trace, other, starts, ends)) for other in lanes if other != index),
        key=lambda each: each[1],
    )
    own = _length(trace, rival, State.RUNNING)
    others = own / max(own + _length(trace, rival, State.WAITING_GIL), 1)
    if share > RUNS or others < FAIR * share or took < TAKES * waited:
        return None
    return Finding(
        kind="starved",
        severity="waste",
        told=phrase(
            "{worker} is starved under the GIL: of the time it wanted to run it ran {share:.0%};"
            " it waited {waited} for {turns:,} turns, {each} for each (median), while {rival}"
            " computed",
            worker=lane_label(trace.lanes, index),
            share=share,
            waited=duration(waited),
            turns=len(turns),
            each=duration(int(np.median(turns))),
            rival=lane_label(trace.lanes, rival),
        ),
        at_ns=int(starts[0]),
        until_ns=int(ends[-1]),
        lane_index=index,
        cost_ns=waited,
        proof=(
            ("turns", len(turns)),
            ("ran_ns", ran),
            ("waited_ns", waited),
            ("rival_ran_ns", took),
        ),
    )


def _stretches(trace: Trace, index: int, *states: State) -> tuple[Times, Times]:
    """Begins and ends of a lane's stretches in some states."""
    lane = trace.lanes[index]
    ends = np.append(lane.states.starts[1:], lane.end_ns)
    rows = np.flatnonzero(np.isin(lane.states.states, states))
    return lane.states.starts[rows], ends[rows]


def _length(trace: Trace, index: int, state: State) -> int:
    starts, ends = _stretches(trace, index, state)
    return int((ends - starts).sum())


def _within(trace: Trace, index: int, starts: Times, ends: Times) -> int:
    """How long a lane runs, or has the GIL and waits for a CPU, in these stretches, which do not
    overlap."""
    begun, over = _stretches(trace, index, State.RUNNING, State.WAITING_CPU)
    if not len(begun):
        return 0
    sums = np.concatenate(([0], np.cumsum(over - begun)))

    def before(moments: Times) -> Times:
        row = np.searchsorted(begun, moments, "right")
        last = np.maximum(row - 1, 0)
        missing = np.maximum(over[last] - moments, 0)
        return np.where(row > 0, sums[row] - missing, 0)

    return int((before(ends) - before(starts)).sum())


def _of_locks(material: Material) -> Iterator[Finding]:
    for place, lock in enumerate(material.known.locks):
        material.pace(place / len(material.known.locks))
        kind = material.trace.objects[lock.object_index].kind
        if not kind.endswith("Semaphore") and not lock.is_signal and lock.wait_ns >= WORTH_NS:
            yield from _under_lock(material.trace, lock)


def _under_lock(trace: Trace, lock: LockHistory) -> Iterator[Finding]:
    first = np.searchsorted(lock.hold_starts, lock.wait_starts)
    last = np.searchsorted(lock.hold_starts, lock.wait_ends)
    crowd = len(np.union1d(lock.holders, lock.waiters))
    passed = (last - first) >= max(PASSED, 2 * crowd)
    for index in distinct(lock.waiters[passed]).tolist():
        rows = np.flatnonzero(passed & (lock.waiters == index))
        lane = trace.lanes[index]
        waited = int((lock.wait_ends[rows] - lock.wait_starts[rows]).sum())
        if waited < max(WORTH_NS, LIFE * (lane.end_ns - lane.start_ns)):
            continue
        holders = np.concatenate([lock.holders[first[row] : last[row]] for row in rows.tolist()])
        others, times = np.unique(holders[holders != index], return_counts=True)
        rival = int(others[int(times.argmax())])
        yield Finding(
            kind="starved",
            severity="waste",
            told=phrase(
                "{worker} is starved at `{lock}` ({where}): it waited {waited} while others got it"
                " {times:,} times, {rival} most, which takes it again before anybody in line wakes",
                worker=lane_label(trace.lanes, index),
                lock=lock.name,
                where=line_of_waits(trace, lock, index),
                waited=duration(waited),
                times=int(times.sum()),
                rival=lane_label(trace.lanes, rival),
            ),
            at_ns=int(lock.wait_starts[rows[0]]),
            until_ns=int(lock.wait_ends[rows].max()),
            lane_index=index,
            object_index=lock.object_index,
            cost_ns=waited,
            proof=(
                ("waits", len(rows)),
                ("passed", int(times.sum())),
                ("waited_ns", waited),
            ),
        )
