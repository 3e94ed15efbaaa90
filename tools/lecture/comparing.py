"""One scenario in the lecture's own sizes, plain and observed."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraviz.analysis.claims.running import claims
from paraviz.formats import load
from paraviz.programs.parameters import AS_IN_LECTURE
from tests.observe.test_scenarios import FOLDER, MEASURES, MISSING

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.programs.parameters import Runnable


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of two runs."""

    plain_s: float | None
    """What the plain one took, or None if it did not end well in time."""
    observed_s: float | None
    """What the observed one took, with the start of paraviz and the writing of the recording."""
    verdict: str
    """"same", "measured" (two measurements or races differ rightly), or what is wrong."""
    shown: tuple[str, ...]
    """What the observed run told of its claims."""

    @property
    def right(self) -> bool:
        """Whether both came to their ends with what belongs together."""
        return self.verdict in ("same", "measured")


def missing(name: str) -> str:
    """The package that a scenario needs and that is not here, or ""."""
    needs = MISSING.get(name, "")
    return needs if needs and importlib.util.find_spec(needs) is None else ""


def compare(scenario: Runnable, folder: Path, limit_s: float) -> Compared:
    """Run a scenario plain and observed, each for `limit_s` seconds at most. Sizes that the
    lecture does not give are the scenario's own."""
    sizes = dict(scenario.preset)
    program = f"import {scenario.name}; {scenario.name}.main(**{sizes!r})"
    plain_s, plain = _run([sys.executable, "-c", program], limit_s)
    recording = folder / "run.pviz"
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    flags = [AS_IN_LECTURE] if sizes else []
    command += ["-o", str(recording), scenario.name, *flags]
    observed_s, observed = _run(command, limit_s)
    if plain_s is None or observed_s is None:
        return Compared(plain_s, observed_s, "no end", ())
    trace = load(recording)
    shown = tuple(f"{claim.mark} {claim.text}" for claim in claims(trace))
    lost = f"{trace.dropped} dropped" if trace.dropped else ""
    verdict = lost or _verdict(plain, observed, measured=scenario.name in MEASURES)
    return Compared(plain_s, observed_s, verdict, shown)


def _verdict(plain: bytes, observed: bytes, *, measured: bool) -> str:
    """The order of what is written is free: the letters count."""
    if measured:
        return "measured" if bool(plain) == bool(observed) else "DIFFERENT"
    same = Counter(plain.decode()) == Counter(observed.decode())
    return "same" if same else "DIFFERENT"


def _run(command: list[str], limit_s: float) -> tuple[float | None, bytes]:
    """What it took and what it wrote; None if it did not end well, and then nothing of it is left.

    Multiprocessing may start workers that import the scenario by its name.
    """
    began_s = time.monotonic()
    popen = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=os.environ | {"PYTHONPATH": str(FOLDER)},
        start_new_session=True,
    )
    try:
        out, _ = popen.communicate(timeout=limit_s)
    except subprocess.TimeoutExpired:
        os.killpg(popen.pid, signal.SIGKILL)
        popen.communicate()
        return None, b""
    return (time.monotonic() - began_s if popen.returncode == 0 else None), out
