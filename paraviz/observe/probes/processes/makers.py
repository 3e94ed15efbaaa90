"""Who makes what of `multiprocessing.synchronize`, and how other processes know it again.

All of it is made of semaphores. One that a process which is started afresh gets by pickle is known
there by its name, the same in every process. What the program makes of it is the end of that name:
so a child that was never told can tell the program's own from a queue's or a pool's. A forked child
has the objects themselves, and their numbers in them.
"""

from __future__ import annotations

import functools
import os

from paraviz.observe.frames import frame_at, is_ours, is_programs, maker_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    Place = dict[str, str | int]

LOCKS = ("SemLock", "Lock", "RLock", "Semaphore", "BoundedSemaphore")
LOCK_OF_A_VALUE = "Value"
LOCKED_CONDITION = "LockedCondition"
"""A condition made in one line with its lock: one thing with it."""
CONDITIONS = ("Condition", LOCKED_CONDITION, "Event", "Barrier")
_KNOWN = (*LOCKS, LOCK_OF_A_VALUE, *CONDITIONS)
_KINDS = {LOCK_OF_A_VALUE: "RLock", LOCKED_CONDITION: "Condition"}


class Making:
    """What the program makes, or has made."""

    __slots__ = ("place", "what")

    def __init__(self, what: str, place: Place | None) -> None:
        """`what`: one of `LOCKS` or `CONDITIONS`, or `LOCK_OF_A_VALUE`; `place`: the file and the
        line, where it is being made."""
        self.what = what
        self.place = place


def name_what_is_made(module: Any) -> None:
    """Give the semaphores that the program makes a name that says so."""
    make_name = module.SemLock._make_name

    @functools.wraps(make_name)
    def _make_name() -> str:
        name: str = make_name()
        try:
            made = _being_made(frame_at(1), _inside(module))
        except Exception:
            return name
        return f"{name}-{made.what}" if made else name

    module.SemLock._make_name = staticmethod(_make_name)


def made_by_program(module: Any, semlock: Any, frame: FrameType) -> Making | None:
    """What the program makes of a semaphore, or None where it is not the program that does.
    `frame`: the `__init__` or `__setstate__` of what it is for."""
    if frame.f_code.co_name == "__init__":
        return _being_made(frame, _inside(module))
    what = (semlock.name or "").rpartition("-")[2]
    return Making(what, None) if what in _KNOWN else None


def description(made: Making, semlock: Any) -> dict[str, str | int]:
    """What `Recorder.new_object` is told of it."""
    kind = f"multiprocessing.{_KINDS.get(made.what, made.what)}"
    described: dict[str, str | int] = {"kind": kind, **(made.place or {})}
    if semlock.name is not None:
        described["key"] = semlock.name
    if made.what == LOCK_OF_A_VALUE:
        described["suffix"] = ".get_lock()"
    return described


@functools.cache
def _inside(module: Any) -> frozenset[str]:
    """The files that have a hand in making one of these for somebody else."""
    folder = os.path.dirname(module.SemLock.__init__.__code__.co_filename)
    names = ("synchronize.py", "context.py", "sharedctypes.py")
    return frozenset(os.path.join(folder, name) for name in names)


def _being_made(frame: FrameType | None, inside: frozenset[str]) -> Making | None:
    """The outermost of what is being made from this frame on, if the program makes it."""
    what, made = "", None
    while frame is not None:
        code = frame.f_code
        if code.co_filename in inside:
            if code.co_filename.endswith("sharedctypes.py"):
                what = LOCK_OF_A_VALUE
            elif code.co_name == "__init__":
                made = frame.f_locals["self"]
                what = code.co_qualname.partition(".")[0]
        elif not is_ours(code.co_filename):
            break
        frame = frame.f_back
    if frame is None:
        return None
    frame = maker_of(made, frame)
    if not is_programs(frame.f_code.co_filename):
        return None
    place: Place = {"file": frame.f_code.co_filename, "line": frame.f_lineno}
    if what == "Condition" and _place_of(getattr(made, "_lock", None)) == place:
        what = LOCKED_CONDITION
    return Making(what, place)


def _place_of(lock: Any) -> object:
    return getattr(getattr(lock, "_semlock", None), "place", None)
