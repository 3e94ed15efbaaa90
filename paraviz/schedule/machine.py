"""An exploration for machines: JSON, and messages in English, never translated."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paraviz.schedule.result import Blocked, Exploration, Outcome, Raised


def as_json(exploration: Exploration) -> str:
    """For machines: never translated."""
    told: dict[str, Any] = {
        "outcomes": [_outcome_json(outcome) for outcome in exploration.outcomes],
        "schedules": exploration.schedules,
        "steps": exploration.steps,
        "exhausted": exploration.exhausted,
        "seconds": round(exploration.seconds, 3),
        "search": exploration.search,
        "uncontrolled": list(exploration.uncontrolled),
        "parted": exploration.parted,
        "many_rounds": list(exploration.many_rounds),
        "too_long": exploration.too_long,
        "seen_once": exploration.seen_once,
        "fresh_processes": exploration.is_fresh,
        "stopped": exploration.was_stopped,
    }
    if any(outcome.confirmed is not None for outcome in exploration.outcomes):
        told["unexplained_runs"] = exploration.unexplained_runs
    return json.dumps(told)


def _outcome_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "kind": outcome.kind,
        "output": outcome.output,
        "errors": outcome.errors,
        "exit_code": outcome.exit_code,
        "message": english_message(outcome),
        "schedules": outcome.schedules,
        "switches": outcome.switches,
        "schedule": outcome.schedule,
        "under_gil": outcome.under_gil,
        "fault": outcome.is_fault,
        **(
            {"confirmed": {"runs": outcome.confirmed.runs, "seen": outcome.confirmed.seen}}
            if outcome.confirmed is not None
            else {}
        ),
        "only_if_sleep_is_too_short": (
            None if outcome.late is None else {"sleep_s": outcome.late[0], "at": outcome.late[1]}
        ),
    }


def english_message(outcome: Outcome) -> str:
    """What is wrong, "" for nothing; never translated."""
    parts = [f"{error_of(each)} in {each.worker}{place_of(each)}" for each in outcome.raised]
    for each in outcome.blocked:
        what = f"{each.what} {each.name}".strip()
        held = f", held by {each.holder}" if each.holder else ""
        parts.append(f"{each.worker or 'a worker'}: {what}{held}{place_of(each)}")
    if not parts and outcome.exit_code:
        parts.append(f"exit code {outcome.exit_code}")
    head = {"deadlock": "deadlock: ", "stuck": "stuck: "}.get(outcome.kind, "")
    return head + "; ".join(parts)


def error_of(raised: Raised) -> str:
    return f"{raised.type}: {raised.text}" if raised.text else raised.type


def place_of(each: Raised | Blocked) -> str:
    return f" ({each.file}:{each.line})" if each.file else ""
