"""What threads wait for: how much of it is told right, on programs where that is known."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

from paraviz import events as ev
from paraviz.kernel import perf
from paraviz.kernel.waits import WaitPoller
from paraviz.programs.catalogue import find
from paraviz.session import Session
from paraviz.trace import Lane, State, Trace

PROGRAM = Path(__file__).parent / "programs" / "known_waits.py"
IDLERS = Path(__file__).parent / "programs" / "idlers.py"
THREADS = (4, 100, 400)
KINDS = ("spinners", "lock", "lock_asleep", "sleepers", "mixed")
SECONDS = 1.0
ROUNDS = 5
_WAITS = (State.WAITING_GIL, State.WAITING_LOCK, State.BLOCKED)
_MEANT = {"gil": State.WAITING_GIL, "lock": State.WAITING_LOCK}


def measure() -> dict[str, object]:
    """The share of the time off the CPU by a thread's own will that has the right state, of each
    kind of program: median and worst of some rounds; and what looking at threads costs."""
    if reason := perf.available():
        return {"left_out": reason}
    rounds = {kind: [share_right(kind, SECONDS) for _ in range(ROUNDS)] for kind in KINDS}
    medians = {kind: statistics.median(shares) for kind, shares in rounds.items()}
    costs = {str(count): polling_cpu_share(count) for count in THREADS}
    return {
        "right_by_time": medians,
        "right_by_time_worst": {kind: min(shares) for kind, shares in rounds.items()},
        "polling_cpu_share_by_threads": costs,
        "to_reach": "right_by_time >= 0.97 each, polling_cpu_share < 0.01 each",
        "reached": min(medians.values()) >= 0.97 and max(costs.values()) < 0.01,
    }


def polling_cpu_share(count: int) -> float:
    """Of a CPU, what it takes to look at a process with so many threads, two of which compute."""
    command = [sys.executable, str(IDLERS), str(count)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        poller = WaitPoller(lambda: [process.pid])
        begun = time.perf_counter_ns()
        poller.start()
        time.sleep(SECONDS)
        poller.stop()
        lasted = time.perf_counter_ns() - begun
        process.stdin.close()
    return round(poller.cpu_ns / lasted, 4)


def share_right(kind: str, seconds: float) -> float:
    """Of one run of a kind of program."""
    right, wrong = compared(kind, seconds)
    total = right + sum(wrong.values())
    return round(right / total, 4) if total else 1.0


def compared(kind: str, seconds: float) -> tuple[int, dict[str, int]]:
    """ns told right, and ns told wrong by what it was and what it was told to be."""
    session = Session(find(str(PROGRAM)), [kind, str(seconds)], kernel="require")
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    told = json.loads(trace.lanes[0].text)
    origin = told["stamp"] - _written_ns(trace)
    right, wrong = 0, dict[str, int]()
    for lane in trace.lanes:
        if str(lane.tid) not in told["threads"]:
            continue
        for was, state, length in _both(lane, told["threads"][str(lane.tid)], origin):
            meant = _MEANT.get(was, State.BLOCKED)
            if state not in _WAITS:
                continue
            if state is meant:
                right += length
            else:
                key = f"{was} told as {state.label}"
                wrong[key] = wrong.get(key, 0) + length
    return right, wrong


def _written_ns(trace: Trace) -> int:
    main = trace.lanes[0]
    return int(main.times[main.kinds == ev.WRITE][0])


def _both(lane: Lane, truth: dict[str, Any], origin: int) -> list[tuple[str, State, int]]:
    """The thread's life cut where truth or told state change: (truth, told, ns)."""
    begin, end = (at - origin for at in truth["life"])
    begin, end = max(begin, lane.start_ns), min(end, lane.end_ns)
    spans = sorted((first - origin, last - origin, what) for first, last, what in truth["spans"])
    # Spans follow each other; one that is over late (a sleep) ends where the next one begins.
    firsts = np.array([first for first, _, _ in spans], np.int64)
    lasts = np.array([last for _, last, _ in spans], np.int64)
    if spans:
        lasts = np.minimum(lasts, np.append(firsts[1:], end))
    edges = np.unique(np.concatenate(([begin, end], lane.states.starts, firsts, lasts)))
    edges = edges[(edges >= begin) & (edges <= end)]
    result = []
    states = lane.states.states[np.searchsorted(lane.states.starts, edges, "right") - 1]
    spans_at = np.searchsorted(firsts, edges, "right") - 1
    for at, until, state, row in zip(
        edges[:-1].tolist(), edges[1:].tolist(), states.tolist(), spans_at.tolist(), strict=False
    ):
        inside = row >= 0 and at < lasts[row]
        result.append((spans[row][2] if inside else "gil", State(state), until - at))
    return result
