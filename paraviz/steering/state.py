"""Where a program stands that is steered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from paraviz.schedule.result import Outcome, exploration_from

if TYPE_CHECKING:
    from collections.abc import Mapping


class Operation(msgspec.Struct, frozen=True):
    """What a worker would do next, as data."""

    kind: str
    """"R" and "W" read and write; "acq", "try" and "rel" are of locks; "print"; "sleep"; "join";
    "start"; "exit"."""
    label: str
    """As the program has it, about."""
    object: str = ""
    """The name of what it is done with, or ""."""
    type: str = ""
    """The type of that."""


class Worker(msgspec.Struct, frozen=True):
    """A thread of the program."""

    number: int
    """0 is the main thread; then in the order they are started."""
    name: str
    """Its own."""
    finished: bool
    """Whether it has ended."""
    enabled: bool = False
    """Whether it can go on now."""
    operation: Operation | None = None
    """What it would do next; None once it has ended."""
    why: str = ""
    """A word for why it cannot go on: "held", "notify", "join", "empty", "full", "event", "none
    left", "sleep", "tasks", "descriptors", "waits"."""
    holder: str = ""
    """Who has what it waits for, or ""."""
    file: str = ""
    """Where it stands."""
    line: int = 0
    """From 1; 0 where that is not known."""
    function: str = ""
    """The name of the function."""


class Shared(msgspec.Struct, frozen=True):
    """A value that workers share, or a lock and its kin."""

    name: str
    """As the program calls it."""
    text: str
    """Its value, as the program would write it, about."""
    value: Any
    """The same as JSON has it; None where it has not."""
    type: str
    """The value's type."""
    changed: bool = False
    """Whether what was done last changed it."""
    before: str = ""
    """What it was before, if it changed."""


class State(msgspec.Struct, frozen=True):
    """All of it."""

    step: int
    """How many steps were taken."""
    workers: tuple[Worker, ...]
    """In the order they were started."""
    values: tuple[Shared, ...]
    """What they share."""
    output: str
    """What was written to standard output so far, the last 65,536 characters."""
    errors: str
    """What was written to standard error."""
    did: Worker | None = None
    """Who took the last step, as it stood before: its operation is what it did."""
    outcome: Outcome | None = None
    """How it ended, once it has."""
    place: str = ""
    """Where it is lost, if something that is not under control keeps it."""
    is_lost: bool = False
    """Whether that is so, and it can only be undone."""
    uncontrolled: tuple[str, ...] = ()
    """What the program did that is not under control, and where."""

    @property
    def enabled(self) -> tuple[Worker, ...]:
        """Who can go on."""
        return tuple(each for each in self.workers if each.enabled)

    @property
    def is_over(self) -> bool:
        """Whether nothing comes any more."""
        return self.outcome is not None

    def worker(self, name: str | int) -> Worker | None:
        """By its name, or its number; of several of one name one that can go on."""
        same = [each for each in self.workers if each.name == name]
        if same:
            return min(same, key=lambda each: (not each.enabled, each.finished))
        number = int(name) if isinstance(name, int) or str(name).isdecimal() else -1
        return next((each for each in self.workers if each.number == number), None)


class Frame(msgspec.Struct, frozen=True):
    """A function that a worker is in."""

    function: str
    """Its name."""
    file: str
    """Where it is written."""
    line: int
    """Where the worker is in it."""
    locals: dict[str, str]
    """Its variables, as text."""


def state_from(told: Mapping[str, Any], outcome: Outcome | None, uncontrolled: Any) -> State:
    """What the program's process told, typed."""
    before = told["before"]
    new = set(told["new"])
    return State(
        step=told["step"],
        workers=tuple(_worker(row) for row in told["workers"]),
        values=tuple(
            Shared(name, text, value, kind, name in before or name in new, before.get(name, ""))
            for name, text, value, kind in told["values"]
        ),
        output=told["output"],
        errors=told["errors"],
        did=None if told["did"] is None else _worker(told["did"]),
        outcome=outcome,
        uncontrolled=tuple(uncontrolled),
    )


def _worker(row: Mapping[str, Any]) -> Worker:
    if row["finished"]:
        return Worker(row["number"], row["name"], True)
    return Worker(
        number=row["number"],
        name=row["name"],
        finished=False,
        enabled=row["able"],
        operation=Operation(row["kind"], row["label"], row["object"], row["type"]),
        why=row.get("why", ""),
        holder=row.get("holder", ""),
        file=row["file"],
        line=row["line"],
        function=row["function"],
    )


def lost_state(state: State, step: int, answer: Mapping[str, Any]) -> State:
    """It waits for what is not under control, computes without an end, or is no more."""
    row = answer.get("outcome")
    if row is not None:
        outcome = outcome_from({**row, "output": state.output, "errors": state.errors})
    else:
        code = answer.get("exit_code") or 0
        raised = [
            {
                "worker": "",
                "type": "exit",
                "text": f"the process ended with {code}",
                "file": "",
                "line": 0,
            }
        ]
        outcome = outcome_from(
            {
                "kind": "exception" if code else "ok",
                "output": state.output,
                "errors": state.errors,
                "exit_code": code,
                "raised": raised if code else [],
                "blocked": [],
            }
        )
    workers = tuple(msgspec.structs.replace(each, enabled=False) for each in state.workers)
    return msgspec.structs.replace(
        state,
        step=step,
        is_lost=True,
        workers=workers,
        outcome=outcome,
        place=answer.get("place", ""),
        uncontrolled=tuple(answer.get("uncontrolled", ())),
    )


def outcome_from(row: Mapping[str, Any]) -> Outcome:
    """How it ended, typed."""
    full = {"switches": 0, "schedule": "", "key": "", **row}
    return exploration_from({"outcomes": [full]}, None, seconds=0.0, stopped=False).outcomes[0]
