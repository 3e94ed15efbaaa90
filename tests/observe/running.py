"""Running small real programs plain and observed, through the command line, as a user would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from paraviz.formats import load
from paraviz.trace import Trace

PROGRAMS = Path(__file__).parent / "programs"
LIMIT_S = 60


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run left behind for whoever started it."""

    code: int
    out: bytes
    err: bytes


def run_plain(
    program: str,
    *args: str,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """`python PROGRAM ARGS`."""
    return _run([sys.executable, str(PROGRAMS / program), *args], stdin, environment)


def run_called(folder: Path, module: str, values: Mapping[str, object]) -> Outcome:
    """Plain, with these values for the parameters of its main()."""
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); import {module}"
    return _run([sys.executable, "-c", f"{code}; {module}.main(**{dict(values)!r})"], b"")


def run_observed(
    program: str,
    *args: str,
    stdin: bytes = b"",
    options: tuple[str, ...] = (),
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """`paraviz run --headless --quiet PROGRAM ARGS`."""
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet", *options]
    return _run([*command, str(PROGRAMS / program), *args], stdin, environment)


def run_recorded(
    folder: Path, program: str, *args: str, environment: Mapping[str, str] | None = None
) -> tuple[Outcome, Trace]:
    """As `run_observed`, with the recording read back."""
    recording = folder / "run.pviz"
    options = ("-o", str(recording))
    outcome = run_observed(program, *args, options=options, environment=environment)
    return outcome, load(recording)


def run_scenario(folder: Path, name: str, *args: str) -> tuple[Outcome, Trace]:
    """As `run_recorded`, with the name of a scenario."""
    recording = folder / f"{name}.pviz"
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
    outcome = _run([*command, "-o", str(recording), name, *args], b"")
    return outcome, load(recording)


def _run(command: list[str], stdin: bytes, environment: Mapping[str, str] | None = None) -> Outcome:
    done = subprocess.run(
        command,
        input=stdin,
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
        env=os.environ | dict(environment or {}),
    )
    return Outcome(done.returncode, done.stdout, done.stderr)


def shell_code(code: int) -> int:
    """A signal's number as a shell, and paraviz, report it."""
    return 128 - code if code < 0 else code
