"""What a terminal far away is sent: bytes for a step of the cursor, and for a second of playing."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from benchmarks.terminal import COLUMNS, ROWS, Terminal

RECORDING = Path("scenarios/recordings/prime_threads.pviz")
STEPS = 8
PLAYED_S = 4.0
_STEP = "\x1b[C"
TO_REACH = {"step_bytes": 8_000, "playing_bytes_a_second": 200_000}


def measure() -> dict[str, object]:
    """The median of some steps, and the average while it plays."""
    with Terminal(["-m", "paraviz", "open", str(RECORDING)]) as terminal:
        assert terminal.frame("main") is not None, "shows no lanes"
        terminal.quiet(2.5)
        steps = []
        for _ in range(STEPS):
            terminal.press(_STEP)
            steps.append(terminal.sent(1.0))
        terminal.press(" ")
        terminal.sent(1.0)
        begun = time.monotonic()
        played = terminal.sent(PLAYED_S) / (time.monotonic() - begun)
    step = statistics.median(steps)
    return {
        "size": (COLUMNS, ROWS),
        "step_bytes": round(step),
        "playing_bytes_a_second": round(played),
        "to_reach": TO_REACH,
        "reached": step <= TO_REACH["step_bytes"] and played <= TO_REACH["playing_bytes_a_second"],
    }
