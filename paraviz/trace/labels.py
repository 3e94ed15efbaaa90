"""What a person reads for an event and for a state, wherever one is shown or exported."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.kernel.syscalls import syscall_name
from paraviz.trace.model import SYSCALL_CAUSE
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

_ABOUT_OBJECTS = frozenset(ev.kinds_about(ev.AN_OBJECT))
_ABOUT_LANES = frozenset(ev.kinds_about(ev.A_LANE) + ev.kinds_about(ev.A_PROCESS))


_NUMBER = re.compile(r"[\W\d_]*\d\)?$")


def abbreviated(name: str, columns: int) -> str:
    """A name in so many columns, with … where it does not fit; its number is kept, which is what
    tells the workers of a crowd apart."""
    if len(name) <= columns:
        return name
    number = _NUMBER.search(name)
    tail = number[0] if number and len(number[0]) <= columns // 2 else ""
    return name[: max(columns - len(tail) - 1, 0)] + "…"[:columns] + tail


_PLACE_COLUMNS = 32
_ENVIRONMENT = "/bin/python"
_USUAL = frozenset((".venv", "venv", ".env", "env"))
"""Names of environments that say nothing without the folder they lie in."""


def interpreter_label(trace: Trace) -> str:
    """The interpreter that ran a program, where somebody chose it: `Python 3.12.1 (shop/.venv)`."""
    where = trace.executable
    if trace.executable_by != "--python":
        where = where.removesuffix(_ENVIRONMENT)
        *_, folder, name = ("", "", *where.split("/"))
        where = f"{folder}/{name}" if name in _USUAL and folder else name
    parts = where.split("/")
    while len(where) > _PLACE_COLUMNS and len(parts) > 2:
        del parts[0]
        where = "/".join(("…", *parts))
    return f"Python {trace.python} ({where})".replace("  ", " ")


def subject(trace: Trace, kind: int, obj: int) -> str:
    """What an event is about: a lock in backquotes, a mark in quotes, a lane's name, or ""."""
    if obj < 0:
        return ""
    if kind in ev.MARK_KINDS:
        return f'"{trace.objects[obj].name}"'
    if kind in ev.TASK_KINDS or kind in ev.RAISED_KINDS:
        return trace.objects[obj].name
    if kind in _ABOUT_OBJECTS:
        return f"`{trace.objects[obj].name}`"
    return trace.lanes[obj].name if kind in _ABOUT_LANES else ""


def place(trace: Trace, site: int) -> str:
    """A line of the program as a person reads it, `work.py:12`; "" for -1."""
    if site < 0:
        return ""
    return f"{PurePath(trace.sites[site].file).name}:{trace.sites[site].line}"


def event_label(trace: Trace, kind: int, obj: int) -> str:
    """An event in a few words: "acquire `lock`", "start printer-a", "write"."""
    if kind == ev.WRITE and obj == ev.LOG:
        return "log"
    return f"{ev.KIND_NAMES[kind]} {subject(trace, kind, obj)}".rstrip()


def state_label(trace: Trace, lane: Lane, state: int, cause: int) -> str:
    """A state in a few words, with what caused it where that is known: "waiting for lock `lock`",
    "blocked: join printer-a", "blocked: in epoll_wait". `cause` is one of `States.causes`."""
    known = State(state)
    if known is State.BLOCKED and cause <= SYSCALL_CAUSE:
        return f"{known.label}: in {syscall_name(SYSCALL_CAUSE - cause)}"
    if cause < 0 or known not in (State.WAITING_LOCK, State.BLOCKED):
        return known.label
    kind, obj = int(lane.kinds[cause]), int(lane.objects[cause])
    if known is State.WAITING_LOCK:
        return f"waiting for lock {subject(trace, kind, obj)}".rstrip()
    return f"{known.label}: {event_label(trace, kind, obj)}"
