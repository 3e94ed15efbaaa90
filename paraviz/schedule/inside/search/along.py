"""One execution along a schedule that was written down."""

from __future__ import annotations

from paraviz.schedule.inside import tokens
from paraviz.schedule.inside.patience import LONG_LIMIT_S, LONG_SLEEP_S
from paraviz.schedule.inside.search.simple import Search, go_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.schedule.inside.engine import Choose, Engine
    from paraviz.schedule.inside.tokens import Part
    from paraviz.schedule.inside.worker import Worker


class Along(Search):
    """Takes the parts of a schedule one after the other. It parts from it where a worker cannot go
    on, or ends, before it came to the step that its part ends with."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)
        self.at = 0
        self.left = 0
        self.seen = 0
        self.parted_at = ""
        """"" or, once it parted, the step, the part and the worker."""

    def start(self) -> Choose:
        self.more = False
        self.at = self.seen = 0
        self.left = self.parts[0][2] if self.parts else 0
        return self._choose

    def _next(self) -> None:
        self.at += 1
        self.left = self.parts[self.at][2] if self.at < len(self.parts) else 0

    def _look(self, engine: Engine) -> None:
        """See what was done since the last decision."""
        steps = engine.steps
        while self.seen < len(steps) and self.at < len(self.parts):
            row = steps[self.seen]
            self.seen += 1
            number, its, _count = self.parts[self.at]
            if its and row[0] == number and tokens.mark_of(row) == its:
                self.left -= 1
                if not self.left:
                    self._next()

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        worker = self._along(engine, able)
        if worker is not None or self.parted_at:
            return worker
        engine.is_following = False
        return go_on(engine, able)

    def _along(self, engine: Engine, able: list[Worker]) -> Worker | None:
        """Who goes on by the schedule; None where it is at its end, or parted."""
        self._look(engine)
        while self.at < len(self.parts):
            number, its, _count = self.parts[self.at]
            worker = next((each for each in able if each.number == number), None)
            if worker is None and its:
                # Whoever steers may wake a sleeper before a search would.
                worker = sleeper(engine, number)
            if worker is not None:
                return worker
            if its:
                # Somebody who did nothing that mattered, and so is in no part to come.
                to_come = {part[0] for part in self.parts[self.at :]}
                silent = next((each for each in able if each.number not in to_come), None)
                if silent is not None:
                    return silent
                self.parted_at = self._where(engine, number)
                engine.end = "parted"
                return None
            self._next()
        return None

    def _where(self, engine: Engine, number: int) -> str:
        worker = engine.workers[number] if number < len(engine.workers) else None
        name = worker.name if worker is not None else f"worker {number}"
        at = worker.at() if worker is not None else ""
        return f"{engine.decisions}|{self.at + 1}|{name}|{at}"


def sleeper(engine: Engine, number: int) -> Worker | None:
    """The worker of this number, if it waits for a time that is no long one."""
    for worker in engine.live:
        if worker.number == number and worker.deadline is not None:
            left_s = worker.deadline - engine.now
            is_soon = left_s < (LONG_SLEEP_S if worker.operation[0] == "sleep" else LONG_LIMIT_S)
            return worker if is_soon else None
    return None
