"""What the observed pay beside another tool, in the same rounds: VizTracer, which traces functions.

It knows no locks and no states, so it does another job: with `--log_sparse` only what the program
marks for it, which here is nothing; else each call of a function. So this is no race: it tells what
each pays for what it records. `pip install viztracer` into the Python that runs this, or say in
BESIDE which command it is.
"""

from __future__ import annotations

import importlib.util
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.primitives import run
from benchmarks.turns import KINDS, steps_of_work, turns

ROUNDS = 5
WAYS = {"log_sparse": ["--log_sparse"], "functions": []}
LIMIT_S = 120
"""A run that takes longer than that can not do the job."""


def measure() -> dict[str, object]:
    """Medians of ratios to plain, for each primitive and each kind of turns, of paraviz and of the
    other tool in each of its ways; None where that did not come to an end."""
    tool = _command()
    if tool is None:
        return {"not_measured": "viztracer is not installed"}
    with tempfile.TemporaryDirectory() as folder:
        commands = {"plain": [sys.executable], "paraviz": [*_PARAVIZ]} | {
            way: [*tool, *options, "--quiet", "-o", str(Path(folder) / "out.json"), "--"]
            for way, options in WAYS.items()
        }
        return {"primitives": _primitives(commands), "turns": _turns(commands)}


_PARAVIZ = (sys.executable, "-m", "paraviz", "run", "--headless", "--quiet")


def _command() -> list[str] | None:
    told = os.environ.get("BESIDE", "")
    if told:
        return shlex.split(told)
    if importlib.util.find_spec("viztracer"):
        return [sys.executable, "-m", "viztracer"]
    return None


def _primitives(commands: dict[str, list[str]]) -> dict[str, dict[str, float | None]]:
    told: dict[str, list[dict[str, float]]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            told[name].append(_within(command))
    result: dict[str, dict[str, float | None]] = {}
    for primitive in told["plain"][0]:
        result[primitive] = {}
        for name in commands.keys() - {"plain"}:
            pairs = zip(told["plain"], told[name], strict=True)
            ratios = [ours[primitive] / plain[primitive] for plain, ours in pairs if ours]
            result[primitive][name] = round(statistics.median(ratios), 2) if ratios else None
    return result


def _within(command: list[str]) -> dict[str, float]:
    try:
        return run(command, LIMIT_S)
    except (subprocess.SubprocessError, OSError, ValueError):
        return {}


def _turns(commands: dict[str, list[str]]) -> dict[str, dict[str, float | None]]:
    steps = steps_of_work()
    result: dict[str, dict[str, float | None]] = {}
    for kind in KINDS:
        counted: dict[str, list[int]] = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                try:
                    counted[name].append(turns(command, kind, steps, LIMIT_S))
                except (subprocess.SubprocessError, ValueError):
                    continue
        plain = max(1, statistics.median(counted["plain"]))
        result[kind] = {
            name: round(statistics.median(values) / plain, 2) if values else None
            for name, values in counted.items()
            if name != "plain"
        }
    return result
