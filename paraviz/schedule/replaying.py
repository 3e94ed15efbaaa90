"""One schedule run once more: the same steps, the same output, each time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraviz.errors import ProgramError, UsageError
from paraviz.schedule.asking import TIME_LIMIT_S, Asked
from paraviz.schedule.inside.tokens import read
from paraviz.schedule.result import Outcome, exploration_from
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from paraviz.programs.parameters import Runnable


@dataclass(frozen=True, slots=True)
class Replayed:
    """What came out."""

    outcome: Outcome | None
    """None where it parted from its schedule."""
    detail: dict[str, Any]
    """Every step, as `inside.search.detailed` tells it."""
    parted: str
    """In words, where it parted, or ""."""
    python: str = ""
    """The interpreter's version."""


def schedule_in(text: str, folder: Path) -> str:
    """A schedule that is given as it is, or as the file that has it. Raises UsageError."""
    path = folder / text
    try:
        if path.is_file():
            text = path.read_text("utf-8").strip()
        read(text)
    except (OSError, ValueError):
        words = _("--schedule takes what explore told, or a file of it, not {text!r}")
        raise UsageError(words.format(text=text[:80])) from None
    return text


def replay(
    runnable: Runnable,
    argv: Sequence[str],
    schedule: str,
    python: str = "",
    more: Mapping[str, Any] | None = None,
) -> Replayed:
    """Run the program along a schedule. `more`: as for `asking.explore`. Raises ProgramError where
    it cannot be run at all."""
    order = {
        **(more or {}),
        "replay": schedule,
        "grain": "access",
        "search": "all",
        "schedules": 0,
        "time_limit_s": 3 * TIME_LIMIT_S,
    }
    asked = Asked(runnable, argv, python, order)
    result: dict[str, Any] | None = None
    try:
        for message in asked.messages():
            result = message.get("main", result)
            if message.get("done"):
                break
    finally:
        said = asked.end()
    if result is None or "replayed" not in result:
        lines = said.strip().splitlines()
        words = _("{name} cannot be run along a schedule: {reason}")
        reason = lines[-1] if lines else _("it ended without a word")
        raise ProgramError(words.format(name=runnable.name, reason=reason))
    told = result["replayed"]
    if told.get("end") == "parted":
        return Replayed(None, told.get("detail") or {}, _where(told.get("parted_at", "")))
    found = exploration_from({**result, "exhausted": False}, None, seconds=0.0, stopped=False)
    outcome = found.outcomes[0] if found.outcomes else None
    return Replayed(outcome, told.get("detail") or {}, "")


def _where(parted_at: str) -> str:
    step, part, worker, place = ([*parted_at.split("|"), "", "", ""])[:4]
    words = _(
        "it parted from its schedule at step {step}, in part {part}: {worker} could not go on "
        "({place})"
    )
    return words.format(step=step, part=part, worker=worker, place=place or "?")
