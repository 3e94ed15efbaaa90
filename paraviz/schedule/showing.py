"""A schedule that is run once more: in the terminal, in the app, as a recording."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.errors import ProgramError
from paraviz.schedule.recording import trace_of
from paraviz.schedule.replaying import Replayed, replay, schedule_in
from paraviz.schedule.telling import what_is_wrong
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.programs.parameters import Runnable
    from paraviz.schedule.result import Exploration
    from paraviz.trace import Trace

PARTED = 4
"""The exit code of a run that parted from its schedule."""


def run_along(
    runnable: Runnable,
    argv: Sequence[str],
    schedule: str,
    *,
    python: str,
    output: Path | None,
    show: Callable[[Trace, Path], int] | None,
) -> int:
    """Run a program along a schedule; returns the exit code for paraviz: the program's own, 1 where
    it came to no end, `PARTED`; or what `show` returns, which shows the run. Raises ParavizError.
    """
    from paraviz.formats import check_target, save

    token = schedule_in(schedule, Path())
    if output is not None:
        check_target(output)
    replayed = replay(runnable, argv, token, python)
    if replayed.outcome is None:
        print(f"paraviz: {replayed.parted}", file=sys.stderr)
        return PARTED
    if output is not None or show is not None:
        trace = trace_of(replayed, runnable, argv, token)
        if output is not None:
            save(trace, output)
        if show is not None:
            return show(trace, output or Path(f"{runnable.name}.pviz"))
    return _tell(replayed)


def _tell(replayed: Replayed) -> int:
    """What the program wrote, and how it ended."""
    outcome = replayed.outcome
    assert outcome is not None
    sys.stdout.write(outcome.output)
    sys.stdout.flush()
    sys.stderr.write(outcome.errors)
    for line in what_is_wrong(outcome):
        print(f"paraviz: {line}", file=sys.stderr)
    code = outcome.exit_code
    return code if code is not None else 1


def write_worst(
    found: Exploration, runnable: Runnable, argv: Sequence[str], output: Path, python: str
) -> None:
    """Write a recording of the first of its outcomes that has a schedule. Raises ParavizError."""
    from paraviz.formats import check_target, save

    check_target(output)
    order = list(found.outcomes)
    if order and not order[0].is_fault:
        # None is wrong: the one that takes most switches is worth a look.
        order.sort(key=lambda outcome: -outcome.switches)
    for outcome in order:
        if not outcome.schedule:
            continue
        replayed = replay(runnable, argv, outcome.schedule, python)
        if replayed.outcome is not None:
            save(trace_of(replayed, runnable, argv, outcome.schedule), output)
            return
    raise ProgramError(_("{file}: no outcome could be run once more").format(file=output))
