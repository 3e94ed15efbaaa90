"""Values as text, without running any code of the program's."""

from __future__ import annotations

import sys
import threading
import types
from collections import deque

from paraviz.schedule.inside.access import space_of
from paraviz.schedule.inside.conditions import Condition, Event, Semaphore
from paraviz.schedule.inside.locks import Lock
from paraviz.schedule.inside.own import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PLAIN = (int, float, bool, type(None), complex, str, bytes)
_LONGEST = 60
_MOST_ITEMS = 12
_BRACKETS: dict[Any, tuple[str, str]] = {
    list: ("[", "]"),
    tuple: ("(", ")"),
    set: ("{", "}"),
    frozenset: ("frozenset({", "})"),
    deque: ("deque([", "])"),
}
_CODE = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, type)


def shown(value: Any, depth: int = 2) -> str:
    """As the program would write it, about."""
    kind = type(value)
    if kind in PLAIN:
        text = repr(value)
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    if kind in _BRACKETS:
        return _items(value, kind, depth)
    if kind is dict:
        if not depth:
            return "{…}" if value else "{}"
        rows = [
            f"{shown(key, depth - 1)}: {shown(each, depth - 1)}"
            for key, each in list(value.items())[:_MOST_ITEMS]
        ]
        return "{" + ", ".join(rows) + (", …" if len(value) > _MOST_ITEMS else "") + "}"
    if kind.__module__ == "array":
        return shown(list(value), depth)
    synchronised = state_of(value)
    if synchronised is not None:
        return synchronised
    if isinstance(value, threading.Thread):
        return f"<{kind.__name__} {value._name}>"  # type: ignore[attr-defined]
    if isinstance(value, _CODE):
        return f"<{getattr(value, '__name__', kind.__name__)}>"
    if isinstance(value, (int, float, str)) and kind.__module__ != "builtins":
        for plain in (int, float, str):
            if isinstance(value, plain):
                return f"{kind.__name__}({plain.__repr__(value)[:_LONGEST]})"
    return _instance(value, kind, depth)


def _items(value: Any, kind: Any, depth: int) -> str:
    begin, end = _BRACKETS[kind]
    if not value:
        return f"{kind.__name__}()" if kind in (set, frozenset) else begin + end
    if not depth:
        return f"{begin}…{end}"
    each = [shown(item, depth - 1) for item in list(value)[:_MOST_ITEMS]]
    if len(value) > _MOST_ITEMS:
        each.append(f"… {len(value)}")
    if kind is tuple and len(each) == 1:
        each.append("")
    return begin + ", ".join(each).rstrip(" ") + end


def _instance(value: Any, kind: type, depth: int) -> str:
    space = space_of(value)
    if not depth or not isinstance(space, dict) or not is_of_program(kind):
        return f"<{kind.__name__}>"
    rows = [
        f"{name}={shown(each, depth - 1)}"
        for name, each in list(space.items())[:_MOST_ITEMS]
        if not name.startswith("_schedule")
    ]
    return f"{kind.__name__}({', '.join(rows)})"


def is_of_program(kind: type) -> bool:
    """Whether a class is the program's own."""
    if kind.__module__ == "__main__":
        return True
    file = getattr(sys.modules.get(kind.__module__), "__file__", None)
    return bool(file) and is_own(file or "")


def state_of(value: Any) -> str | None:
    """How it is with a lock, a queue or their kin; None for anything else."""
    import queue

    if isinstance(value, Lock):
        owner = value.owner
        return "free" if owner is None else f"held by {getattr(owner, 'name', owner)}"
    if isinstance(value, Condition):
        waiting = sum(not told[0] for told in value._waiters)
        inside = state_of(value._lock) or "free"
        return f"{inside}, {waiting} waiting" if waiting else inside
    if isinstance(value, Semaphore):
        return f"{value._value} left"
    if isinstance(value, Event):
        return "set" if value._flag else "not set"
    if isinstance(value, threading.Barrier):
        inner: Any = value
        return f"{inner._count} of {inner._parties} there" + (
            ", broken" if inner._state < 0 else ""
        )
    if isinstance(value, queue.Queue) or type(value).__name__ == "SimpleQueue":
        held = getattr(value, "queue", None)
        if isinstance(held, (list, deque)):
            return shown(list(held), 1)
    return None


def plain(value: Any) -> Any:
    """The value itself if JSON has it, else None."""
    if type(value) in (bool, type(None), str):
        return value
    if type(value) is int and abs(value) < 1 << 53:
        return value
    return value if type(value) is float and value == value and abs(value) < 1e300 else None
