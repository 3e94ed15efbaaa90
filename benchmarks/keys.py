"""From key to frame: a long recording in a real terminal, and what comes back for each key.

From the write of a key to the last byte of the frame it made, through the pseudo-terminal both
ways: everything but the drawing of the terminal itself.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.terminal import COLUMNS, ROWS, Terminal
from benchmarks.timeline import INTERVALS, run_of
from paraviz.formats import save

KEYS = {"zoom in": "+", "zoom out": "-", "step left": "\x1b[D", "step right": "\x1b[C"}
ROUNDS = 20
PAUSE_S = 0.1
TO_REACH = {"median_ms": 15, "p95_ms": 30}


def measure() -> dict[str, object]:
    """All keys in turn, each after a pause: ms."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pviz"
        save(run_of(INTERVALS[-1]).trace, path)
        times = _pressed(path)
    everything = sorted(taken for each in times.values() for taken in each)
    median = statistics.median(everything)
    p95 = everything[int(0.95 * (len(everything) - 1))]
    return {
        "size": (COLUMNS, ROWS),
        "intervals": INTERVALS[-1],
        "median_ms": round(median, 1),
        "p95_ms": round(p95, 1),
        "by_key_ms": {name: round(statistics.median(each), 1) for name, each in times.items()},
        "to_reach": TO_REACH,
        "reached": median <= TO_REACH["median_ms"] and p95 <= TO_REACH["p95_ms"],
    }


def _pressed(path: Path) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in KEYS}
    with Terminal(["-m", "paraviz", "open", str(path)]) as terminal:
        assert terminal.frame("worker-0") is not None, "shows no lanes"
        for _ in range(ROUNDS):
            for name, key in KEYS.items():
                terminal.quiet(PAUSE_S)
                at = terminal.press(key)
                frame = terminal.frame()
                assert frame is not None, f"shows nothing for {name}"
                times[name].append(1e3 * (frame - at))
    return times
