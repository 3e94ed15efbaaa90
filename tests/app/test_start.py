"""What the app loads before its first frame."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "pygments", "resvg_py", "multiprocessing.queues")
CODE = f"""
import sys
from paraviz.programs.catalogue import scenarios
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.gallery import Gallery

class Once(ParavizApp):
    def _display(self, screen, renderable):
        super()._display(screen, renderable)
        rows = getattr(renderable, "strips", [])
        if any(strip.text.strip() for row in rows for strip in row):
            print([name for name in {HEAVY} if name in sys.modules])
            self._display = lambda *_: None
            self.exit()

sys.exit(Once(lambda _: Gallery(scenarios())).run(headless=True, size=(100, 30)))
"""


def test_the_first_frame_needs_nothing_heavy() -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.splitlines() == ["[]"], done.stderr
    assert done.returncode == 0
