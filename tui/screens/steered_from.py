"""Steering what a run screen shows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.errors import ParavizError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable
    from paraviz.trace import Trace

    from .steer import SteerScreen

_SCHEDULE = "p1."
"""How a schedule begins."""


def can_be_steered(trace: Trace | None) -> bool:
    """Whether the program of a recording is still there."""
    return trace is not None and bool(trace.program.path) and Path(trace.program.path).is_file()


def steered_from(
    runnable: Runnable | None, argv: Sequence[str], trace: Trace | None
) -> SteerScreen | str:
    """The screen for it, behind the schedule that was recorded, if any; or what is wrong."""
    from .steer import SteerScreen

    schedule = ""
    if runnable is None and trace is not None:
        from paraviz.programs.catalogue import find

        try:
            runnable = find(trace.program.path)
        except ParavizError as error:
            return error.message
        argv = trace.program.argv
        schedules = [str(each) for each in trace.notices if str(each).startswith(_SCHEDULE)]
        schedule = schedules[0] if schedules else ""
    assert runnable is not None
    return SteerScreen(runnable, argv, schedule=schedule)
