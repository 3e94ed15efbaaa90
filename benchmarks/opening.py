"""Opening: another tool's trace beside `json.load` of it; a long recording beside a bare app.

Whole processes each: what is measured is what a user waits for, and the most memory it ever had.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

from benchmarks.starting import APP, BARE
from paraviz.formats import save
from paraviz.trace import Lane, Program, Trace
from paraviz.trace.model import States

ROUNDS = 5
EVENTS = 1_000_000
INTERVALS = 10_000_000
LANES = 8
MEMORY_LIMIT_MB = 300

_JSON = "import json, sys; json.load(open(sys.argv[1], 'rb'))"
_FIRST_FRAME = """
import sys
from paraviz.formats import load
from paraviz.tui.render.lanes import lane_rows
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport
view = TraceView.of(load(sys.argv[1]))
trace = view.trace
rows = lane_rows(view, Viewport.over(trace.start_ns, trace.end_ns), 120, range(len(trace.lanes)), 1)
assert len(rows) == len(trace.lanes)
"""
RECORDING = APP.format(
    imports="from paraviz.formats import load\n"
    "from paraviz.tui.app import ParavizApp\n"
    "from paraviz.tui.screens.run import RunScreen\n"
    "trace = load(sys.argv[1])",
    base="ParavizApp",
    body="",
    arguments="lambda _: RunScreen('recording', trace=trace)",
)
_LOAD = """
import sys, time
from paraviz.formats import load
begin = time.perf_counter()
load(sys.argv[1])
print(time.perf_counter() - begin)
"""


def measure() -> dict[str, object]:
    """Medians over rounds in which all take turns."""
    with tempfile.TemporaryDirectory() as folder:
        return {"chrome": _chrome(Path(folder)), "native": _native(Path(folder))}


def _chrome(folder: Path) -> dict[str, object]:
    path = folder / "calls.json"
    write_calls(path, EVENTS)
    times: dict[str, list[float]] = {"json": [], "first_frame": []}
    peak_mb = 0.0
    for _ in range(ROUNDS):
        times["json"].append(_run(_JSON, path)[0])
        seconds, used_mb, _ = _run(_FIRST_FRAME, path)
        times["first_frame"].append(seconds)
        peak_mb = max(peak_mb, used_mb)
    ratio = statistics.median(
        ours / plain for ours, plain in zip(times["first_frame"], times["json"], strict=True)
    )
    return {
        "file_mb": round(path.stat().st_size / 1e6),
        "json_load_s": round(statistics.median(times["json"]), 2),
        "first_frame_s": round(statistics.median(times["first_frame"]), 2),
        "first_frame_over_json": round(ratio, 2),
        "peak_mb": round(peak_mb),
        "to_reach": f"first_frame_over_json <= 0.6, peak_mb <= {MEMORY_LIMIT_MB}",
        "reached": ratio <= 0.6 and peak_mb <= MEMORY_LIMIT_MB,
    }


def _native(folder: Path) -> dict[str, object]:
    path = folder / "long.pviz"
    write_intervals(path, INTERVALS)
    short = folder / "short.pviz"
    write_intervals(short, 10 * LANES)
    times: dict[str, list[float]] = {
        "load": [],
        "bare_app": [],
        "paraviz_app": [],
        "paraviz_app_short_file": [],
    }
    for _ in range(ROUNDS):
        times["load"].append(float(_run(_LOAD, path)[2]))
        times["bare_app"].append(_run(BARE)[0])
        times["paraviz_app"].append(_run(RECORDING, path)[0])
        times["paraviz_app_short_file"].append(_run(RECORDING, short)[0])
    ratio = statistics.median(
        ours / bare for ours, bare in zip(times["paraviz_app"], times["bare_app"], strict=True)
    )
    report: dict[str, object] = {
        f"{name}_ms": round(1000 * statistics.median(values), 1) for name, values in times.items()
    }
    report["first_frame_over_bare"] = round(ratio, 2)
    report["to_reach"] = "first_frame_over_bare <= 1.6"
    report["reached"] = ratio <= 1.6
    return report


def _run(code: str, *arguments: object) -> tuple[float, float, str]:
    """Seconds a process took, the most memory it had in MB, and what it said."""
    watch = (
        "import resource, subprocess, sys, time; begin = time.perf_counter();"
        "said = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, check=True).stdout;"
        "print(time.perf_counter() - begin);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
        "print(said.decode('utf-8', 'replace')[:100])"
    )
    command = [sys.executable, "-c", watch, sys.executable, "-c", code, *map(str, arguments)]
    told = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    seconds, peak_kib, said = told.split("\n", 2)
    return float(seconds), int(peak_kib) * 1024 / 1e6, said


def write_calls(path: Path, count: int) -> None:
    """A trace of nested calls in eight threads, as VizTracer writes them: a call when it ends."""
    draw = np.random.default_rng(7)
    names = [f"function_{number} (module/part_{number % 40}.py:{number})" for number in range(2000)]
    with path.open("w") as file:
        file.write('{"traceEvents": [')
        file.write(
            ",".join(
                json.dumps(
                    {"ph": "M", "pid": 4, "tid": tid, "name": "thread_name", "args": {"name": name}}
                )
                for tid, name in enumerate(["MainThread", *"abcdefg"], 4)
            )
        )
        for first in range(0, count, 8 * 8):
            pieces = []
            picks = draw.integers(0, len(names), 64).tolist()
            for tid in range(4, 12):
                begin = 1e6 + first * 1.5
                for depth in range(7, -1, -1):
                    call = {
                        "pid": 4,
                        "tid": tid,
                        "ts": round(begin + depth * 4.125, 3),
                        "ph": "X",
                        "dur": round(70.25 - depth * 8.75, 3),
                        "name": names[picks.pop()],
                        "cat": "FEE",
                    }
                    pieces.append(json.dumps(call))
            file.write(", " + ", ".join(pieces[: count - first]))
        file.write('], "viztracer_metadata": {"version": "1.1.1", "overflow": false}}')


def write_intervals(path: Path, count: int) -> None:
    """A recording of eight threads with so many states together."""
    draw = np.random.default_rng(3)
    lanes = []
    for row in range(LANES):
        starts = np.cumsum(draw.integers(200, 40_000, count // LANES))
        starts -= starts[0]
        states = draw.integers(1, 6, len(starts)).astype(np.uint8)
        causes = np.full(len(starts), -1, np.int32)
        lanes.append(
            Lane(
                name=f"thread-{row}",
                pid=100,
                tid=100 + row,
                kind="thread",
                start_ns=0,
                end_ns=int(starts[-1]) + 1_000,
                end_reason="returned",
                times=np.empty(0, np.int64),
                kinds=np.empty(0, np.uint8),
                objects=np.empty(0, np.int32),
                values=np.empty(0, np.int64),
                sites=np.empty(0, np.int32),
                text="",
                emitted=0,
                states=States(starts, states, causes),
            )
        )
    wall_ns = max(lane.end_ns for lane in lanes)
    save(Trace(Program("long.py"), tuple(lanes), wall_ns=wall_ns, end_reason="ended"), path)
