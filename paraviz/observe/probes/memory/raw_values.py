"""Values and arrays of ctypes that lie in shared memory without a lock of their own.

They are plain instances of ctypes' classes, and stay so. Those classes get a `value`, or a
`__getitem__`, that looks for a mark on the instance, once one of them lies in shared memory. What
this means for the order of their events, see `sharing`.

What is usual the compiled core does where it is there (`core/memory.c`).
"""

from __future__ import annotations

import functools
from _operator import index as as_index
from time import perf_counter_ns as _now

from paraviz.observe.compiled import core
from paraviz.observe.probes.memory.sharing import ELEMENTS, as_integer
from paraviz.observe.probes.threads.conditions import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.probes.memory.sharing import Memory, Shared

    Shown = Callable[[Any], int]

_PLAIN = frozenset((int, float, bool, bytes, str))
"""What can be converted twice and nobody sees it."""


def mark_of(made: Any) -> Shared | None:
    """What is known of something, if it lies in shared memory itself."""
    shared: Shared | None = getattr(made, MARK, None)
    return shared if shared is not None and shared.owner == id(made) else None


def watch_value(memory: Memory, kind: Any) -> None:
    made = _plain_property(memory, kind, kind.value, as_integer)
    if core is None:
        kind.value = made
    else:
        core.watch_value(kind, made)


def watch_array(memory: Memory, kind: Any) -> None:
    for name in ("value", "raw"):
        if name in vars(kind):
            setattr(kind, name, _plain_property(memory, kind, getattr(kind, name), len))
    _watch_items(memory, kind)


def _plain_property(memory: Memory, kind: Any, made: Any, shown: Shown) -> property:
    """In place of a descriptor of ctypes', for the instances that are marked."""
    site, get, put = memory.site, made.__get__, made.__set__

    def plain_get(self: Any) -> Any:
        shared = mark_of(self)
        line = site(1) if shared is not None else 0
        if shared is None or not line:
            return get(self)
        value = get(self)
        at = _now()
        memory.read(shared.whole() | line, shown(value), at)
        return value

    def plain_set(self: Any, value: Any) -> None:
        shared = mark_of(self)
        line = site(1) if shared is not None else 0
        if shared is None or not line:
            put(self, value)
            return
        before, after = get(self), _converted(kind, value)
        at = _now()
        put(self, value)
        if after is None:
            after = get(self)
        memory.wrote(shared.whole() | line, shown(before), shown(after), at)

    return property(plain_get, plain_set, made.__delete__, made.__doc__)


def _watch_items(memory: Memory, kind: Any) -> None:
    site, get, put = memory.site, kind.__getitem__, kind.__setitem__

    @functools.wraps(get)
    def __getitem__(self: Any, key: Any, /) -> Any:
        value = get(self, key)
        at = _now()
        shared = mark_of(self)
        line = site(1) if shared is not None else 0
        if shared is not None and line:
            report_read(memory, shared, line, key, value, at)
        return value

    @functools.wraps(put)
    def __setitem__(self: Any, key: Any, value: Any, /) -> None:
        shared = mark_of(self)
        line = site(1) if shared is not None else 0
        if shared is None or not line:
            put(self, key, value)
            return
        try:
            before = get(self, key)
        except Exception:  # `put` will say so itself.
            before = None
        after = _converted(self._type_, value)
        at = _now()
        put(self, key, value)
        if after is None:
            after = get(self, key)
        report_write(memory, shared, line, key, before, after, at)

    if core is None:
        kind.__getitem__, kind.__setitem__ = __getitem__, __setitem__
    else:
        core.watch_elements(kind, __getitem__, __setitem__)


def _converted(kind: Any, value: Any) -> Any:
    """What memory of this kind holds once a value was stored in it: read back, it might be what
    another has written. None where that is not known without running somebody's code."""
    if type(value) not in _PLAIN:
        return None
    try:
        return kind(value).value
    except Exception:
        return None


def report_read(memory: Memory, shared: Shared, line: int, index: Any, value: Any, at: int) -> None:
    number = _number_of(shared, index)
    memory.read(number | line, _shown(shared, index, value), at)


def report_write(
    memory: Memory, shared: Shared, line: int, index: Any, before: Any, after: Any, at: int
) -> None:
    number = _number_of(shared, index)
    shown = _shown(shared, index, before), _shown(shared, index, after)
    memory.wrote(number | line, *shown, at)


def _number_of(shared: Shared, index: Any) -> int:
    """The number of the element, or of the whole for slices and for what is too long."""
    if isinstance(index, slice) or shared.length > ELEMENTS:
        return shared.whole()
    at = as_index(index)
    return shared.part(at if at >= 0 else at + shared.length, shared.typecode)


def _shown(shared: Shared, index: Any, value: Any) -> int:
    if isinstance(index, slice):
        return len(value)
    return as_integer(value) if shared.length <= ELEMENTS else 1
