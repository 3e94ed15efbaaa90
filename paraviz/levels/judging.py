"""Whether a level is reached: by a run, by a proof, or by a program that was mended."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import msgspec

from paraviz.programs import catalogue
from paraviz.schedule.asking import explore
from paraviz.schedule.result import Outcome
from paraviz.text.translation import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paraviz.levels.level import Level
    from paraviz.schedule.result import Exploration

TIME_LIMIT_S = 30.0
MOST_STARS = 3
_FORGIVEN = 2
"""Switches more than are needed that cost one star only."""


class Verdict(msgspec.Struct, frozen=True):
    """What is thought of it."""

    solved: bool
    stars: int
    """0 to `MOST_STARS`."""
    told: Phrase
    """In one sentence."""
    schedule: str = ""
    """One that shows it, or ""."""


def of_run(level: Level, outcome: Outcome, path: Sequence[int]) -> Verdict:
    """Of a run that whoever plays has brought to its end; `path` says who went on at each step."""
    if level.mend or level.impossible or not level.goal.is_reached(outcome):
        return Verdict(False, 0, phrase("not yet: this run ended otherwise"))
    switches = sum(before != after for before, after in pairwise(path))
    stars = _stars(level, switches)
    told = phrase(
        "reached, with {count:,} switch", "reached, with {count:,} switches", count=switches
    )
    if stars < MOST_STARS:
        told = phrase("{reached}; {fewest:,} are enough", reached=told, fewest=level.fewest)
    return Verdict(True, stars, told)


def of_proof(level: Level, found: Exploration) -> Verdict:
    """Of all schedules, as far as they were tried: whether the goal can be reached at all."""
    there = _reaching(level, found)
    if there is not None:
        told = phrase(
            "it can be reached, with {count:,} switch",
            "it can be reached, with {count:,} switches",
            count=there.switches,
        )
        return Verdict(False, 0, told, there.schedule)
    if not found.exhausted:
        return _not_all(found)
    told = phrase("proved: none of all {count:,} schedules reaches it", count=found.schedules)
    return Verdict(level.impossible, MOST_STARS * level.impossible, told)


def of_mended(level: Level, found: Exploration) -> Verdict:
    """Of a program that was changed: whether nothing leads there any more, and it still does what
    it is for."""
    there = _reaching(level, found)
    if there is not None:
        return Verdict(False, 0, phrase("not yet: a schedule still leads there"), there.schedule)
    others = [each for each in found.outcomes if each.is_fault]
    others += [each for each in found.outcomes if not level.keep.is_reached(each)]
    if others:
        told = phrase("not yet, it does something else: {how}", how=_end(others[0]))
        return Verdict(False, 0, told, others[0].schedule)
    if not found.exhausted:
        return _not_all(found)
    if found.schedules == 1:
        return Verdict(False, 0, phrase("not yet: nothing in it goes on beside anything else"))
    told = phrase("mended: none of all {count:,} schedules leads there", count=found.schedules)
    return Verdict(True, MOST_STARS, told)


def explored(path: Path, python: str = "") -> Exploration:
    """All schedules of a level's program, within `TIME_LIMIT_S`. Raises ParavizError."""
    return explore(catalogue.find(str(path)), [], python=python, time_limit_s=TIME_LIMIT_S)


def checked(level: Level, found: Exploration) -> Phrase | None:
    """What is wrong with a level itself, for whoever makes one: that its goal cannot be reached, or
    can; that fewer switches are enough. None if nothing is."""
    there = _reaching(level, found)
    if level.impossible:
        return phrase("its goal can be reached") if there is not None else _cut(found)
    if there is None:
        return _cut(found) or phrase("its goal cannot be reached")
    if level.mend:
        return None
    if level.fewest > there.switches:
        return phrase(
            "{count:,} switch is enough", "{count:,} switches are enough", count=there.switches
        )
    if level.fewest and level.fewest < there.switches and found.exhausted:
        return phrase("no way with fewer than {fewest:,} switches was found", fewest=there.switches)
    return None


def _not_all(found: Exploration) -> Verdict:
    told = phrase(
        "not found among {count:,} schedule; not all were tried",
        "not found among {count:,} schedules; not all were tried",
        count=found.schedules,
    )
    return Verdict(False, 0, told)


def _cut(found: Exploration) -> Phrase | None:
    return None if found.exhausted else phrase("not all of its schedules could be tried")


def _reaching(level: Level, found: Exploration) -> Outcome | None:
    """The outcome that is the goal with the fewest switches; None if none is."""
    there = [each for each in found.outcomes if level.goal.is_reached(each)]
    return min(there, key=lambda each: each.switches, default=None)


def _stars(level: Level, switches: int) -> int:
    if not level.fewest or switches <= level.fewest:
        return MOST_STARS
    return MOST_STARS - 1 if switches <= level.fewest + _FORGIVEN else 1


def _end(outcome: Outcome) -> str:
    from paraviz.schedule.machine import english_message

    return english_message(outcome) or repr(outcome.output.strip()[:60])
