"""Locks in the memory of a process: which one a thread waits for, what it is called, who has it.

A plain lock does not know who took it. But a `with` keeps on its frame's stack what leaves it: up
to 3.13 the bound `__exit__`, since 3.14 `__exit__` and the object. Up to 3.13 a lock is a semaphore
of the C library of its own, whose address is the futex that a waiter is in; since 3.14 the waiter
has on its own stack, before the futex, the address of the lock (`wait_entry` in parking_lot.c).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from paraviz.attach.known import is_library
from paraviz.attach.memory import Unreadable
from paraviz.attach.model import Hold, Who

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from paraviz.attach.interpreter import Frame, Interpreter
    from paraviz.attach.objects import Objects

LOCK, RLOCK = "_thread.lock", "_thread.RLock"
_INNER = 16
"""Where a lock has its own semaphore or mutex."""
_OWNER, _SEMAPHORE = 24, 16
_BOUND_TO = 24
_FUNCTION_NAME = {"method_descriptor": 24, "function": 32}
_MOST_VARIABLES = 200


def lock_at(interpreter: Interpreter, futex: int, frames: Sequence[Frame]) -> int:
    """The address of the lock whose futex a thread with these frames waits for, or 0."""
    objects, memory = interpreter.objects, interpreter.memory
    if interpreter.layout.version >= (3, 14):
        try:
            lock = memory.word(futex - 8) - _INNER
        except Unreadable:
            return 0
        return lock if objects.type_or_none(lock) in (LOCK, RLOCK) else 0
    for one in _near(objects, frames):
        try:
            if objects.type_or_none(one) in (LOCK, RLOCK) and memory.word(one + _INNER) == futex:
                return one
        except Unreadable:
            continue
    return 0


def _near(objects: Objects, frames: Sequence[Frame]) -> Iterator[int]:
    """What the innermost frames have at hand: variables, operands, and what these have."""
    for frame in frames[:4]:
        # What is left of former operands fails the test, or is a lock all the same.
        for one in (*frame.variables.values(), *frame.room):
            yield one
            if objects.type_or_none(one) in ("builtin_function_or_method", "method"):
                try:
                    yield objects.memory.word(one + _BOUND_TO)
                except Unreadable:
                    continue
        for one in frame.variables.values():
            try:
                yield from (value for _, value in objects.attributes(one)[:_MOST_VARIABLES])
            except Unreadable:
                continue


def core(objects: Objects, one: int) -> int:
    """The lock of `_thread`, or the semaphore of a `SemLock`, behind what a `with` is of; or 0."""
    for _ in range(3):
        kind = objects.type_or_none(one)
        if kind in (LOCK, RLOCK):
            return one
        if kind == "_multiprocessing.SemLock":
            try:
                return objects.memory.word(one + _SEMAPHORE)
            except Unreadable:
                return 0
        one = objects.attribute(one, "_semlock") or objects.attribute(one, "_lock")
        if not one:
            return 0
    return 0


def left_by(interpreter: Interpreter, frame: Frame) -> Iterator[int]:
    """The objects whose `with` a frame is in."""
    objects, memory = interpreter.objects, interpreter.memory
    for place, one in enumerate(frame.live):
        kind = objects.type_or_none(one)
        try:
            if interpreter.layout.version < (3, 14):
                if kind == "builtin_function_or_method":
                    name = memory.bytes(memory.word(memory.word(one + 16)), 9)
                    if name == b"__exit__\0":
                        yield memory.word(one + _BOUND_TO)
                elif (
                    kind == "method"
                    and _function_name(objects, memory.word(one + 16)) == "__exit__"
                ):
                    yield memory.word(one + _BOUND_TO)
            elif place + 1 < len(frame.live) and _function_name(objects, one) == "__exit__":
                yield frame.live[place + 1]
        except Unreadable:
            continue


def _function_name(objects: Objects, one: int) -> str:
    at = _FUNCTION_NAME.get(objects.type_or_none(one))
    return objects.text(objects.memory.word(one + at)) if at is not None else ""


def held(interpreter: Interpreter, who: Who, frames: Sequence[Frame]) -> Iterator[tuple[int, Hold]]:
    """(lock or semaphore, hold) of each that a thread has by a `with`. A condition's is let go of
    while its thread waits in it."""
    objects = interpreter.objects
    waited = {
        core(objects, frame.variables.get("self", 0))
        for frame in frames
        if frame.function == "Condition.wait" and is_library(frame)
    }
    sure = True
    for frame in frames:
        if not is_library(frame):
            sure = sure and "release" not in interpreter.names_used(frame.code)
        for one in left_by(interpreter, frame):
            lock = core(objects, one)
            if lock and lock not in waited:
                yield lock, Hold(who, "with", place(frame), sure=sure)


def owner(interpreter: Interpreter, lock: int, idents: Mapping[int, Who]) -> Hold | None:
    """Who has an RLock, as it says itself."""
    try:
        if interpreter.objects.type_name(lock) != RLOCK:
            return None
        found = idents.get(interpreter.memory.word(lock + _OWNER))
    except Unreadable:
        return None
    return Hold(found, "owner") if found is not None else None


def name_of(objects: Objects, one: int, frames: Sequence[Frame]) -> str:
    """The variable or attribute that has an object, as the frames of the program see it; else what
    its type is called; "" for nothing."""
    if not one:
        return ""
    own = [frame for frame in frames if not is_library(frame)]
    for frame in own:
        for name, value in frame.variables.items():
            if value == one and name != "self":
                return name
        for key, value in _items(objects, frame.globals):
            if value == one:
                return _text(objects, key)
    for frame in own:
        try:
            for name, value in objects.attributes(frame.variables.get("self", 0)):
                if value == one:
                    return f"self.{name}"
        except Unreadable:
            continue
    return objects.type_or_none(one).rpartition(".")[2]


def _items(objects: Objects, one: int) -> list[tuple[int, int]]:
    try:
        return list(objects.items(one))
    except Unreadable:
        return []


def _text(objects: Objects, one: int) -> str:
    try:
        return objects.text(one)
    except Unreadable:
        return ""


def place(frame: Frame) -> str:
    """ "work.py:12"."""
    return f"{os.path.basename(frame.file)}:{frame.line}"
