"""Starting: the app's first frame beside a bare Textual app's; `--help` beside an interpreter."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 11

APP = """
import sys
{imports}

class Once({base}):
    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        rows = getattr(renderable, "strips", [])
        if any(strip.text.strip() for row in rows for strip in row):
            self._display = lambda *_: None
            self.exit()
{body}

app = Once({arguments})
app.run(headless=True, size=(120, 36))
sys.exit(app.return_code)
"""
BARE = APP.format(
    imports="from textual.app import App\nfrom textual.widgets import Static",
    base="App",
    body="    def compose(self):\n        yield Static('first frame')",
    arguments="",
)
GALLERY = APP.format(
    imports="from paraviz.programs.catalogue import scenarios\n"
    "from paraviz.tui.app import ParavizApp\n"
    "from paraviz.tui.screens.gallery import Gallery",
    base="ParavizApp",
    body="",
    arguments="lambda _: Gallery(scenarios())",
)


def measure() -> dict[str, object]:
    """Medians over rounds in which all take turns; whole processes, wall time."""
    commands = {
        "interpreter": [sys.executable, "-c", "pass"],
        "help": [sys.executable, "-m", "paraviz", "--help"],
        "bare_app": [sys.executable, "-c", BARE],
        "paraviz_app": [sys.executable, "-c", GALLERY],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            begin = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            times[name].append(time.perf_counter() - begin)
    report: dict[str, object] = {
        f"{name}_ms": round(1000 * statistics.median(values), 1) for name, values in times.items()
    }
    ratio = statistics.median(
        ours / bare for ours, bare in zip(times["paraviz_app"], times["bare_app"], strict=True)
    )
    report["first_frame_over_bare"] = round(ratio, 2)
    report["to_reach"] = "first_frame_over_bare <= 1.6"
    report["reached"] = ratio <= 1.6
    return report
