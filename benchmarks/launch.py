"""Launching in a real terminal: a long recording beside a bare app, until the first frame that
shows its lanes.

Both take turns. The same recording cut short tells what of it is the file's length.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

from benchmarks.terminal import Terminal
from benchmarks.timeline import INTERVALS, LANES, run_of
from paraviz.formats import save

ROUNDS = 7
TO_REACH = 1.6
_SHORT = LANES * 100
_BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("first frame")

Bare().run()
"""
_OPEN = """
import sys
from paraviz.cli import main
main(["open", *sys.argv[1:]])
"""
"""As the installed command does."""


def measure() -> dict[str, object]:
    """Medians over rounds; wall time of whole processes until their first frame has come."""
    with tempfile.TemporaryDirectory() as folder:
        long, short = Path(folder) / "long.pviz", Path(folder) / "short.pviz"
        for path, intervals in ((long, INTERVALS[-1]), (short, _SHORT)):
            save(run_of(intervals).trace, path)
        opened = ["-c", _OPEN]
        commands = {
            "bare_app": (["-c", _BARE], "first frame"),
            "paraviz_app": ([*opened, str(long)], "worker-0"),
            "paraviz_app_short_file": ([*opened, str(short)], "worker-0"),
        }
        times: dict[str, list[float]] = {name: [] for name in commands}
        for command, wanted in commands.values():
            _first_frame_s(command, wanted)  # compiles what is not yet
        for _ in range(ROUNDS):
            for name, (command, wanted) in commands.items():
                times[name].append(_first_frame_s(command, wanted))
    report: dict[str, object] = {"intervals": INTERVALS[-1]}
    for name, taken in times.items():
        report[f"{name}_ms"] = round(1e3 * statistics.median(taken), 1)
    for name in ("paraviz_app", "paraviz_app_short_file"):
        pairs = zip(times[name], times["bare_app"], strict=True)
        report[f"{name}_over_bare"] = round(statistics.median(a / b for a, b in pairs), 2)
    report["to_reach"] = {"paraviz_app_over_bare": TO_REACH}
    pairs = zip(times["paraviz_app"], times["bare_app"], strict=True)
    report["reached"] = statistics.median(a / b for a, b in pairs) <= TO_REACH
    return report


def _first_frame_s(command: list[str], wanted: str) -> float:
    with Terminal(command) as terminal:
        frame = terminal.frame(wanted)
        assert frame is not None, f"never shows {wanted!r}"
        return frame - terminal.begun
