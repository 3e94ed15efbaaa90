"""Exploring the programs in `programs/`: some schedule of each in `faulty` goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.programs import catalogue
from paraviz.schedule.asking import explore

if TYPE_CHECKING:
    from paraviz.schedule.result import Exploration

PROGRAMS = Path(__file__).with_name("programs")
FAULTY = sorted(path.stem for path in (PROGRAMS / "faulty").glob("*.py"))
CORRECT = sorted(path.stem for path in (PROGRAMS / "correct").glob("*.py"))
PATIENCE_S = 60.0
"""For what takes a fraction of a second on a quiet machine."""


def explored(path: Path | str, *argv: str, **how: Any) -> Exploration:
    """All that is found in a program."""
    how.setdefault("time_limit_s", PATIENCE_S)
    return explore(catalogue.find(str(path)), argv, **how)


def outputs(exploration: Exploration) -> set[str]:
    """What it can write."""
    return {outcome.output for outcome in exploration.outcomes}


def written(folder: Path, source: str) -> Path:
    """A program of these lines."""
    path = folder / "program.py"
    path.write_text(source)
    return path
