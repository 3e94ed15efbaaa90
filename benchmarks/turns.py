"""Who runs when, observed and plain: how often the one who holds a lock, prints or passes something
changes. An instrument that changes that shows another program."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 7
WORK_NS = 20_000
PROGRAM = Path(__file__).parent / "programs" / "turns.py"
KINDS = ("microsecond", "twenty", "counter", "printers", "passing")
LOWEST, HIGHEST = 0.7, 1.4


def measure() -> dict[str, object]:
    """Medians of turns, observed over plain, in rounds in which both take turns."""
    steps = steps_of_work()
    observe = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    report: dict[str, object] = {}
    for kind in KINDS:
        plain, observed = [], []
        for _ in range(ROUNDS):
            plain.append(turns([sys.executable], kind, steps))
            observed.append(turns(observe, kind, steps))
        ratio = statistics.median(observed) / max(1, statistics.median(plain))
        report[kind] = {
            "plain": sorted(plain),
            "observed": sorted(observed),
            "ratio": round(ratio, 2),
            "to_reach": f"{LOWEST} … {HIGHEST}",
            "reached": LOWEST <= ratio <= HIGHEST,
        }
    return report


def turns(command: list[str], kind: str, steps: int, limit_s: float | None = None) -> int:
    """How often turns change in a run of the program by `command`."""
    done = subprocess.run(
        [*command, str(PROGRAM), kind, str(steps)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
        timeout=limit_s,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    )
    return int(done.stdout)


def steps_of_work() -> int:
    """Turns of an empty loop that take `WORK_NS`."""
    guess, took = 100_000, []
    for _ in range(5):
        began = time.perf_counter_ns()
        for _ in range(guess):
            pass
        took.append(time.perf_counter_ns() - began)
    return round(guess * WORK_NS / min(took))
