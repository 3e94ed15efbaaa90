"""Either side of a comparison: a recording, a folder of them, or a program that is run."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.programs.parameters import Runnable
    from paraviz.trace import Trace

MOST = 100
"""Recordings of a side."""
LIMIT_S = 60.0
"""Of one run: one that hangs is ended, and the table says how many did."""


def recordings_of(side: str) -> list[Path]:
    """The recordings of a side: a file, or all of a folder, in the order of their names. Raises
    UsageError for a folder without any, or with too many."""
    path = Path(side)
    if not path.is_dir():
        return [path]
    found = sorted(each for each in path.iterdir() if each.suffix == ".pviz")
    if not found:
        raise UsageError(_("{folder} has no recordings (.pviz)").format(folder=side))
    if len(found) > MOST:
        words = _("{folder} has {count:,} recordings; at most {most:,} are compared")
        raise UsageError(words.format(folder=side, count=len(found), most=MOST))
    return found


def run_in_turns(sides: tuple[str, str], runs: int) -> tuple[list[Trace], list[Trace]]:
    """Run the programs of both sides so often each, in turns, so that what else the machine does
    falls on both. What they write is kept from the terminal. Raises UsageError, ProgramError."""
    programs = [_program(side) for side in sides]
    traces: tuple[list[Trace], list[Trace]] = ([], [])
    for number in range(2 * runs):
        runnable, argv = programs[number % 2]
        if sys.stderr.isatty():
            words = _("run {number} of {all}")
            print(f"\r{words.format(number=number + 1, all=2 * runs)} ", end="", file=sys.stderr)
        traces[number % 2].append(_run(runnable, argv))
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    return traces


def _program(side: str) -> tuple[Runnable, list[str]]:
    from paraviz.programs import catalogue

    try:
        words = shlex.split(side)
    except ValueError as error:
        raise UsageError(f"{side}: {error}") from None
    if not words:
        raise UsageError(_("a side is a PROGRAM and its arguments, in quotes"))
    runnable = catalogue.find(words[0])
    runnable.values(words[1:])
    return runnable, words[1:]


def _run(runnable: Runnable, argv: list[str]) -> Trace:
    from paraviz.session import Session

    session = Session(runnable, argv, time_limit_s=LIMIT_S)
    session.start()
    try:
        while session.pump(0.1):
            pass
        return session.snapshot()
    finally:
        session.stop()
