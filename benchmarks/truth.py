"""How much of the time each state is right, on programs of known truth.

What a thread waits for is known by construction: the program says so. Whether it ran, waited for a
CPU or was asleep is known where the kernel's own tracing can be had beside the run (root); else
that part is only as true as the program's own record: where it does not wait, it wants to run.
"""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from benchmarks.tracefs import UNTOLD, Scheduled, Tracing, refused
from paraviz.kernel import perf
from paraviz.programs.catalogue import find
from paraviz.session import Kernel, Session
from paraviz.trace import Lane, State, Trace

if TYPE_CHECKING:
    from collections.abc import Mapping

    Truth = Mapping[int, dict[str, Any]]

FOLDER = Path(__file__).parent / "programs"
THREADS, PROCESSES = "known_waits.py", "known_processes.py"
PROGRAMS = (
    *((THREADS, kind) for kind in ("spinners", "lock", "lock_asleep", "sleepers", "mixed")),
    *((THREADS, kind) for kind in ("handing", "executor", "held_asleep")),
    *((PROCESSES, kind) for kind in ("sleepers", "queue", "lock", "pipes", "crowd")),
)
BLOCKS_IN_PROBES = frozenset(
    [(THREADS, "handing"), (THREADS, "executor")]
    + [(PROCESSES, kind) for kind in ("sleepers", "queue", "lock")]
)
"""Those that have a CPU each and wait in nothing but what has probes."""
SECONDS = 1.0
ROUNDS = 3
KERNEL_GOAL, INFERRED_GOAL = 0.99, 0.90
_TRUTHS = {"require": "kernel and wake-ups", "auto": "kernel", "off": "inferred"}
"""What states are made from. Wake-ups are recorded where that is allowed only."""
_WANTS = 100
"""In place of a state: the program says that it wants to run, and nobody knows whether it did."""
_WOKEN = 101
"""In place of WAITING_CPU: after a wake-up."""
_MEANT = {"gil": State.WAITING_GIL, "lock": State.WAITING_LOCK}
_NAMES = {_WANTS: "wants to run", _WOKEN: "woken, waits for a CPU"}


class Compared(Struct):
    """ns by what was so and what was told to be so."""

    table: dict[tuple[int, int], int]
    untold: int = 0
    """ns in which it is not known what was so."""

    def add(self, truth: NDArray[np.uint8], told: NDArray[np.uint8], ns: NDArray[np.int64]) -> None:
        """Add stretches."""
        for was, said, length in zip(truth.tolist(), told.tolist(), ns.tolist(), strict=True):
            if was == UNTOLD:
                self.untold += length
                continue
            self.table[was, said] = self.table.get((was, said), 0) + length

    @property
    def right(self) -> float:
        """The share of the time that was told right."""
        good = sum(length for pair, length in self.table.items() if _is_right(*pair))
        return good / max(sum(self.table.values()), 1)

    @property
    def untold_share(self) -> float:
        """The share of the time in which nobody knows."""
        return self.untold / max(sum(self.table.values()) + self.untold, 1)

    @property
    def woken_right(self) -> float | None:
        """Of the time that threads that were woken waited for a CPU."""
        whole = {said: ns for (was, said), ns in self.table.items() if was == _WOKEN}
        return whole.get(State.WAITING_CPU, 0) / sum(whole.values()) if whole else None

    def worst(self, count: int) -> dict[str, float]:
        """What was told wrong most, as shares of all time."""
        whole = max(sum(self.table.values()), 1)
        wrong = {pair: ns / whole for pair, ns in self.table.items() if not _is_right(*pair)}
        most = sorted(wrong, key=lambda pair: -wrong[pair])[:count]
        return {f"{_name(was)} told as {_name(said)}": round(wrong[was, said], 4)
                for was, said in most}  # fmt: skip


def _is_right(was: int, said: int) -> bool:
    if was == _WANTS:
        return said in (State.RUNNING, State.WAITING_CPU, State.WAITING_GIL)
    return was == said or (was == _WOKEN and said == State.WAITING_CPU)


def _name(state: int) -> str:
    return _NAMES.get(state) or State(state).label


def measure() -> dict[str, object]:
    """A row for each program and each kind of truth: the median of some rounds."""
    reason, refusal = refused(), perf.available()
    report: dict[str, object] = {"beside": reason or "sched_switch, sched_waking"}
    modes: list[Kernel] = ["off"] if refusal else ["require", "auto", "off"]
    rows = []
    for program, kind in PROGRAMS:
        for mode in modes:
            rounds = [compared(program, kind, mode, traced=not reason) for _ in range(ROUNDS)]
            rows.append(_row(program, kind, mode, rounds))
    report["programs"] = rows
    if refusal:
        report["no_kernel_truth"] = refusal
    kernel = [row["right"] for row in rows if row["truth"] == "kernel and wake-ups"]
    inferred = [row["right"] for row in rows if row["truth"] == "inferred" and row["probes"]]
    report["kernel_right"] = min(kernel, default=None)
    report["inferred_right"] = min(inferred)
    report["to_reach"] = f"kernel >= {KERNEL_GOAL}, inferred with probes >= {INFERRED_GOAL}"
    report["reached"] = min(kernel, default=1.0) >= KERNEL_GOAL and min(inferred) >= INFERRED_GOAL
    return report


