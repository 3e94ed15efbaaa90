"""`Value` and `Array` of `multiprocessing`, and what they are without their lock.

With a lock they are classes of Python: their methods do the access as ever, and take the stamp,
while the lock is held. Should taking it or the access fail, the original is called to fail in its
own words, outside the handler, so that its exception has no context that the program never saw.
Without a lock they are plain instances of ctypes' classes, see `raw_values`.

In front of what is usual, a value and an element, stands the compiled core where it is there
(`core/shared_values.c`); what is here does the rest.

The mark belongs to one process. What is the same in all of them is a key that goes where the memory
goes: inherited by a fork, pickled with the block of memory otherwise.
"""

from __future__ import annotations

import functools
from _operator import attrgetter
from time import perf_counter_ns as _now

from paraviz.observe.compiled import core
from paraviz.observe.probes.memory.raw_values import (
    mark_of,
    report_read,
    report_write,
    watch_array,
    watch_value,
)
from paraviz.observe.probes.memory.sharing import Shared, as_integer, place_of_maker
from paraviz.observe.probes.threads.conditions import MARK
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.probes.memory.sharing import Memory

    Shown = Callable[[Any], int]
    Part = Callable[[Shared, Any], tuple[int, Shown] | None]
    """What of the inside it is about: its number, and what makes an integer of its value; None for
    what is no plain value."""


def watch_shared_values(memory: Memory, module: Any) -> None:
    """Mark what lies in shared memory, and replace what reads and writes it."""
    simple = frozenset((*module.typecode_to_type.values(), module.ctypes.c_bool))
    if core is not None:
        array, value = module.ctypes.Array, module.ctypes._SimpleCData.value
        core.begin_marks(MARK, value, array.__getitem__, array.__setitem__)
    _watch_making(memory, module, simple)
    _watch_locked_properties(memory, module, simple)
    _watch_elements(memory, module)


@needs(
    "multiprocessing.sharedctypes.SynchronizedArray.__getitem__(self, i): _obj",
    "multiprocessing.sharedctypes.SynchronizedArray.__setitem__(self, i, value): _obj",
)
def _watch_elements(memory: Memory, module: Any) -> None:
    plain, locked = module.ctypes.Array, module.SynchronizedArray
    get, put = locked.__getitem__, locked.__setitem__
    locked.__getitem__ = _quick("get_item", _locked_get(memory, get, plain.__getitem__), get)
    locked.__setitem__ = _quick("set_item", _locked_set(memory, put, plain), put)


def _quick(what: str, function: Any, original: Any) -> Any:
    """What does the usual of what a function does, and calls it for the rest."""
    return function if core is None else core.Quick(what, function, original)


@needs("multiprocessing.sharedctypes.rebuild_ctype(type_, wrapper, length)")
def _watch_making(memory: Memory, module: Any, simple: frozenset[Any]) -> None:
    """All of it is made, and made again from a pickle, by one function."""
    array, rebuild = module.ctypes.Array, module.rebuild_ctype
    watched = module.weakref.WeakSet()

    def mark(made: Any, block: Any) -> None:
        kind, name, typecode, length = type(made), "Value", "", -1
        if isinstance(made, array):
            if kind._type_ not in simple:
                return
            name, typecode, length = "Array", kind._type_._type_, len(made)
        elif kind in simple:
            typecode = kind._type_
        if typecode and kind not in watched:
            watched.add(kind)
            (watch_value if length < 0 else watch_array)(memory, kind)
        key = vars(block).get(MARK)
        shared = Shared(memory, made, name, key or memory.new_key(), typecode, length)
        setattr(made, MARK, shared)
        if key is None:
            setattr(block, MARK, shared.key)
            shared.made_at(place_of_maker())

    @functools.wraps(rebuild)
    def rebuild_ctype(type_: Any, wrapper: Any, length: Any) -> Any:
        made = rebuild(type_, wrapper, length)
        try:
            mark(made, wrapper)
        except Exception as error:
            memory.recorder.notice(f"a {type(made).__name__} is not observed: {error}")
        return made

    module.rebuild_ctype = rebuild_ctype


