"""What came out of one execution, as plain data.

Two executions have the same outcome if they ended in the same way and wrote the same. Which of two
exceptions came first, or where a worker of a deadlock stood before, makes no difference.
"""

from __future__ import annotations

import os
import sys

from paraviz.schedule.inside import streams
from paraviz.schedule.inside.own import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.program import Program
    from paraviz.schedule.inside.worker import Worker

TEXT_LIMIT = 2_000


def outcome_of(engine: Engine) -> dict[str, Any]:
    """`kind`, `output`, `errors` (what went to stderr), `exit_code`, `raised` (exceptions, where),
    `blocked` (who waits for what, held by whom)."""
    end = engine.end
    raised = [_error("MainThread", engine.error)] if engine.error is not None else []
    raised += [_error(name, error) for name, error in engine.raised]
    raised.sort(key=lambda each: (each["worker"] != "MainThread", str(each)))
    kind = end
    if end == "ok" and raised:
        kind = "exception"
    return {
        "kind": kind,
        "output": streams.OUT.text(),
        "errors": streams.ERRORS.text(),
        "exit_code": engine.exit_code if end == "ok" else None,
        "raised": raised,
        "blocked": engine.blocked,
    }


def blocked_of(program: Program) -> Callable[[Engine, list[Worker]], list[Any]]:
    """What tells, while nobody can go on, who waits for what."""

    def tell(engine: Engine, workers: list[Worker]) -> list[Any]:
        names = names_of(engine, program)
        return [_blocked(engine, worker, names) for worker in workers]

    return tell


def key_of(outcome: dict[str, Any]) -> str:
    """The same for the same outcome."""
    told = [
        outcome["kind"],
        outcome["output"],
        outcome["errors"],
        outcome["exit_code"],
        [(each["worker"], each["type"], each["text"], each["line"]) for each in outcome["raised"]],
        [(each["worker"], each["what"], each["line"]) for each in outcome["blocked"]],
    ]
    return repr(told)


def _error(worker: str, error: BaseException) -> dict[str, Any]:
    """An exception, and the line of the program's own that it came from."""
    file, line, function = "", 0, ""
    trace = error.__traceback__
    if isinstance(error, SyntaxError) and trace is not None:
        file, line = error.filename or "", error.lineno or 0
    while trace is not None:
        code = trace.tb_frame.f_code
        if is_own(code.co_filename):
            file, line, function = code.co_filename, trace.tb_lineno, code.co_name
        trace = trace.tb_next
    try:
        text = str(error)[:TEXT_LIMIT]
    except Exception:
        text = "?"
    return {
        "worker": worker,
        "type": type(error).__name__,
        "text": text,
        "file": os.path.basename(file),
        "line": line,
        "function": function,
    }


def _blocked(engine: Engine, worker: Worker, names: dict[int, str]) -> dict[str, Any]:
    """What a worker waits for, and who has it."""
    kind, thing, key, label = worker.operation
    name = names.get(id(thing), "")
    owner = getattr(thing, "owner", None) if type(thing).__module__.startswith("paraviz.") else None
    holder = owner.name if owner is not None and hasattr(owner, "number") else ""
    if kind == "join":
        holder = next((each.name for each in engine.workers if each.number == key), "")
    file, line, function = worker.place()
    return {
        "worker": worker.name,
        "what": label,
        "name": name,
        "holder": holder,
        "file": os.path.basename(file),
        "line": line,
        "function": function,
    }


def names_of(engine: Engine, program: Program) -> dict[int, str]:
    """Things by the names of the variables that hold them."""
    found: dict[int, str] = {}

    def note(name: str, thing: Any, depth: int) -> None:
        if isinstance(thing, (int, str, float, bytes, type, type(sys), type(None))):
            return
        found.setdefault(id(thing), name)
        inner = getattr(thing, "_lock", None) if type(thing).__name__ == "Condition" else None
        if type(thing).__name__ == "Future":
            inner = getattr(thing, "_schedule_cell", None)
        if inner is not None:
            found.setdefault(id(inner), name)
        if depth and isinstance(thing, (list, tuple)):
            for index, each in enumerate(thing[:50]):
                note(f"{name}[{index}]", each, depth - 1)
        elif depth and isinstance(thing, dict):
            for key, each in list(thing.items())[:50]:
                note(f"{name}[{key!r}]", each, depth - 1)
        elif depth:
            try:
                space = object.__getattribute__(thing, "__dict__")
            except AttributeError:
                return
            if isinstance(space, dict):
                for key, each in list(space.items())[:50]:
                    note(f"{name}.{key}", each, depth - 1)

    for name, thing in list(program.main_names.items()):
        if not name.startswith("__"):
            note(name, thing, 2)
    for worker in engine.live:
        frame = worker.frame
        while frame is not None:
            if is_own(frame.f_code.co_filename) and frame.f_code.co_name != "<module>":
                for name, thing in list(frame.f_locals.items()):
                    note(name, thing, 2)
            frame = frame.f_back
    return found
