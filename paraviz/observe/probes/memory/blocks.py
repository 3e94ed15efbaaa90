"""Lists in shared memory, element by element; and what else lies in shared memory.

A `ShareableList` has no lock: what that means for the order of its events, see `sharing`. Of text
and bytes an event has the length (typecode "s"), of None -1.
"""

from __future__ import annotations

import functools
from _operator import index as as_index
from time import perf_counter_ns as _now

from paraviz.observe.kin import COPIES, watch_all
from paraviz.observe.probes.memory.sharing import (
    ELEMENTS,
    Memory,
    Shared,
    as_integer,
    place_of_maker,
)
from paraviz.observe.probes.memory.values import watch_shared_values
from paraviz.observe.probes.threads.conditions import MARK
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder

_TYPECODES = {int: "q", bool: "?", float: "d"}


def install(recorder: Recorder) -> None:
    """Wait for the program to import modules of shared memory."""
    memory = Memory(recorder)
    for name, watch in (
        ("sharedctypes", watch_shared_values),
        ("shared_memory", _watch_lists),
        ("shared_memory", _watch_buffers),
    ):
        hook = functools.partial(watch, memory)
        watch_all(recorder.after_import, name, hook, COPIES)


@needs("multiprocessing.shared_memory.SharedMemory.buf")
def _watch_buffers(memory: Memory, module: Any) -> None:
    """A memoryview cannot be looked into, and the user should know."""
    kind: Any = module.SharedMemory
    buf, site, notice = kind.buf, memory.site, memory.recorder.notice

    @functools.wraps(buf.fget)
    def observed_buf(self: Any) -> Any:
        if site(1):
            notice("reads and writes through SharedMemory.buf cannot be seen")
        return buf.fget(self)

    kind.buf = property(observed_buf, doc=buf.__doc__)


@needs(
    "multiprocessing.shared_memory.ShareableList.__init__(self, sequence, name): _list_len",
    "multiprocessing.shared_memory.ShareableList.__getitem__(self, position)",
    "multiprocessing.shared_memory.ShareableList.__setitem__(self, position, value)",
)
def _watch_lists(memory: Memory, module: Any) -> None:
    kind: Any = module.ShareableList
    init = kind.__init__

    @functools.wraps(init)
    def __init__(self: Any, sequence: Any = None, *, name: Any = None) -> None:
        init(self, sequence, name=name)
        try:
            shared = Shared(memory, self, "ShareableList", self.shm.name, "", self._list_len)
            if name is None or sequence is not None:
                shared.made_at(place_of_maker())
            object.__setattr__(self, MARK, shared)
        except Exception as error:
            memory.recorder.notice(f"a ShareableList is not observed: {error}")

    kind.__init__ = __init__
    kind.__getitem__ = _observed_get(memory, kind.__getitem__)
    kind.__setitem__ = _observed_set(memory, kind.__getitem__.__wrapped__, kind.__setitem__)


def _observed_get(memory: Memory, get: Any) -> Any:
    site = memory.site

    @functools.wraps(get)
    def __getitem__(self: Any, position: Any) -> Any:
        value = get(self, position)
        at = _now()
        line = site(1)
        if line and (shared := vars(self).get(MARK)):
            number, shown = _element(shared, position, value)
            memory.read(number | line, shown, at)
        return value

    return __getitem__


def _observed_set(memory: Memory, get: Any, put: Any) -> Any:
    site = memory.site

    @functools.wraps(put)
    def __setitem__(self: Any, position: Any, value: Any) -> None:
        line = site(1)
        shared = vars(self).get(MARK) if line else None
        if shared is None:
            put(self, position, value)
            return
        try:
            before = get(self, position)
        except Exception:  # `put` will say so itself.
            before = None
        at = _now()
        put(self, position, value)
        number, after = _element(shared, position, value)
        # Of another type than before, it has another number, and nothing to compare with.
        known = shared.length <= ELEMENTS and type(before) is type(value)
        memory.wrote(number | line, _shown(before) if known else 0, after, at)

    return __setitem__


def _element(shared: Shared, position: Any, value: Any) -> tuple[int, int]:
    """The number of an element that was used with success, and its value as an event has it."""
    if shared.length > ELEMENTS:
        return shared.whole(), 1
    index = as_index(position)
    typecode = _TYPECODES.get(type(value), "s")
    return shared.part(index if index >= 0 else index + shared.length, typecode), _shown(value)


def _shown(value: Any) -> int:
    if value is None:
        return -1
    return as_integer(value) if type(value) in _TYPECODES else len(value)
