"""What was done so far as a trace, on the clock of a schedule that is run once more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraviz.schedule.recording import trace_of
from paraviz.schedule.replaying import Replayed
from paraviz.schedule.result import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable
    from paraviz.steering.state import State
    from paraviz.trace import Trace


def trace_so_far(
    detail: dict[str, Any], state: State, runnable: Runnable, argv: Sequence[str], token: str
) -> Trace:
    """The trace; of a program that is not over it ends where it stands."""
    outcome = state.outcome
    if outcome is None:
        outcome = Outcome("stuck", state.output, state.errors, None, (), (), 1, 0, token, None)
    return trace_of(Replayed(outcome, detail, ""), runnable, argv, token)
