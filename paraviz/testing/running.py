"""Programs that a test observes."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from paraviz.analysis.findings import Finding
    from paraviz.trace import Trace

TIMEOUT_S = 60.0


class Recorded(Struct, frozen=True):
    """A run, and what a test asserts of it."""

    trace: Trace
    path: Path
    """The recording."""
    exit_code: int
    output: str
    """What the program wrote to standard output."""
    errors: str
    """And to standard error, with what paraviz has to say of the run."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong or wasteful, the gravest first; each has a `kind`."""
        from paraviz.analysis.findings import findings
        from paraviz.trace.index import index_of

        return findings(self.trace, index_of(self.trace))

    @property
    def kinds(self) -> set[str]:
        """The kinds of its findings."""
        return {each.kind for each in self.findings}

    @property
    def states(self) -> dict[str, dict[str, int]]:
        """How long each worker was in each state, in ns, by its name: `running`, `waiting_cpu`,
        `waiting_gil`, `waiting_lock`, `blocked`."""
        from paraviz.analysis.reports.summary_json import summary

        told: dict[str, Any] = summary(self.trace)
        return {
            lane["name"]: {
                key.removesuffix("_ns"): value
                for key, value in lane.items()
                if key.startswith(("running", "waiting", "blocked"))
            }
            for lane in told["lanes"]
        }


class Run:
    """Observes programs."""

    def __init__(self, folder: Path) -> None:
        """`folder`: where recordings go."""
        self._folder = folder
        self._numbers = count()

    def __call__(
        self,
        program: str | Path,
        *args: object,
        kernel: str = "auto",
        timeout_s: float = TIMEOUT_S,
    ) -> Recorded:
        """Run a file, a scenario or, with "-m" first, a module, as `paraviz run` does, and wait for
        its end; it is ended after `timeout_s`."""
        from paraviz.formats import load

        path = self._folder / f"run-{next(self._numbers)}.pviz"
        words = ["run", "--headless", "--kernel", kernel, "--time-limit", f"{timeout_s:g}"]
        line = [sys.executable, "-m", "paraviz", *words, "-o", str(path), str(program)]
        done = subprocess.run(
            [*line, *map(str, args)],
            capture_output=True,
            text=True,
            timeout=2 * timeout_s + 30,
            check=False,
        )
        if not path.exists():
            raise RuntimeError(done.stderr.strip() or "nothing was recorded")
        return Recorded(load(path), path, done.returncode, done.stdout, done.stderr)
