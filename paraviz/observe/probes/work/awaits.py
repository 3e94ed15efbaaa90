"""What a suspended task awaits, in words, and the line of the program that awaits it; and which
tasks or which lock that are, where the standard library's own coroutine knows."""

from __future__ import annotations

from paraviz import events as ev
from paraviz.observe.frames import is_programs
from paraviz.observe.probes.work.task_locks import LOCK_NUMBER

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import CodeType
    from typing import Any

    from paraviz.observe.lane import Lane
    from paraviz.observe.recorder import Recorder

    Known = tuple[CodeType, bool, str, bool, str]
    """A coroutine's code, whether it is the program's, its name, whether that is a public one, and
    the variable in which it has what it waits for, "" where none is known."""

CODES_LIMIT = 20_000
"""Code objects that are remembered, and so kept alive."""
_BY_CLASS = {"_GatheringFuture": "gather"}
_UNKNOWN = "a future"
_KNOWS = {
    "Lock.acquire": "self",
    "TaskGroup.__aexit__": "self",
    "TaskGroup._aexit": "self",
    "_wait": "fs",
}
"""Coroutines of asyncio that know for whom they wait, and in which variable."""
_MOST_TOLD = 32
"""Of the tasks that one awaits."""


class Awaits:
    """Finds and remembers."""

    def __init__(self, recorder: Recorder, lane_of: Callable[[Any], Lane], further: str) -> None:
        """`lane_of` gives the lane of a task that is awaited; one called `further` is no task's
        own."""
        self._recorder = recorder
        self._lane_of = lane_of
        self._further = further
        self._codes: dict[int, Known] = {}
        """By identity, since a code object's hash goes over all it holds."""
        self._words: dict[str, int] = {}

    def word(self, task: Any, waiter: Any, lane: Lane) -> int:
        """The word of what a task awaits, given the future that it waits for. What is known of
        whom it waits for is told to the task's lane before."""
        name, site, knows = self._along(task.get_coro())
        if hasattr(waiter, "get_coro"):
            awaited = self._lane_of(waiter)
            name = awaited.name
            self._tell(lane, (waiter,))
        elif knows is not None:
            self._tell_known(lane, knows)
        elif type(waiter).__name__ in _BY_CLASS:
            self._tell(lane, getattr(waiter, "_children", ()))
        name = name or _name_of_future(waiter)
        word = self._words.get(name)
        if word is None:
            word = ev.COROUTINE_AWAIT | self._recorder.named("task", name) << ev.KIND_BITS
            if len(self._words) < CODES_LIMIT:
                self._words[name] = word
        return word | site

    def _tell_known(self, lane: Lane, knows: Any) -> None:
        """What a coroutine of asyncio waits for."""
        if lane.name is self._further:
            return
        code = knows.cr_code
        held = knows.cr_frame.f_locals.get(self._codes[id(code)][4])
        number = getattr(held, LOCK_NUMBER, 0)
        if number:
            lane.emit(ev.AWAITS_LOCK | number)
        elif code.co_name != "acquire":
            self._tell(lane, held if type(held) is set else getattr(held, "_tasks", ()))

    def _tell(self, lane: Lane, futures: Iterable[Any]) -> None:
        """Which tasks are awaited."""
        if lane.name is self._further:
            return
        count = 0
        for future in futures:
            if count < _MOST_TOLD and hasattr(future, "get_coro") and not future.done():
                other = self._lane_of(future)
                if other.name is not self._further:
                    lane.emit(ev.AWAITS_TASK | other.number << ev.KIND_BITS)
                    count += 1

    def _along(self, awaiting: Any) -> tuple[str, int, Any]:
        """From a task's coroutine to the innermost one it awaits: the first of the standard
        library's below the last of the program's, the line of that one, and the innermost one that
        knows for whom it waits."""
        name, named, programs, codes, knows = "", False, None, self._codes, None
        while awaiting is not None:
            code = getattr(awaiting, "cr_code", None)
            if code is None:
                break
            _, is_own, shown, public, variable = codes.get(id(code)) or self._learn(code)
            knows = awaiting if variable else None
            if is_own:
                name, named, programs = "", False, awaiting
            elif not named and (public or not name):
                name, named = shown, public
            awaiting = awaiting.cr_await
        frame = None if programs is None else programs.cr_frame
        return name, 0 if frame is None else self._recorder.programs_site(0, frame), knows

    def _learn(self, code: CodeType) -> Known:
        name = code.co_qualname.removesuffix(".__aenter__").removesuffix(".__aexit__")
        public = not any(part.startswith("_") for part in code.co_qualname.split("."))
        is_own = is_programs(code.co_filename)
        variable = "" if is_own else _KNOWS.get(code.co_qualname, "")
        known = code, is_own, name, public, variable
        if len(self._codes) < CODES_LIMIT:
            self._codes[id(code)] = known
        return known


def _name_of_future(future: Any) -> str:
    """What a future that the program awaits itself comes from, as far as can be told."""
    known = _BY_CLASS.get(type(future).__name__)
    if known is not None:
        return known
    for callback, *_ in getattr(future, "_callbacks", None) or ():
        if getattr(callback, "__qualname__", "").startswith("_chain_future."):
            return "run_in_executor"
    return _UNKNOWN
