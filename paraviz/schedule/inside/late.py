"""Whether an execution is possible only if somebody was held up while another slept.

A sleep orders nothing; but a program whose outcome hangs on somebody with nothing to wait for not
having come within a tenth of a second is not to be called wrong without saying so. The time at
which each step can come at the earliest is worked out from what it depends on: as long as the
program sleeps, and no time at all for what it computes. A step that came after what it depends on,
although it could have come before, was held up for so long.
"""

from __future__ import annotations

import os

from paraviz.schedule.inside.operations import dependent, place_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.operations import Operation

TRUSTED_S = 0.05
"""Nobody is expected to be held up for so long: shorter sleeps order nothing."""
_MOST = 5_000
"""Steps of an execution that is still looked at."""


class _Times:
    """When each step can come at the earliest, and which sleep makes it so late."""

    def __init__(self) -> None:
        self.at: dict[int, float] = {0: 0.0}
        self.why: dict[int, tuple[float, str]] = {}
        self.enabled: dict[int, tuple[float, tuple[float, str]]] = {}
        self.past: dict[Any, list[tuple[float, int, Operation]]] = {}
        self.slack: dict[int, float] = {}
        """How much later a worker may come because it waited with a limit, which may be over any
        time before it."""
        self.blocked: set[int] = set()
        self.worst = 0.0
        self.cause: tuple[float, str] = (0.0, "")

    def natural(self, number: int) -> float:
        """When a worker could go on, if nothing kept it."""
        mine = self.at.get(number, 0.0)
        given = self.enabled.pop(number, None)
        if given is not None and given[0] > mine:
            mine = given[0]
            self.why[number] = given[1]
        return mine

    def held_up(self, by: float, number: int) -> None:
        """A step came so much later than it could, after that worker's."""
        if by > self.worst:
            self.worst = by
            self.cause = self.why.get(number, (0.0, ""))

    def unblocked(self, able: list[int], before: int) -> None:
        """At a decision: who could not go on at the one before got what it waited for there."""
        for number in able:
            if number in self.blocked:
                self.blocked.discard(number)
                if before in self.at:
                    self.enabled[number] = self.at[before], self.why.get(before, (0.0, ""))
        self.blocked |= self.at.keys() - set(able)

    def latest(self, number: int, operation: Operation) -> tuple[float, int]:
        """When what others did that this depends on came, the last of it; by whom."""
        if operation[0] == "exit":
            others = [(at, each) for each, at in self.at.items() if each != number]
            return max(others, default=(0.0, -1))
        rows = self.past.get(place_of(operation), ())
        return max(
            ((at, who) for at, who, other in rows if who != number and dependent(operation, other)),
            default=(0.0, -1),
        )


def held_up(engine: Engine) -> tuple[float, str] | None:
    """The sleep during which somebody was held up: its length, and its place; or None where nobody
    need have been for `TRUSTED_S`."""
    rows = engine.steps
    if len(rows) > _MOST:
        return None
    if not any(row[1][0] == "sleep" and row[1][2] >= TRUSTED_S for row in rows):
        return None
    times = _Times()
    before = 0
    for index, (number, operation, able, _switchable, file, line) in enumerate(rows):
        kind = operation[0]
        if able is not None:
            times.unblocked(able, before)
        natural = times.natural(number)
        if kind == "sleep":
            length = operation[2]
            natural += length
            if length > times.why.get(number, (0.0, ""))[0]:
                times.why[number] = length, f"{os.path.basename(file)}:{line}"
        elif kind == "spawn":
            times.at[operation[2]] = natural
            times.why[operation[2]] = times.why.get(number, (0.0, ""))
        slack = times.slack.get(number, 0.0) + engine.limits.get(index, 0.0)
        since, other = times.latest(number, operation)
        if kind not in ("join", "spawn", "end") and since > natural:
            times.held_up(since - natural - slack, other)
            times.why[number] = times.why.get(other, (0.0, ""))
            slack = max(0.0, slack - (since - natural))
            natural = since
        times.slack[number] = slack
        times.at[number] = natural
        if kind == "exit" and able is not None:
            _cut_off(engine, times, number, able)
        times.past.setdefault(place_of(operation), []).append((natural, number, operation))
        before = number
    return times.cause if times.worst >= TRUSTED_S else None


def _cut_off(engine: Engine, times: _Times, number: int, able: list[int]) -> None:
    """At the end of the program: who still could have gone on was held up, too."""
    for each in able:
        worker = engine.workers[each]
        if each == number or worker.deadline is not None:
            continue
        could = times.at.get(each, 0.0) + times.slack.get(each, 0.0)
        times.held_up(times.at[number] - could, number)