def _row(program: str, kind: str, mode: str, rounds: list[Compared]) -> dict[str, Any]:
    shares = [each.right for each in rounds]
    woken = [each.woken_right for each in rounds if each.woken_right is not None]
    typical = rounds[shares.index(statistics.median_low(shares))]
    return {
        "program": f"{Path(program).stem} {kind}",
        "truth": _TRUTHS[mode],
        "probes": (program, kind) in BLOCKS_IN_PROBES,
        "right": round(statistics.median_low(shares), 4),
        "worst_right": round(min(shares), 4),
        "woken_right": round(statistics.median_low(woken), 4) if woken else None,
        "wrong": typical.worst(4),
        "not_known": round(max(each.untold_share for each in rounds), 4),
    }


def compared(program: str, kind: str, mode: Kernel, *, traced: bool) -> Compared:
    """One run of a program."""
    session = Session(find(str(FOLDER / program)), [kind, str(SECONDS)], kernel=mode)
    tracing = Tracing() if traced else None
    scheduled: dict[int, Scheduled] = {}
    try:
        if tracing is not None:
            tracing.start()
        session.start()
        while session.pump(0.05):
            pass
        if tracing is not None:
            scheduled = tracing.stop()
    finally:
        if tracing is not None:
            tracing.close()
    trace = session.snapshot()
    result = Compared({})
    truth = _told_by_program(trace)
    for lane in trace.lanes:
        if lane.tid in truth:
            own = truth[lane.tid]
            _compare(result, lane, own, scheduled.get(lane.tid), session.origin_ns)
    return result


def _told_by_program(trace: Trace) -> dict[int, dict[str, Any]]:
    """What each thread says of itself: its life and its spans."""
    found: dict[int, dict[str, Any]] = {}
    for lane in trace.lanes:
        for line in lane.text.splitlines():
            said = json.loads(line)
            found |= {int(tid): own for tid, own in said.get("threads", said).items()}
    return found


def _compare(
    result: Compared, lane: Lane, own: dict[str, Any], scheduled: Scheduled | None, origin: int
) -> None:
    begin, end = (at - origin for at in own["life"])
    begin, end = max(begin, lane.start_ns), min(end, lane.end_ns)
    spans = sorted((first - origin, last - origin, what) for first, last, what in own["spans"])
    firsts = np.array([first for first, _, _ in spans], np.int64)
    # One that is over late (a sleep) ends where the next one begins.
    lasts = np.minimum([last for _, last, _ in spans], np.append(firsts[1:], end)[: len(spans)])
    switched = scheduled.times - origin if scheduled is not None else np.empty(0, np.int64)
    edges = np.concatenate(([begin, end], lane.states.starts, firsts, lasts, switched))
    edges = np.unique(edges.astype(np.int64))
    if scheduled is not None and len(switched):
        begin = max(begin, int(switched[0]))
    edges = edges[(edges >= begin) & (edges <= end)]
    at, lengths = edges[:-1], np.diff(edges)
    told = lane.states.states[np.searchsorted(lane.states.starts, at, "right") - 1]
    otherwise = _MEANT.get(own.get("otherwise", "gil"), State.BLOCKED)
    waits = np.full(len(at), otherwise if scheduled is not None else _WANTS, np.uint8)
    if spans:
        # Who is off a CPU waits for one thing up to its wake-up, however late that is: for what it
        # was in as it left.
        asked = at
        if len(switched):
            asked = np.maximum(switched[np.searchsorted(switched, at, "right") - 1], begin)
        row = np.searchsorted(firsts, asked, "right") - 1
        inside = (row >= 0) & (asked < lasts[row])
        whats = np.array([_MEANT.get(what, State.BLOCKED) for _, _, what in spans], np.uint8)
        waits[inside] = whats[row[inside]]
    if scheduled is not None:
        doing = scheduled.states.copy()
        before = np.append(np.uint8(State.RUNNING), doing[:-1])
        doing[(doing == State.WAITING_CPU) & (before == State.BLOCKED)] = _WOKEN
        now = doing[np.searchsorted(switched, at, "right") - 1]
        truth = np.where(now == State.BLOCKED, waits, now).astype(np.uint8)
    else:
        truth = waits
    result.add(truth, told, lengths)
