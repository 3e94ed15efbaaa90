"""What a search from where a program stands told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraviz.schedule.result import Outcome, exploration_from
from paraviz.steering.inside.wanted import is_wanted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.steering.state import State


@dataclass(frozen=True, slots=True)
class Found:
    """What a search from here told."""

    outcomes: tuple[Outcome, ...]
    """Each that was found and is of the kind that was looked for, once."""
    numbers: tuple[tuple[int, ...], ...]
    """Of each, who goes on at each step from the begin."""
    others: int
    """How many other outcomes there were, of other kinds."""
    schedules: int
    """How many schedules were tried."""
    exhausted: bool
    """Whether these were all there are from here."""
    seconds: float
    """How long it took."""

    @property
    def possible(self) -> bool | None:
        """Whether there is one; None where none was found and not all were tried."""
        return True if self.outcomes else (False if self.exhausted else None)


def found_here(state: State, path: Sequence[int], kind: str, output: str | None) -> Found:
    """Of a program that is over there is one outcome."""
    outcome = state.outcome
    assert outcome is not None
    told = {"kind": outcome.kind, "exit_code": outcome.exit_code, "output": outcome.output}
    if not is_wanted(told, kind, output):
        return Found((), (), 1, 1, True, 0.0)
    return Found((outcome,), (tuple(path),), 0, 1, True, 0.0)


def found_from(told: dict[str, Any], kind: str, output: str | None, seconds: float) -> Found:
    """Typed: those of the kind that was looked for, the others counted."""
    rows = {each["key"]: each for each in told["outcomes"] if is_wanted(each, kind, output)}
    by_schedule = {each["schedule"]: each["numbers"] for each in rows.values()}
    result = exploration_from(
        {**told, "outcomes": list(rows.values())}, None, seconds=seconds, stopped=False
    )
    return Found(
        outcomes=result.outcomes,
        numbers=tuple(tuple(by_schedule.get(each.schedule, ())) for each in result.outcomes),
        others=len({each["key"] for each in told["outcomes"]} - set(rows)),
        schedules=told.get("schedules", 0),
        exhausted=bool(told.get("exhausted")),
        seconds=seconds,
    )
