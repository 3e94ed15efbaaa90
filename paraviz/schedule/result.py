"""What exploring a program told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Kind = Literal["ok", "exception", "deadlock", "stuck"]
FAULT, ALL_TRIED, NOT_ALL_TRIED = 1, 0, 3
"""Exit codes: a fault was found; all schedules were tried and there is none; there is none among
those that were tried."""


@dataclass(frozen=True, slots=True)
class Raised:
    """An exception that ended a worker."""

    worker: str
    """Whose, or "" for the whole process."""
    type: str
    """Its class."""
    text: str
    """What it says."""
    file: str
    """The program's own file that it came from, or ""."""
    line: int
    """From 1; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Blocked:
    """A worker that could not go on."""

    worker: str
    """Which one, or "" where that is not known."""
    what: str
    """What it was about to do."""
    name: str
    """The variable that holds what it waits for, or ""."""
    holder: str
    """The worker that has it, or ""."""
    file: str
    """Where it stood."""
    line: int
    """From 1; 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What real runs, not under control, showed."""

    runs: int
    """How many there were."""
    seen: int
    """How many of them ended in this way."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way in which the program can end, with all that it wrote."""

    kind: Kind
    """How it ended."""
    output: str
    """What went to standard output."""
    errors: str
    """What the program itself wrote to standard error."""
    exit_code: int | None
    """None where it came to no end."""
    raised: tuple[Raised, ...]
    """What ended workers."""
    blocked: tuple[Blocked, ...]
    """Who waited for what, where nobody could go on."""
    schedules: int
    """How many of those that were tried gave it."""
    switches: int
    """How often another worker went on, in the schedule with the fewest such turns."""
    schedule: str
    """That schedule, as text that `run --schedule` takes."""
    under_gil: bool | None
    """Whether it can happen under this interpreter's GIL; None where that is not known."""

    late: tuple[float, str] | None = None
    """The sleep during which somebody who could go on was held up, so many seconds, and its place;
    None where it needs no such thing."""
    confirmed: Confirmed | None = None
    """Whether real runs showed it, where they were asked for."""

    @property
    def is_wrong(self) -> bool:
        """Whether it is no good end."""
        return self.kind != "ok" or bool(self.exit_code)

    @property
    def is_fault(self) -> bool:
        """Whether something is wrong with it that hangs on no sleep's being too short."""
        return self.is_wrong and self.late is None


@dataclass(frozen=True, slots=True)
class Exploration:
    """All of it."""

    outcomes: tuple[Outcome, ...]
    """Each distinct one, faults first, those with the fewest switches first."""
    schedules: int
    """How many were tried."""
    steps: int
    """How many steps these took, together."""
    exhausted: bool
    """Whether all schedules were tried: never where others than its threads had a say."""
    seconds: float
    """How long it took."""
    search: str
    """How schedules were chosen: "all", "pct", "random", several of them joined by "+"."""
    uncontrolled: tuple[str, ...]
    """What the program did that is not under control, and where."""
    parted: str = ""
    """What is known of two executions of one schedule that differed, or ""."""
    many_rounds: tuple[str, ...] = ()
    """Where a worker went round so often that the others came first."""
    too_long: int = 0
    """Executions that were given up because they took too many steps."""
    is_fresh: bool = False
    """Whether each execution was a process of its own."""
    was_stopped: bool = False
    """Whether it was called off."""
    unexplained_runs: int = 0
    """How many real runs ended in a way that exploring did not find, where they were asked for."""
    failure: str = ""
    """Why nothing could be explored, or ""."""
    notes: Mapping[str, Any] = field(default_factory=dict)
    """For those who look closely."""

    @property
    def exit_code(self) -> int:
        """What scripts go by."""
        if any(outcome.is_fault for outcome in self.outcomes):
            return FAULT
        return ALL_TRIED if self.exhausted else NOT_ALL_TRIED

    @property
    def seen_once(self) -> int:
        """How many outcomes came up in one schedule only: about so many of them, in as many further
        schedules, will be new (Good and Turing; Good, 1953)."""
        return sum(outcome.schedules == 1 for outcome in self.outcomes)


def exploration_from(
    result: Mapping[str, Any],
    under_gil: Mapping[str, Any] | None,
    *,
    seconds: float,
    stopped: bool,
    distrusts: bool = False,
) -> Exploration:
    """What the host told, put together. `under_gil`: its second exploration, of those schedules
    alone that the GIL lets happen; `distrusts`: sleeps order nothing."""
    rows = {row["key"]: row for row in result.get("outcomes", ())}
    gil_rows = {row["key"]: row for row in under_gil["outcomes"]} if under_gil is not None else {}
    for key, row in gil_rows.items():
        if not rows.setdefault(key, row).get("late") or distrusts or not row.get("late"):
            rows[key]["late"] = None
    if distrusts:
        for row in rows.values():
            row["late"] = None
    all_known = under_gil is not None and under_gil.get("exhausted")
    is_exhausted = bool(result.get("exhausted")) and not stopped
    # What others do, and when, is not tried.
    is_exhausted &= all(each.startswith("a file") for each in result.get("uncontrolled", ()))
    outcomes = []
    for key, row in rows.items():
        possible = True if key in gil_rows else (False if all_known else None)
        possible = True if row.get("under_gil") else possible
        if len(rows) == 1 and is_exhausted:
            # There is always one.
            possible = True
        outcomes.append(outcome_from(row, possible))
    outcomes.sort(
        key=lambda each: (not each.is_fault, not each.is_wrong, each.switches, each.output)
    )
    by = result.get("by") or {}
    search = "all" if is_exhausted else "+".join(name for name in by) or "all"
    return Exploration(
        outcomes=tuple(outcomes),
        schedules=result.get("schedules", 0),
        steps=result.get("steps", 0),
        exhausted=is_exhausted,
        seconds=seconds,
        search=search,
        uncontrolled=tuple(result.get("uncontrolled", ())),
        parted=str(result.get("parted", "")),
        many_rounds=tuple(result.get("many_rounds", ())),
        too_long=result.get("too_long", 0),
        is_fresh=result.get("executor") == "forks",
        was_stopped=stopped,
        notes={
            "began_anew": result.get("began_anew", 0),
            "lost": result.get("lost", ""),
            "main_s": result.get("main_s", seconds),
        },
    )


def outcome_from(row: Mapping[str, Any], under_gil: bool | None) -> Outcome:
    """One that the host told of."""
    return Outcome(
        kind=row["kind"],
        output=row["output"],
        errors=row["errors"],
        exit_code=row["exit_code"],
        raised=tuple(_raised(row["raised"])),
        blocked=tuple(_blocked(row["blocked"])),
        schedules=row.get("count", 1),
        switches=row["switches"],
        schedule=row["schedule"],
        under_gil=under_gil,
        late=(row["late"][0], row["late"][1]) if row.get("late") else None,
    )


def _raised(rows: Sequence[Mapping[str, Any]]) -> list[Raised]:
    names = ("worker", "type", "text", "file", "line")
    return [Raised(**{name: row[name] for name in names}) for row in rows]


def _blocked(rows: Sequence[Mapping[str, Any]]) -> list[Blocked]:
    names = ("worker", "what", "name", "holder", "file", "line")
    return [Blocked(**{name: row[name] for name in names}) for row in rows]
