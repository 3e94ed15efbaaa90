"""A million events from eight processes: whether all of them arrive, and what the session takes to
hold them."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = Path(__file__).parent / "programs" / "eight_processes.py"
PAIRS = 62_500
BYTES_TO_REACH = 40


def measure() -> dict[str, object]:
    """The session's memory at its highest above what it takes for a run of a few events."""
    few, many = _run(10), _run(PAIRS)
    growth = (many["peak_kib"] - few["peak_kib"]) * 1024
    an_event = growth / (many["events"] - few["events"])
    return {
        "events": many["events"],
        "dropped": many["dropped"],
        "seconds": round(many["seconds"], 2),
        "bytes_an_event": round(an_event, 1),
        "to_reach": f"dropped 0, bytes_an_event <= {BYTES_TO_REACH}",
        "reached": many["dropped"] == 0 and an_event <= BYTES_TO_REACH,
    }


def _run(pairs: int) -> dict[str, float]:
    """In a fresh process, since the memory at its highest never comes down."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.gathering", str(pairs)],
        stdout=subprocess.PIPE,
        check=True,
    )
    told: dict[str, float] = json.loads(done.stdout)
    return told


def _gather(pairs: int) -> dict[str, float]:
    from paraviz.programs.catalogue import find
    from paraviz.session.session import Session

    session = Session(find(str(PROGRAM)), [f"--pairs={pairs}"], stdio="captured")
    began = time.perf_counter()
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    return {
        "events": trace.events,
        "dropped": trace.dropped,
        "seconds": time.perf_counter() - began,
        "peak_kib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    }


if __name__ == "__main__":
    print(json.dumps(_gather(int(sys.argv[1]))))
