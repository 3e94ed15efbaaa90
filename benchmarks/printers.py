"""The probe effect: two printers with 16 µs of work between writes, unobserved, observed, and with
a `multiprocessing.Queue.put` for every event instead."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

ROUNDS = 15
WRITES = 8_000
WORK_US = 16
PROGRAM = Path(__file__).parent / "programs" / "two_printers.py"


def measure() -> dict[str, object]:
    """Medians of ratios, round by round, so that a slow spell of the machine hits all three."""
    steps = _steps_of_work()
    observe = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    commands = {
        "unobserved": [sys.executable],
        "observed": observe,
        "queue_put": [sys.executable],
    }
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            runs[name].append(_run(command, steps, put=name == "queue_put"))
    report: dict[str, object] = {"work_us": WORK_US, "writes": 2 * WRITES, "rounds": ROUNDS}
    for figure in ("wall_ms", "alternations", "context_switches"):
        plain = [run[figure] for run in runs["unobserved"]]
        report[figure] = {"unobserved": statistics.median(plain)} | {
            f"{name}_ratio": round(
                statistics.median(
                    run[figure] / base for run, base in zip(runs[name], plain, strict=True)
                ),
                3,
            )
            for name in ("observed", "queue_put")
        }
    wall, switches = report["wall_ms"], report["alternations"]
    assert isinstance(wall, dict) and isinstance(switches, dict)
    report["to_reach"] = "wall <= 1.10, alternations within 0.75 … 1.35"
    report["reached"] = (
        wall["observed_ratio"] <= 1.10 and 0.75 <= switches["observed_ratio"] <= 1.35
    )
    return report


def _steps_of_work() -> int:
    """Turns of an empty loop that take `WORK_US`, as the program itself does them, unobserved."""
    guess = 1_000
    walls = [_run([sys.executable], guess, put=False)["wall_ms"] for _ in range(3)]
    return round(guess * WORK_US * 1e-3 * 2 * WRITES / statistics.median(walls))


def _run(command: list[str], steps: int, *, put: bool) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        done = subprocess.run(
            [*command, str(PROGRAM), str(figures), str(WRITES), str(steps), str(int(put))],
            stdout=subprocess.PIPE,
            check=True,
            env=os.environ | {"PYTHONUNBUFFERED": ""},
        )
        text = done.stdout.decode()
        assert sorted(text) == sorted("ab" * WRITES)
        told: dict[str, float] = json.loads(figures.read_text())
        told["alternations"] = sum(x != y for x, y in pairwise(text))
        return told
