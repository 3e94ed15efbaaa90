"""What a suspended task awaits, in words, and the line of the program that awaits it."""

from __future__ import annotations

from paraviz import events as ev
from paraviz.observe.frames import is_programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType
    from typing import Any

    from paraviz.observe.recorder import Recorder

    Known = tuple[CodeType, bool, str, bool]
    """A coroutine's code, whether it is the program's, its name, whether that is a public one."""

CODES_LIMIT = 20_000
"""Code objects that are remembered, and so kept alive."""
_BY_CLASS = {"_GatheringFuture": "gather"}
_UNKNOWN = "a future"


class Awaits:
    """Finds and remembers."""

    def __init__(self, recorder: Recorder, name_of: Callable[[Any], str]) -> None:
        """`name_of` gives the name of a task that is awaited."""
        self._recorder = recorder
        self._name_of = name_of
        self._codes: dict[int, Known] = {}
        """By identity, since a code object's hash goes over all it holds."""
        self._words: dict[str, int] = {}

    def word(self, task: Any, waiter: Any) -> int:
        """The word of what a task awaits, given the future that it waits for."""
        name, site = self._along(task.get_coro())
        if hasattr(waiter, "get_coro"):
            name = self._name_of(waiter)
        name = name or _name_of_future(waiter)
        word = self._words.get(name)
        if word is None:
            word = ev.COROUTINE_AWAIT | self._recorder.named("task", name) << ev.KIND_BITS
            if len(self._words) < CODES_LIMIT:
                self._words[name] = word
        return word | site

    def _along(self, awaiting: Any) -> tuple[str, int]:
        """From a task's coroutine to the innermost one it awaits: the first of the standard
        library's below the last of the program's, and the line of that one."""
        name, named, programs, codes = "", False, None, self._codes
        while awaiting is not None:
            code = getattr(awaiting, "cr_code", None)
            if code is None:
                break
            _, is_own, shown, public = codes.get(id(code)) or self._learn(code)
            if is_own:
                name, named, programs = "", False, awaiting
            elif not named and (public or not name):
                name, named = shown, public
            awaiting = awaiting.cr_await
        frame = None if programs is None else programs.cr_frame
        return name, 0 if frame is None else self._recorder.programs_site(0, frame)

    def _learn(self, code: CodeType) -> Known:
        name = code.co_qualname.removesuffix(".__aenter__").removesuffix(".__aexit__")
        public = not any(part.startswith("_") for part in code.co_qualname.split("."))
        known = code, is_programs(code.co_filename), name, public
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
