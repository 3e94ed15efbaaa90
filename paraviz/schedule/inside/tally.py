"""What came out so far: each distinct outcome once, with the schedule of it that switches least."""

from __future__ import annotations

from itertools import pairwise

from paraviz.schedule.inside import tokens
from paraviz.schedule.inside.gilpoints import as_it_is
from paraviz.schedule.inside.late import held_up
from paraviz.schedule.inside.outcomes import key_of, outcome_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.schedule.inside.engine import Engine

NO_OUTCOME = ("cut", "steps", "parted", "lost", "late", "no time")
"""Ends of an execution that say nothing of the program."""


def numbers_of(engine: Engine) -> list[int]:
    """Who was chosen, in order."""
    return [row[0] for row in engine.steps if row[2] is not None]


def switches_in(numbers: list[int]) -> int:
    """How often another worker went on than before."""
    return sum(one != other for one, other in pairwise(numbers))


class Tally:
    """Counts outcomes."""

    def __init__(self) -> None:
        self.outcomes: dict[str, dict[str, Any]] = {}
        self.schedules = 0
        """Executions that were tried to their end."""
        self.executions = 0
        self.steps = 0
        self.too_long = 0
        """Those that were given up because they took too many steps."""

    def record(self, engine: Engine) -> dict[str, Any]:
        """What is to be known of an execution, as plain data."""
        told: dict[str, Any] = {"end": engine.end, "decisions": engine.decisions}
        if engine.end in NO_OUTCOME:
            return told
        outcome = outcome_of(engine)
        key = key_of(outcome)
        numbers = numbers_of(engine)
        switches = switches_in(numbers)
        told.update(key=key, switches=switches)
        known = self.outcomes.get(key)
        late = None
        if outcome["kind"] != "ok" or outcome["exit_code"]:
            late = held_up(engine)
            told["late"] = late
        if engine.tracks and (known is None or not known.get("under_gil")):
            told["under_gil"] = engine.under_gil or as_it_is(engine)
        rank = late is not None, switches
        if known is None or known["is_stale"] or rank < (bool(known["late"]), known["switches"]):
            told.update(outcome=outcome, numbers=numbers, schedule=tokens.token_of(engine))
        return told

    def add(self, told: dict[str, Any]) -> bool:
        """Count it; whether it told something new."""
        self.executions += 1
        self.steps += told["decisions"]
        if told["end"] in NO_OUTCOME:
            self.too_long += told["end"] in ("steps", "late", "no time")
            return False
        self.schedules += 1
        key = told["key"]
        known = self.outcomes.get(key)
        if known is None:
            known = self.outcomes[key] = {**told["outcome"], "count": 0, "key": key}
            known["is_stale"] = False
            known["late"] = told.get("late")
        known["count"] += 1
        if known["is_stale"] or not told.get("late"):
            # Of what is stale not all steps were known.
            known["late"] = told.get("late")
        if told.get("under_gil"):
            known["under_gil"] = True
        if "schedule" not in told:
            return False
        for name in ("switches", "numbers", "schedule"):
            known[name] = told[name]
        # Its numbers are of steps as they were known then.
        known["is_stale"] = bool(told.get("grew"))
        return True
