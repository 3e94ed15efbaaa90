"""How often each outcome, and each order of output and of locks' hand-overs, comes up in real runs;
beside those that are possible."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paraviz.schedule.real_runs import key_of
from paraviz.text.translation import _, localized, ngettext

if TYPE_CHECKING:
    from paraviz.schedule.real_runs import Key, RealRun
    from paraviz.schedule.result import Exploration

    Event = tuple[str, str, str]

_SHOWN = 12
_WIDTH = 24
_SHOWN_CHARACTERS = 200


@dataclass(slots=True)
class Census:
    """Real runs, counted."""

    runs: int = 0
    """How many there were."""
    outcomes: Counter[Key] = field(default_factory=Counter)
    """How often each outcome came up."""
    orders: Counter[tuple[Event, ...]] = field(default_factory=Counter)
    """How often each order of writes and hand-overs did."""
    seconds: float = 0.0
    """How long it took."""
    explored: Exploration | None = None
    """What is possible, if that was asked for."""

    def add(self, run: RealRun) -> None:
        """Count one more."""
        self.runs += 1
        self.outcomes[run.key] += 1
        self.orders[run.events] += 1

    @property
    def parting(self) -> tuple[int, Event | None, Event | None] | None:
        """Where the two most frequent orders part first: after how many events, and what comes
        next in each; None if there is one order only."""
        if len(self.orders) < 2:
            return None
        (one, _often), (other, _less) = self.orders.most_common(2)
        at = 0
        while at < min(len(one), len(other)) and one[at] == other[at]:
            at += 1
        next_of_one = one[at] if at < len(one) else None
        return at, next_of_one, other[at] if at < len(other) else None

    @property
    def shown_of_possible(self) -> int:
        """How many of the outcomes that exploring found real runs showed."""
        found = self.explored.outcomes if self.explored is not None else ()
        return sum(key_of(outcome) in self.outcomes for outcome in found)

    @property
    def unexplained(self) -> int:
        """How many runs ended in a way that exploring did not find."""
        if self.explored is None:
            return 0
        known = {key_of(outcome) for outcome in self.explored.outcomes}
        return sum(times for key, times in self.outcomes.items() if key not in known)


def as_json(census: Census) -> str:
    """For machines: never translated."""
    told: dict[str, Any] = {
        "runs": census.runs,
        "seconds": round(census.seconds, 3),
        "outcomes": [
            {
                "kind": kind,
                "output": output,
                "exit_code": code,
                "raised": [{"type": each, "text": text} for each, text in raised],
                "runs": times,
            }
            for (kind, output, code, raised), times in census.outcomes.most_common()
        ],
        "distinct_interleavings": len(census.orders),
        "interleavings": [
            {"runs": times, "events": [_event(each) for each in events]}
            for events, times in census.orders.most_common(50)
        ],
        "parting": None,
        "explored": None,
    }
    if census.parting is not None:
        at, one, other = census.parting
        told["parting"] = {"after": at, "one": _event(one), "other": _event(other)}
    if census.explored is not None:
        told["explored"] = {
            "outcomes": len(census.explored.outcomes),
            "exhausted": census.explored.exhausted,
            "seen": census.shown_of_possible,
            "unexplained_runs": census.unexplained,
        }
    return json.dumps(told)


def _event(event: Event | None) -> dict[str, str] | None:
    return None if event is None else dict(zip(("worker", "what", "at"), event, strict=True))


def as_text(census: Census, name: str) -> str:
    """For people."""
    words = ngettext(
        "{name}: {count:,} real run in {seconds} s",
        "{name}: {count:,} real runs in {seconds} s",
        census.runs,
    )
    seconds = localized(f"{census.seconds:.1f}")
    lines = [words.format(name=name, count=census.runs, seconds=seconds), ""]
    for key, times in census.outcomes.most_common(_SHOWN):
        lines += _outcome_lines(census, key, times)
    more = len(census.outcomes) - _SHOWN
    if more > 0:
        words = ngettext("{count:,} further outcome", "{count:,} further outcomes", more)
        lines.append(f"… {words.format(count=more)}")
    return "\n".join([*lines, "", *_order_lines(census), *_possible(census)])


def _outcome_lines(census: Census, key: Key, times: int) -> list[str]:
    kind, output, code, raised = key
    bar = "█" * max(1, round(_WIDTH * times / census.runs))
    head = {"ok": _("ends"), "exception": _("an exception"), "hangs": _("it gets stuck")}[kind]
    if kind == "ok" and code:
        head = _("exit code {code}").format(code=code)
    lines = [f"{bar:<{_WIDTH}} {localized(f'{times:,}'):>6} · {head}"]
    lines += [f"    {each}: {text}" if text else f"    {each}" for each, text in raised]
    shown = output[:_SHOWN_CHARACTERS] + (" …" if len(output) > _SHOWN_CHARACTERS else "")
    return lines + [f"    │ {line}" for line in shown.splitlines()]


def _order_lines(census: Census) -> list[str]:
    count = len(census.orders)
    words = ngettext(
        "{count:,} order of output and of locks' hand-overs",
        "{count:,} different orders of output and of locks' hand-overs",
        count,
    )
    lines = [words.format(count=count)]
    if census.parting is None:
        return lines
    at, one, other = census.parting
    words = ngettext(
        "The two most frequent part after {count:,} event: {one}; or {other}",
        "The two most frequent part after {count:,} events: {one}; or {other}",
        at,
    )
    return [*lines, words.format(count=at, one=_told(one), other=_told(other))]


def _told(event: Event | None) -> str:
    if event is None:
        return _("nothing more")
    who, what, place = event
    at = f" ({place})" if place else ""
    if what.startswith("writes "):
        return _("{worker} writes {text}{at}").format(worker=who, text=what[7:], at=at)
    lock = what.rpartition(" ")[2]
    return _("{worker} takes the lock of {place}{at}").format(worker=who, place=lock, at=at)


def _possible(census: Census) -> list[str]:
    """What is possible, and what of it these runs showed."""
    explored = census.explored
    if explored is None:
        return []
    count = len(explored.outcomes)
    if explored.exhausted:
        words = ngettext(
            "{count:,} outcome is possible; these runs showed {seen:,}.",
            "{count:,} outcomes are possible; these runs showed {seen:,}.",
            count,
        )
    else:
        words = ngettext(
            "Exploring found {count:,} outcome, and did not try all there are; these runs showed "
            "{seen:,}.",
            "Exploring found {count:,} outcomes, and did not try all there are; these runs showed "
            "{seen:,}.",
            count,
        )
    lines = [words.format(count=count, seen=census.shown_of_possible)]
    if census.unexplained:
        words = ngettext(
            "{count:,} real run ended in a way that exploring did not find.",
            "{count:,} real runs ended in ways that exploring did not find.",
            census.unexplained,
        )
        lines.append(words.format(count=census.unexplained))
    return lines
