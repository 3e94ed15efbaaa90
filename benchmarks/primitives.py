"""What the observed pay for what they use most: locks, queues, starting threads and processes."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

ROUNDS = 9
PROGRAM = Path(__file__).parent / "programs" / "primitives.py"
TO_REACH = {"lock": 6.0, "queue": 1.5, "process": 1.3}


def measure() -> dict[str, object]:
    """Medians of ratios, observed to plain, round by round."""
    observe = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    plain, observed = [], []
    for _ in range(ROUNDS):
        plain.append(_run([sys.executable]))
        observed.append(_run(observe))
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


def _run(command: list[str]) -> dict[str, float]:
    done = subprocess.run(
        [*command, str(PROGRAM)],
        stdout=subprocess.PIPE,
        check=True,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told
