"""The loop: which search is tried when, and what is told of it on the way."""

from __future__ import annotations

import time

from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.search.reduced import Reduced
from paraviz.schedule.inside.search.simple import ByChance, Everything, Priorities

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

    from paraviz.schedule.inside.search.simple import Search
    from paraviz.schedule.inside.tally import Tally

SEARCHES: dict[str, Callable[[], Search]] = {
    "all": Reduced,
    "random": ByChance,
    "pct": Priorities,
    "brute": Everything,
}
_FIRST_S = 2.5
_STUCK_LIMIT = 3
_TELL_EVERY_S = 0.1
_TOLD_COUNTS = 200
"""Of so many outcomes it is told on the way how many schedules gave them."""


class Stop(Exception):
    """Enough."""


class Loop:
    """Tries schedules until all are tried, or time or number is up."""

    def __init__(
        self, order: dict[str, Any], tally: Tally, tell: Callable[[dict[str, Any]], None]
    ) -> None:
        self.order, self.tally, self.tell = order, tally, tell
        self.began = time.monotonic()
        self.until = self.began + order["time_limit_s"]
        self.most = order["schedules"] or 1 << 60
        self.searches = dict(SEARCHES)
        if order.get("grain", "access") != "access":
            # What a line, or an instruction, touches is not known: nothing can be left out.
            self.searches["all"] = Everything
        self.is_exhausted = False
        self.parted = ""
        self.stuck = 0
        self.by: dict[str, int] = {}
        self.told_at = 0.0
        self.began_anew = 0
        self.is_long = bool(order.get("is_long"))
        """Whether executions are so long that there are too many schedules to try all."""

    def __call__(self, executor: Any) -> None:
        """Explore."""
        wanted = self.order["search"]
        try:
            if wanted == "auto":
                self._by_turns(executor)
            else:
                self._search(executor, wanted, self.searches[wanted](), self.until)
        except Stop:
            pass

    def _by_turns(self, executor: Any) -> None:
        """All of them, if that is soon over; else by turns with what finds faults by chance."""
        reduced: Search = self.searches["all"]()
        slices = self._slices()
        while time.monotonic() < self.until:
            if not self.is_long:
                reduced = self._search(executor, "all", reduced, next(slices))
            if not reduced.more or self.parted or self.is_exhausted:
                return
            if self.is_long and not hasattr(executor, "can_be_free"):
                return
            for name in ("pct", "random"):
                self._search(executor, name, self.searches[name](), next(slices))

    def _slices(self) -> Iterator[float]:
        length = _FIRST_S
        while True:
            yield min(self.until, time.monotonic() + length)
            yield min(self.until, time.monotonic() + length / 4)
            yield min(self.until, time.monotonic() + length / 4)
            length *= 2

    def _search(self, executor: Any, name: str, search: Search, until: float) -> Search:
        """Go on with a search; returns it, or the one that took its place."""
        search.is_long = self.is_long
        search.is_free = self.is_long and getattr(executor, "can_be_free", False)
        if hasattr(search, "seed"):
            search.seed = self.by.get(name, 0)
        while search.more and self._has_time(search, until):
            if self.tally.executions >= self.most:
                raise Stop
            executor.until = self.until
            told = executor.run(search)
            if told["grew"]:
                # Something turned out to matter that was no step.
                self.began_anew += 1
                for outcome in self.tally.outcomes.values():
                    # Its numbers are of steps as they were known then.
                    outcome["is_stale"] = True
                if told["end"] not in ("cut", "parted", "no time"):
                    self._add(told, name)
                if told["end"] == "late" and isinstance(search, Reduced):
                    self.is_long = True
                    return search
                search, before = self.searches[name](), search
                search.is_long, search.is_free = before.is_long, before.is_free
                if hasattr(search, "seed"):
                    search.seed = self.by.get(name, 0)
                continue
            if told["end"] == "no time":
                self._add(told, name)
                return search
            if told["end"] == "late":
                self._add(told, name)
                if isinstance(search, Reduced):
                    self.is_long = True
                    return search
                continue
            if told["end"] == "lost":
                # Who else had a say in it is told as not under control.
                raise Stop
            if told["end"] == "parted":
                self.parted = str(told["decisions"])
                raise Stop
            if told.get("is_lost"):
                self._add(told, name)
                self.stuck += 1
                if search.is_complete or self.stuck > _STUCK_LIMIT:
                    raise Stop
                continue
            search.merge(told["learned"])
            self._add(told, name)
        if search.is_complete and not search.more and not self.tally.too_long:
            self.is_exhausted = True
        return search

    def _has_time(self, search: Search, until: float) -> bool:
        """Whether another execution may begin. The first search sees one of them to its end, or
        knows that it is long."""
        if isinstance(search, Reduced) and not self.tally.schedules:
            until = self.until
        return time.monotonic() < until

    def _add(self, told: dict[str, Any], name: str) -> None:
        self.by[name] = self.by.get(name, 0) + 1
        is_new = self.tally.add(told)
        now = time.monotonic()
        if is_new or now - self.told_at > _TELL_EVERY_S:
            self.told_at = now
            self.tell(self.progress(told.get("key") if is_new else None))

    def progress(self, key: str | None = None) -> dict[str, Any]:
        """How far it is; with an outcome, if there is a new one."""
        tally = self.tally
        return {
            "schedules": tally.schedules,
            "executions": tally.executions,
            "steps": tally.steps,
            "counts": [each["count"] for each in tally.outcomes.values()][:_TOLD_COUNTS],
            "outcome": tally.outcomes[key] if key is not None else None,
        }

    def result(self) -> dict[str, Any]:
        """All there is to say at the end."""
        return {
            **self.progress(),
            "end": True,
            "exhausted": self.is_exhausted,
            "parted": self.parted,
            "outcomes": list(self.tally.outcomes.values()),
            "by": self.by,
            "too_long": self.tally.too_long,
            "is_long": self.is_long,
            "many_rounds": sorted(KNOWN.many_rounds),
            "began_anew": self.began_anew,
            "main_s": time.monotonic() - self.began,
        }
