"""Requests of other programs, read and checked."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from paraviz.steering.steering import FIND_S, KINDS, TARGETS

COMMANDS = (
    "step",
    "undo",
    "redo",
    "goto",
    "replay",
    "find",
    "state",
    "locals",
    "token",
    "save",
    "quit",
)
_ALIASES = {
    "exit": "quit",
    "bye": "quit",
    "back": "undo",
    "forward": "redo",
    "search": "find",
    "outcomes": "find",
    "schedule": "token",
    "go": "goto",
    "follow": "replay",
    "stack": "locals",
    "hello": "state",
    "status": "state",
}
_KIND_ALIASES = {
    "wrong": "fault",
    "bad": "fault",
    "error": "fault",
    "failure": "fault",
    "right": "ok",
    "good": "ok",
    "success": "ok",
    "any": "all",
    "outcomes": "all",
    "everything": "all",
    "crash": "exception",
    "exit_code": "exit",
}
_MOST_S = 600.0


class Bad(Exception):
    """A request that cannot be understood; what it says is for machines."""


class Asked(msgspec.Struct, frozen=True):
    """One request."""

    do: str
    worker: str | int | None = None
    to: str = ""
    count: int = 1
    step: int = 0
    kind: str = "fault"
    output: str | None = None
    is_all: bool = False
    take: bool = False
    time_limit_s: float = FIND_S
    token: str = ""
    file: str = ""
    identity: Any = None


def read_request(line: str) -> Asked:
    """A line as a request. Raises Bad."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        raise Bad("not a line of JSON") from None
    if isinstance(told, str):
        told = {"do": told}
    if not isinstance(told, dict):
        raise Bad('a request is an object with "do"')
    do = told.get("do", told.get("command", told.get("cmd")))
    if not isinstance(do, str):
        raise Bad('"do" is missing: one of ' + ", ".join(COMMANDS))
    if do == "outcomes":
        told.setdefault("kind", "all")
    do = _ALIASES.get(do, do)
    if do not in COMMANDS:
        raise Bad(f"unknown command {do!r}: one of " + ", ".join(COMMANDS))
    return Asked(
        do=do,
        worker=_worker(told),
        to=_to(told),
        count=_count(told),
        step=_number(told, "step", 0) if do == "goto" else 0,
        kind=_kind(told),
        output=_text(told, "output", None),
        is_all=bool(told.get("all", False)),
        take=bool(told.get("take", False)),
        time_limit_s=_limit(told),
        token=_named(told, do == "replay", "token", "schedule") or "",
        file=_named(told, do == "save", "file", "path") or "",
        identity=told.get("id"),
    )


def _worker(told: dict[str, Any]) -> str | int | None:
    worker = told.get("worker", told.get("thread", told.get("name")))
    if worker is None or (isinstance(worker, (str, int)) and not isinstance(worker, bool)):
        return worker
    raise Bad('"worker" is a name or a number')


def _to(told: dict[str, Any]) -> str:
    to = told.get("to", told.get("until", ""))
    if to in ("", None, "step"):
        return ""
    if to not in TARGETS:
        raise Bad('"to" is one of ' + ", ".join(TARGETS))
    return str(to)


def _number(told: dict[str, Any], name: str, default: int) -> int:
    value = told.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Bad(f'"{name}" is a number from 0')
    return min(value, 1_000_000)


def _count(told: dict[str, Any]) -> int:
    for name in ("n", "count", "times"):
        if name in told:
            return _number(told, name, 1)
    # `{"do": "undo", "steps": 3}`
    return _number(told, "steps", 1)


def _kind(told: dict[str, Any]) -> str:
    kind = told.get("kind", told.get("what", "all" if "output" in told else "fault"))
    kind = _KIND_ALIASES.get(kind, kind) if isinstance(kind, str) else kind
    if kind not in KINDS:
        raise Bad('"kind" is one of ' + ", ".join(KINDS))
    return str(kind)


def _limit(told: dict[str, Any]) -> float:
    for name in ("time_limit", "time_limit_s", "seconds", "limit"):
        if name in told:
            value = told[name]
            if isinstance(value, bool) or not isinstance(value, (int, float)):
                raise Bad(f'"{name}" is a number of seconds')
            if not math.isfinite(value) or value <= 0:
                raise Bad(f'"{name}" is a number of seconds above 0')
            return min(float(value), _MOST_S)
    return FIND_S


def _text(told: dict[str, Any], name: str, default: str | None) -> str | None:
    value = told.get(name, default)
    if value is not None and not isinstance(value, str):
        raise Bad(f'"{name}" is a text')
    return value


def _named(told: dict[str, Any], is_needed: bool, *names: str) -> str | None:
    for name in names:
        value = _text(told, name, None)
        if value:
            return value
    if is_needed:
        raise Bad(f'"{names[0]}" is missing')
    return None
