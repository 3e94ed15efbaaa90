"""Searching from where a program stands: the schedules that begin with what was done so far."""

from __future__ import annotations

from paraviz.schedule.inside.executing import Forks
from paraviz.schedule.inside.exploring import Loop, Stop
from paraviz.schedule.inside.phase import _told_known
from paraviz.schedule.inside.program import real_exit
from paraviz.schedule.inside.search.along import sleeper
from paraviz.schedule.inside.search.reduced import Node, Reduced
from paraviz.schedule.inside.search.simple import ByChance, Priorities, Search
from paraviz.schedule.inside.tally import Tally
from paraviz.schedule.inside.worker import Parted
from paraviz.steering.inside.pipes import send
from paraviz.steering.inside.wanted import is_wanted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from paraviz.schedule.inside.engine import Choose, Engine
    from paraviz.schedule.inside.worker import Worker

    Told = dict[str, Any]


class FromHere(Reduced):
    """All schedules that begin so."""

    def __init__(self, begin: Sequence[int]) -> None:
        super().__init__()
        self.begin = begin

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        at = len(self.steps)
        if at < len(self.begin):
            worker = _worker(engine, able, self.begin[at])
            if worker not in able:
                able = [*able, worker]
            if at >= len(self.path):
                self.path.append(Node(worker.number, {each.number for each in able}))
        return super()._choose(engine, able)

    def merge(self, data: Any) -> None:
        if data is not None:
            self.take_in(data)
        for node in self.path[: len(self.begin)]:
            # What was done is done.
            node.backtrack = {node.number}
        super().merge(None)


class Begun(Search):
    """A search by chance that begins so."""

    def __init__(self, begin: Sequence[int], search: Any) -> None:
        self.begin, self.search = begin, search
        self.seed = 0

    def start(self) -> Choose:
        self.search.seed = self.seed
        self.search.is_long, self.search.is_free = self.is_long, self.is_free
        go_on: Choose = self.search.start()
        count = 0

        def choose(engine: Engine, able: list[Worker]) -> Worker | None:
            nonlocal count
            count += 1
            if count <= len(self.begin):
                return _worker(engine, able, self.begin[count - 1])
            engine.is_following = False
            return go_on(engine, able)

        return choose

    def export(self) -> Any:
        return self.search.export()

    def merge(self, data: Any) -> None:
        self.search.merge(data)
        self.seed += 1


def _worker(engine: Engine, able: list[Worker], number: int) -> Worker:
    found = next((each for each in able if each.number == number), None)
    found = found or sleeper(engine, number)
    if found is None:
        raise Parted
    return found


class Grown(Exception):
    """Something turned out to matter that was no step: what was done so far has other numbers."""


class _Careful:
    """Runs executions for a search, until one tells something new."""

    def __init__(self, forks: Forks) -> None:
        self.forks = forks

    can_be_free = True

    @property
    def until(self) -> float:
        """When time is up."""
        return self.forks.until

    @until.setter
    def until(self, until: float) -> None:
        self.forks.until = until

    def run(self, search: Search) -> Told:
        """One execution."""
        told = self.forks.run(search)
        if told["grew"]:
            raise Grown
        return told


def find(forks: Forks, message: Told, answers: int) -> None:
    """In a process of its own: search as asked, tell what there is, and end."""
    begin = message["begin"]
    forks.tally = tally = Tally()
    kind, output, is_all = message["kind"], message.get("output"), message.get("all", False)

    def tell(told: Told) -> None:
        send(answers, {"progress": told})
        outcome = told["outcome"]
        if outcome is not None and not is_all and is_wanted(outcome, kind, output):
            raise Stop

    order = {
        "search": "auto",
        "grain": "access",
        "time_limit_s": message["time_limit_s"],
        "schedules": message.get("schedules", 0),
    }
    loop = Loop(order, tally, tell)
    loop.searches = {
        "all": lambda: FromHere(begin),
        "pct": lambda: Begun(begin, Priorities()),
        "random": lambda: Begun(begin, ByChance()),
    }
    try:
        loop(_Careful(forks))
    except Grown:
        send(answers, {"grown": _told_known()})
        real_exit(0)
    send(answers, {"found": loop.result()})
    real_exit(0)


class _Curious(_Careful):
    """Tells at once what an execution told anew."""

    def __init__(self, forks: Forks, answers: int) -> None:
        super().__init__(forks)
        self.answers = answers

    def run(self, search: Search) -> Told:
        told = self.forks.run(search)
        if told["grew"]:
            send(self.answers, {"known": _told_known()})
        return told


def learn(forks: Forks, message: Told, answers: int) -> None:
    """In a process of its own: try some schedules, tell what turned out to matter, and end."""
    forks.tally = Tally()
    order = {
        "search": "auto",
        "grain": "access",
        "time_limit_s": message["time_limit_s"],
        "schedules": message["schedules"],
    }
    Loop(order, forks.tally, lambda _told: None)(_Curious(forks, answers))
    send(answers, {"known": _told_known(), "end": True})
    real_exit(0)
