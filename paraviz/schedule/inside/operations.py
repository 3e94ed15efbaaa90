"""What a worker is about to do, as the scheduler sees it, and which two of them depend on each
other.

An operation is a tuple (kind, object, key, label). Kinds: "R" and "W" read and write a location;
"acq", "try" and "rel" are of locks; "spawn", "join", "start", "end", "sleep" and "exit" of
workers; "line" and "op" stand for a step whose effect is not known. A key of None is the whole
object; an object of None is one that could not be found out: then the key alone tells.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Operation = tuple[str, Any, Any, str]
    Summary = tuple[str, str, Any, Any]

START: Operation = ("start", None, None, "start")
LIVES = object()
"""Stands for who is alive, as an object of operations: key is a worker's number, None for all."""
ORDERS_ONLY = frozenset(("start", "op", "line", "sleep", "spawn", "join", "end"))
"""Kinds that depend on nothing but the order within, and between, workers' lives."""


def dependent(a: Operation, b: Operation) -> bool:
    """Whether the order of two operations of different workers can matter."""
    if a[0] == "exit" or b[0] == "exit":
        return True
    if a[1] is None or b[1] is None:
        if a[1] is None and b[1] is None and a[2] is None:
            return False
        same = a[2] == b[2] and a[2] is not None
        return same and a[0] in "RW" and b[0] in "RW" and "W" in (a[0], b[0])
    if a[1] is not b[1] or (a[0] == "R" and b[0] == "R"):
        return False
    return a[2] is None or b[2] is None or a[2] == b[2] or a[0] not in "RW" or b[0] not in "RW"


def place_of(operation: Operation) -> Any:
    """The key under which operations that may depend on each other meet."""
    return id(operation[1]) if operation[1] is not None else ("?", operation[2])


def summary(operation: Operation) -> Summary:
    """An operation in words that mean the same in another execution: kind, type, stable name or
    None, key."""
    kind, thing, key, _label = operation
    if key is not None and not isinstance(key, str):
        key = repr(key) if isinstance(key, (int, float, tuple)) else type(key).__name__
    if isinstance(thing, dict) and "__name__" in thing and "__builtins__" in thing:
        return kind, "globals", str(thing["__name__"]), key
    if isinstance(thing, type):
        return kind, "type", thing.__qualname__, key
    name = getattr(thing, "_schedule_name", None) if is_named(thing) else None
    return kind, type(thing).__name__, name, key


def is_named(thing: Any) -> bool:
    """Whether asking it for our name runs none of the program's code."""
    return type(thing).__module__.startswith("paraviz.schedule")


def may_depend(a: Summary, b: Summary) -> bool:
    """`dependent`, of operations that may be of two executions: yes where it is not known."""
    if a[0] == "exit" or b[0] == "exit":
        return True
    if a[0] == "R" and b[0] == "R":
        return False
    if a[1] != b[1] and a[1] != "NoneType" and b[1] != "NoneType":
        return False
    if a[2] is not None and b[2] is not None and a[2] != b[2]:
        return False
    return a[3] is None or b[3] is None or a[3] == b[3] or a[0] not in "RW" or b[0] not in "RW"
