"""Searches that remember little: by chance, by changing priorities, along a schedule."""

from __future__ import annotations

import random

from paraviz.schedule.inside.tracing import set_free
from paraviz.schedule.inside.worker import Parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from paraviz.schedule.inside.engine import Choose, Engine
    from paraviz.schedule.inside.worker import Worker


def go_on(engine: Engine, able: list[Worker]) -> Worker:
    """Whoever runs goes on as long as it can."""
    running = engine.running
    return running if running is not None and running in able else able[0]


class Search:
    """What a search is, at the least."""

    hook: Any = None
    more = True
    is_long = False
    """Whether executions take so many steps that what goes on is not asked at each."""
    is_free = False
    """Whether nobody need be stopped any more, of such an execution, once all switches are done."""
    is_complete = False
    """Whether all schedules were tried once there is nothing left to try."""

    def start(self) -> Choose:
        """What chooses in the next execution."""
        raise NotImplementedError

    def export(self) -> Any:
        """What an execution told."""
        return None

    def merge(self, _data: Any) -> None:
        """Learn it."""


class Replay(Search):
    """One execution along these workers' numbers, then going on with whoever runs."""

    def __init__(self, numbers: Sequence[int]) -> None:
        self.numbers = numbers

    def start(self) -> Choose:
        self.more = False
        left = iter(self.numbers)

        def choose(engine: Engine, able: list[Worker]) -> Worker | None:
            number = next(left, None)
            if number is None:
                return go_on(engine, able)
            for worker in able:
                if worker.number == number:
                    return worker
            engine.end = "parted"
            return None

        return choose

    def merge(self, _data: Any) -> None:
        self.more = False


class Replays(Search):
    """Several of them, one after the other."""

    def __init__(self, schedules: Sequence[Sequence[int]]) -> None:
        self.left = list(schedules)

    @property
    def more(self) -> bool:  # type: ignore[override]
        """Whether one is left."""
        return bool(self.left)

    def start(self) -> Choose:
        return Replay(self.left[0]).start()

    def merge(self, _data: Any) -> None:
        self.left.pop(0)


class ByChance(Search):
    """Each step by chance."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def start(self) -> Choose:
        source = random.Random(self.seed)
        # Half of them go on with whoever runs for longer stretches.
        share = (1.0, 0.3, 1.0, 0.02)[self.seed % 4]
        if self.is_long:
            share = (0.02, 0.002)[self.seed % 2]

        trusts = self.seed % 3 > 0

        def choose(engine: Engine, able: list[Worker]) -> Worker:
            engine.trusts_sleeps = trusts
            if share < 1:
                engine.skip = int(source.expovariate(share))
            return able[0] if len(able) == 1 else source.choice(able)

        return choose

    def merge(self, _data: Any) -> None:
        self.seed += 1


class Priorities(Search):
    """PCT (Burckhardt et al., 2010): the worker with the highest priority goes on; at few places,
    chosen by chance, the one that runs becomes the last."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.length = 30
        self.taken = 0

    def start(self) -> Choose:
        source = random.Random(self.seed)
        priorities: dict[int, float] = {}
        changes = 1 + self.seed % 4
        # Of a long one in an early part of it: what comes after the last change goes on freely.
        length = 16 << source.randrange(8) if self.is_long else max(self.length, 2)
        points = sorted(source.randrange(1, length) for _ in range(changes))
        self.taken = 0
        lowest = 0
        trusts = self.seed % 3 > 0

        def choose(engine: Engine, able: list[Worker]) -> Worker:
            nonlocal lowest
            engine.trusts_sleeps = trusts
            # What was skipped was taken, too.
            self.taken = engine.decisions
            if points and self.taken > points[0]:
                points.pop(0)
                lowest -= 1
                if engine.running is not None:
                    priorities[engine.running.number] = lowest
            for worker in able:
                priorities.setdefault(worker.number, 1 + source.random())
            if self.is_long and points:
                engine.skip = max(0, points[0] - self.taken)
            elif self.is_long and self.is_free and not engine.is_free:
                set_free(engine)
            return max(able, key=lambda worker: priorities[worker.number])

        return choose

    def export(self) -> int:
        return self.taken

    def merge(self, data: int) -> None:
        self.seed += 1
        self.length = max(self.length, data)


class Everything(Search):
    """Each schedule, one after the other, the fewest interruptions first; `most` of them at most.
    What the others are compared with."""

    is_complete = True

    def __init__(self, most: int | None = None) -> None:
        self.here: list[tuple[int, ...]] = [()]
        self.later: list[tuple[int, ...]] = []
        self.bound = 0
        self.most = most
        self.depth = 0
        self.record: list[tuple[int, int, list[int]]] = []

    @property
    def more(self) -> bool:  # type: ignore[override]
        """Whether one is left."""
        while not self.here and self.later and (self.most is None or self.bound < self.most):
            self.here, self.later = self.later, []
            self.bound += 1
        return bool(self.here)

    def start(self) -> Choose:
        prefix = self.here.pop()
        self.depth = len(prefix)
        record = self.record = []

        def choose(engine: Engine, able: list[Worker]) -> Worker:
            at = len(record)
            running = engine.running
            mine = running if running is not None and running in able else None
            chosen: Worker | None
            if at < len(prefix):
                chosen = next((each for each in able if each.number == prefix[at]), None)
            else:
                chosen = mine or able[0]
            if chosen is None:
                raise Parted
            numbers = [each.number for each in able]
            record.append((chosen.number, mine.number if mine is not None else -1, numbers))
            return chosen

        return choose

    def export(self) -> Any:
        return self.depth, self.record

    def merge(self, data: Any) -> None:
        depth, record = data
        chosen = [row[0] for row in record]
        spent = 0
        for at, (number, mine, numbers) in enumerate(record):
            if at >= depth:
                for other in numbers:
                    if other != number:
                        interrupts = mine >= 0 and other != mine
                        cheap = spent + interrupts <= self.bound
                        (self.here if cheap else self.later).append((*chosen[:at], other))
            spent += mine >= 0 and number != mine