@needs(
    "multiprocessing.sharedctypes.make_property(name): prop_cache",
    "multiprocessing.sharedctypes.Synchronized.value",
    "multiprocessing.sharedctypes.SynchronizedString.raw",
    "multiprocessing.sharedctypes.SynchronizedBase.__init__: _obj acquire",
)
def _watch_locked_properties(memory: Memory, module: Any, simple: frozenset[Any]) -> None:
    """`value`, `raw`, and the fields of structures: the classes for those are made on demand."""
    make, known = module.make_property, module.prop_cache

    @functools.wraps(make)
    def make_property(name: str) -> Any:
        found = known.get(name)
        if found is None:
            found = known[name] = _property_by_name(memory, make(name), name, simple)
        return found

    value = module.Synchronized.value
    known.clear()
    module.make_property = make_property
    plain = module.ctypes._SimpleCData.value
    made = _locked_property(
        memory, value, plain.__get__, plain.__set__, lambda shared, _: (shared.whole(), as_integer)
    )
    made = property(
        _quick("get_value", made.fget, value.fget), _quick("set_value", made.fset, value.fset)
    )
    _put(module.Synchronized, "value", made)
    for name in ("value", "raw"):
        _put(module.SynchronizedString, name, make_property(name))


def _put(kind: Any, name: str, made: Any) -> None:
    """As if it had stood in the class: it says its name where it refuses something."""
    setattr(kind, name, made)
    made.__set_name__(kind, name)


def _property_by_name(memory: Memory, made: Any, name: str, simple: frozenset[Any]) -> property:
    def part(shared: Shared, inner: Any) -> tuple[int, Shown] | None:
        if shared.length >= 0:
            return shared.whole(), len
        if shared.typecode:
            return shared.whole(), as_integer
        kind = next(field[1] for field in type(inner)._fields_ if field[0] == name)
        return (shared.part(name, kind._type_), as_integer) if kind in simple else None

    def put(inner: Any, value: Any) -> None:
        setattr(inner, name, value)

    return _locked_property(memory, made, attrgetter(name), put, part)


def _locked_property(memory: Memory, made: Any, get: Any, put: Any, part: Part) -> property:
    """In place of a property that was `made`. `get` and `put`: how to get at what is inside."""
    site, original, original_put = memory.site, made.fget, made.fset

    def known(inner: Any) -> tuple[int, Shown] | None:
        shared = mark_of(inner)
        return part(shared, inner) if shared is not None else None

    @functools.wraps(original)
    def locked_get(self: Any) -> Any:
        line = site(1)
        seen = known(self._obj) if line else None
        if seen is None:
            return original(self)
        done = False
        try:
            self.acquire()
            try:
                value = get(self._obj)
                at = _now()
                done = True
            finally:
                self.release()
        except Exception:
            if done:  # It may still be held.
                raise
        if not done:
            return original(self)
        memory.read(seen[0] | line, seen[1](value), at)
        return value

    @functools.wraps(original_put)
    def locked_set(self: Any, value: Any) -> None:
        line = site(1)
        seen = known(self._obj) if line else None
        if seen is None:
            original_put(self, value)
            return
        done = False
        try:
            self.acquire()
            try:
                inner = self._obj
                before = get(inner)
                at = _now()
                put(inner, value)
                after = get(inner)
                done = True
            finally:
                self.release()
        except Exception:
            if done:  # It may still be held.
                raise
        if not done:
            original_put(self, value)
            return
        number, shown = seen
        memory.wrote(number | line, shown(before), shown(after), at)

    return property(locked_get, locked_set)


def _locked_get(memory: Memory, original: Any, get: Any) -> Any:
    site = memory.site

    @functools.wraps(original)
    def __getitem__(self: Any, i: Any) -> Any:
        line = site(1)
        shared = mark_of(self._obj) if line else None
        if shared is None:
            return original(self, i)
        done = False
        try:
            self.acquire()
            try:
                value = get(self._obj, i)
                at = _now()
                done = True
            finally:
                self.release()
        except Exception:
            if done:  # It may still be held.
                raise
        if not done:
            return original(self, i)
        report_read(memory, shared, line, i, value, at)
        return value

    return __getitem__


def _locked_set(memory: Memory, original: Any, plain: Any) -> Any:
    site, get, put = memory.site, plain.__getitem__, plain.__setitem__

    @functools.wraps(original)
    def __setitem__(self: Any, i: Any, value: Any) -> None:
        line = site(1)
        shared = mark_of(self._obj) if line else None
        if shared is None:
            original(self, i, value)
            return
        done = False
        try:
            self.acquire()
            try:
                inner = self._obj
                before = get(inner, i)
                at = _now()
                put(inner, i, value)
                after = get(inner, i)
                done = True
            finally:
                self.release()
        except Exception:
            if done:  # It may still be held.
                raise
        if not done:
            original(self, i, value)
            return
        report_write(memory, shared, line, i, before, after, at)

    return __setitem__
