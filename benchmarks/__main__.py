"""Run the benchmarks named on the command line, or all; print one JSON object."""

from __future__ import annotations

import json
import os
import platform
import sys

from benchmarks import (
    beside,
    emitting,
    frame,
    gathering,
    kernel,
    keys,
    launch,
    live,
    many,
    opening,
    path,
    primitives,
    printers,
    remote,
    schedules,
    starting,
    timeline,
    tmux,
    truth,
    turns,
)

BENCHMARKS = {
    "beside": beside.measure,
    "emitting": emitting.measure,
    "frame": frame.measure,
    "gathering": gathering.measure,
    "kernel": kernel.measure,
    "keys": keys.measure,
    "launch": launch.measure,
    "live": live.measure,
    "many": many.measure,
    "opening": opening.measure,
    "path": path.measure,
    "primitives": primitives.measure,
    "printers": printers.measure,
    "remote": remote.measure,
    "schedules": schedules.measure,
    "starting": starting.measure,
    "timeline": timeline.measure,
    "tmux": tmux.measure,
    "truth": truth.measure,
    "turns": turns.measure,
}


def main() -> None:
    names = sys.argv[1:] or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"no benchmark {unknown[0]!r}; there are {', '.join(BENCHMARKS)}")
    report: dict[str, object] = {
        "python": platform.python_version(),
        "cpus": os.cpu_count(),
        "system": platform.platform(),
    }
    for name in names:
        print(f"{name} …", file=sys.stderr)
        report[name] = BENCHMARKS[name]()
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
