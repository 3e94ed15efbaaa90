"""What workers have in common at one moment, by the names that the program has for it."""

from __future__ import annotations

import threading
import types
from collections import deque

from paraviz.schedule.inside import access
from paraviz.schedule.inside.conditions import Condition
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.own import is_own
from paraviz.steering.inside.values import is_of_program, plain, shown, state_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.program import Program

    Row = tuple[str, Any, str]

_MOST = 50
_MOST_ROWS = 60
_PLAIN = (int, str, float, bytes, type, type(threading), type(None), types.FunctionType)
_NO_VALUES = (type, type(threading), threading.Thread)
_CONTAINERS = (list, dict, set, bytearray, deque)
_MISS = object()


class Survey:
    """Names of things, and what is shared."""

    def __init__(self, engine: Engine, program: Program) -> None:
        self.engine, self.program = engine, program
        self.names: dict[int, str] = {}
        self.things: dict[int, Any] = {}
        self.locals: dict[str, Any] = {}
        """Of functions: for closures."""
        for name, thing in list(program.main_names.items()):
            if not name.startswith("__"):
                self._note(name, thing, 2)
        for worker in engine.live:
            frame = worker.frame
            while frame is not None:
                code = frame.f_code
                if is_own(code.co_filename) and code.co_name != "<module>":
                    for name, thing in list(frame.f_locals.items()):
                        self.locals.setdefault(name, thing)
                        self._note(name, thing, 2)
                frame = frame.f_back

    def _note(self, name: str, thing: Any, depth: int) -> None:
        if isinstance(thing, _PLAIN) or id(thing) in self.names:
            return
        self.names[id(thing)] = name
        self.things[id(thing)] = thing
        if isinstance(thing, Condition):
            self.names.setdefault(id(thing._lock), name)
            return
        if isinstance(thing, threading.Barrier):
            inner: Any = thing
            for each in (inner._cond, inner._cond._lock):
                self.names.setdefault(id(each), name)
            return
        if not depth or isinstance(thing, threading.Thread) or state_of(thing) is not None:
            return
        if isinstance(thing, (list, tuple)):
            for index, each in enumerate(thing[:_MOST]):
                self._note(f"{name}[{index}]", each, depth - 1)
        elif isinstance(thing, dict):
            for key, each in list(thing.items())[:_MOST]:
                if isinstance(key, (int, str)):
                    self._note(f"{name}[{key!r}]", each, depth - 1)
        elif is_of_program(type(thing)):
            space = access.space_of(thing)
            if isinstance(space, dict):
                for key, each in list(space.items())[:_MOST]:
                    self._note(f"{name}.{key}", each, depth - 1)

    def shared(self) -> dict[str, Row]:
        """Name → text, the value itself if JSON has it, what it is."""
        found: dict[str, Row] = {}
        for name, thing in list(self.program.main_names.items()):
            if name.startswith("__") or isinstance(thing, _NO_VALUES):
                continue
            is_written = name in access.written and not callable(thing)
            if is_of_program(type(thing)) and not isinstance(thing, _CONTAINERS):
                self._attributes(found, name, thing)
            if is_written or (isinstance(thing, _CONTAINERS) and not _only_threads(thing)):
                found[name] = _row(thing)
        for thing, places in list(self.engine.touched.values()):
            for key, entry in list(places.items()):
                if entry[2] & KNOWN.hot:
                    self._touched(found, thing, key)
        for identity, thing in self.things.items():
            state = state_of(thing)
            if state is not None:
                found.setdefault(self.names[identity], (state, None, type(thing).__name__))
        return dict(list(found.items())[:_MOST_ROWS])

    def _attributes(self, found: dict[str, Row], name: str, thing: Any) -> None:
        """Of an object of the program's own, what some code of it stores to."""
        space = access.space_of(thing)
        for key, value in list(space.items())[:_MOST] if isinstance(space, dict) else ():
            if key in access.written and not callable(value) and state_of(value) is None:
                found[f"{name}.{key}"] = _row(value)

    def _touched(self, found: dict[str, Row], thing: Any, key: Any) -> None:
        if thing is access.NAMES:
            if key in self.locals:
                found.setdefault(key, _row(self.locals[key]))
            return
        if isinstance(thing, dict) and "__builtins__" in thing:
            if thing is not self.program.main_names and isinstance(key, str) and key in thing:
                found.setdefault(f"{thing.get('__name__', '?')}.{key}", _row(thing[key]))
            return
        name = self.names.get(id(thing))
        if name is None or self.things.get(id(thing)) is not thing:
            return
        if isinstance(key, str):
            value = _attribute(thing, key)
            if value is not _MISS and not callable(value):
                found.setdefault(f"{name}.{key}", _row(value))
        elif isinstance(thing, _CONTAINERS) or type(thing).__module__ == "array":
            found.setdefault(name, _row(thing))


def _attribute(thing: Any, name: str) -> Any:
    space = access.space_of(thing)
    if space is not None and name in space:
        return space[name]
    found = access.static(thing if isinstance(thing, type) else type(thing), name)
    if isinstance(found, types.MemberDescriptorType):
        try:
            return found.__get__(thing)
        except AttributeError:
            return _MISS
    return _MISS if found is access._Miss or hasattr(type(found), "__get__") else found


def _row(value: Any) -> Row:
    return shown(value), plain(value), type(value).__name__


def _only_threads(thing: Any) -> bool:
    return bool(thing) and all(isinstance(each, threading.Thread) for each in list(thing)[:_MOST])
