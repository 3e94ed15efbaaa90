"""The operating system's own record: what it loses, what it costs, whether its sums are right."""

from __future__ import annotations

import json
import os
import statistics
from pathlib import Path

from benchmarks import waits
from paraviz.kernel import perf
from paraviz.programs.catalogue import find
from paraviz.session import Kernel, Session
from paraviz.trace import State, Trace
from paraviz.trace.states.partition import state_totals

PROGRAMS = Path(__file__).parent / "programs"
PING_PONG_S = 3.0
PAIRS = 15
TURNS = 8_000_000
"""About 0.3 s of work for each of two workers."""


def measure() -> dict[str, object]:
    """Lost records at many switches, then at as many as there can be (which is to know, not to
    reach); medians of pairs, one with and one without
    the record, in turns."""
    if reason := perf.available():
        return {"left_out": reason}
    switching = _switching(1)
    report: dict[str, object] = {
        "switching": switching,
        "switching_on_every_cpu": _switching(os.cpu_count() or 1),
        "pairs": PAIRS,
    }
    ratios, errors = [], []
    for kind in ("processes", "threads"):
        told = _pairs(kind)
        report[kind] = told
        ratios.append(told["wall_ratio"])
        errors.append(told["running_to_cpu_time"])
    told_waits = waits.measure()
    report["waits"] = told_waits
    report["to_reach"] = (
        "lost 0 at 100,000 switches a second or more, wall_ratio <= 1.05, "
        "running_to_cpu_time 0.98 … 1.02, and what the waits are to reach"
    )
    report["reached"] = (
        switching["lost"] == 0
        and switching["per_second"] >= 100_000
        and max(ratios) <= 1.05
        and all(0.98 <= error <= 1.02 for error in errors)
        and told_waits["reached"]
    )
    return report


def _run(program: str, *argv: str, kernel: Kernel) -> Trace:
    session = Session(find(str(PROGRAMS / program)), argv, kernel=kernel)
    session.start()
    while session.pump(0.05):
        pass
    return session.snapshot()


def _switching(pairs: int) -> dict[str, float]:
    """As many pairs of processes, each on a CPU of its own, as fast as they can."""
    trace = _run("ping_pong.py", str(PING_PONG_S), str(pairs), kernel="require")
    lost = [notice for notice in trace.notices if "lost" in notice]
    return {
        "switches": trace.context_switches,
        "per_second": round(trace.context_switches / (trace.wall_ns / 1e9)),
        "lost": int("".join(filter(str.isdigit, lost[0]))) if lost else 0,
    }


def _pairs(kind: str) -> dict[str, float]:
    walls: list[float] = []
    agreements: list[float] = []
    for turn in range(PAIRS):
        # Who goes first takes turns, too: a machine that warms up or cools down favours neither.
        order: tuple[Kernel, ...] = ("require", "off") if turn % 2 else ("off", "require")
        told = {}
        for kernel in order:
            trace = _run("cpu_bound.py", kind, str(TURNS), kernel=kernel)
            lines = "".join(lane.text for lane in trace.lanes).splitlines()
            told[kernel] = {line["pid"]: line for line in map(json.loads, lines)}
            if kernel == "require":
                agreements += [
                    _running_ns(trace, pid) / line["cpu_ns"]
                    for pid, line in told[kernel].items()
                    if line["cpu_ns"] > 200e6
                ]
        walls.append(_wall_ns(told["require"]) / _wall_ns(told["off"]))
    worst: float = max(agreements, key=lambda ratio: abs(ratio - 1))
    return {
        "wall_ratio": round(statistics.median(walls), 4),
        "running_to_cpu_time": round(statistics.median(agreements), 4),
        "running_to_cpu_time_worst": round(worst, 4),
    }


def _wall_ns(told: dict[int, dict[str, int]]) -> int:
    return next(line["wall_ns"] for line in told.values() if "wall_ns" in line)


def _running_ns(trace: Trace, pid: int) -> int:
    """How long the lanes of a process ran."""
    return sum(state_totals(lane)[State.RUNNING] for lane in trace.lanes if lane.pid == pid)
