"""What the observed pay for what they use most: locks, queues, starting threads and processes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROUNDS = 7
PROGRAM = Path(__file__).parent / "programs" / "primitives.py"
TO_REACH = {
    "lock": 2.0,
    "with_lock": 1.35,
    "reentrant_lock": 2.0,
    "simple_queue": 4.0,
    "queue": 1.2,
    "condition": 1.3,
    "shared_value": 2.0,
    "unlocked_value": 3.0,
    "raw_value": 5.0,
    "process_lock": 1.5,
    "process_queue": 1.3,
    "pipe": 1.3,
    "print": 1.4,
    "asyncio": 1.5,
    "executor": 1.4,
    "thread": 1.3,
    "process": 1.2,
}


def measure() -> dict[str, object]:
    """Medians of ratios, observed to plain, round by round."""
    observe = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    plain, observed = [], []
    for _ in range(ROUNDS):
        plain.append(run([sys.executable]))
        observed.append(run(observe))
    report: dict[str, object] = {}
    for name in plain[0]:
        ratios = [many[name] / one[name] for one, many in zip(plain, observed, strict=True)]
        report[name] = {
            "plain_ns": round(statistics.median(run[name] for run in plain)),
            "ratio": round(statistics.median(ratios), 2),
            "lowest_and_highest": [round(min(ratios), 2), round(max(ratios), 2)],
        }
        if name in TO_REACH:
            report[name] |= {  # type: ignore[operator]
                "to_reach": f"<= {TO_REACH[name]}",
                "reached": statistics.median(ratios) <= TO_REACH[name],
            }
    return report


def run(command: list[str], limit_s: float | None = None) -> dict[str, float]:
    """ns of each primitive in a run of the program by `command`."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "told"
        subprocess.run(
            [*command, str(PROGRAM), str(file)],
            stdout=subprocess.DEVNULL,
            check=True,
            timeout=limit_s,
            env=os.environ | {"PYTHONUNBUFFERED": ""},
        )
        told: dict[str, float] = json.loads(file.read_text())
    return told
