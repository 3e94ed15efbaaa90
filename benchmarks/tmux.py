"""Frames a second in tmux: a long recording that zooms by itself, each time a frame is written.

Textual draws 60 a second at most; what is possible is measured without that limit as well.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.terminal import COLUMNS, ROWS
from benchmarks.timeline import INTERVALS, run_of
from paraviz.formats import save

TO_REACH = 50
LIMIT_S = 60
_ZOOMING = """
import json, sys, time
from pathlib import Path
from benchmarks.timeline import viewports
from paraviz.formats import load
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.run import RunView

SECONDS = 3
trace = load(Path(sys.argv[1]))

class Zooming(ParavizApp):
    frames = begun = 0

    def on_ready(self):
        self.views, self.run_view = viewports(trace, 200), self.screen.query_one(RunView)
        self.begun = time.perf_counter()
        self.zoom()

    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        if self.begun and renderable is not None:
            self.frames += 1
            self.call_later(self.zoom)

    def zoom(self):
        self.run_view.viewport = self.views[self.frames % len(self.views)]
        if time.perf_counter() - self.begun > SECONDS:
            self.exit()

app = Zooming(lambda _: RunScreen("zooming", trace=trace))
app.run()
told = {"frames": app.frames, "seconds": SECONDS, "size": list(app.size)}
whole = Path(sys.argv[2] + ".part")
whole.write_text(json.dumps(told))
whole.rename(sys.argv[2])
"""


def measure() -> dict[str, object]:
    """Frames a second; skipped where there is no tmux."""
    if shutil.which("tmux") is None:
        return {"skipped": "tmux is not installed"}
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "long.pviz"
        save(run_of(INTERVALS[-1]).trace, recording)
        rate, possible = (_rate(recording, most) for most in (60, 1000))
    return {
        "size": (COLUMNS, ROWS),
        "intervals": INTERVALS[-1],
        "frames_a_second": round(rate, 1),
        "without_limit": round(possible, 1),
        "to_reach": TO_REACH,
        "reached": rate >= TO_REACH,
    }


def _rate(recording: Path, most: int) -> float:
    """Frames a second of the app in a tmux of its own, which may draw so many."""
    result = recording.with_name(f"{most}.json")
    command = shlex.join([sys.executable, "-c", _ZOOMING, str(recording), str(result)])
    words = f"env TEXTUAL_FPS={most} COLORTERM=truecolor {command}"
    # A server that was told to end may still be there.
    tmux = ["tmux", "-L", f"paraviz-benchmark-{os.getpid()}-{most}", "-f", "/dev/null"]
    size = ["-x", str(COLUMNS), "-y", str(ROWS)]
    subprocess.run([*tmux, "new-session", "-d", *size, words], check=True)
    try:
        until = time.monotonic() + LIMIT_S
        while not result.exists():
            if time.monotonic() > until:
                raise TimeoutError("the app in tmux does not end")
            time.sleep(0.1)
    finally:
        subprocess.run([*tmux, "kill-server"], check=False, stderr=subprocess.DEVNULL)
    told = json.loads(result.read_text())
    assert told["size"] == [COLUMNS, ROWS], f"tmux has {told['size']}"
    return float(told["frames"] / told["seconds"])
