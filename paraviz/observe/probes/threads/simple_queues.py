"""`queue.SimpleQueue`, which is a C type: of those the program makes, put, get and waiting."""

from __future__ import annotations

import functools
import itertools
import sys

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at, is_programs
from paraviz.observe.limits import tell_limit
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

    from paraviz.observe.recorder import Recorder


@needs(
    "queue.SimpleQueue.get",
    "queue.SimpleQueue.put",
    "queue.SimpleQueue.get_nowait",
    "queue.SimpleQueue.put_nowait",
    "queue.SimpleQueue.empty",
)
def watch_simple_queues(recorder: Recorder, module: ModuleType) -> None:
    """Replace `queue.SimpleQueue` by a class made from it."""
    original: Any = module.SimpleQueue
    observed = _observed_class(recorder, original)
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(observed, name, getattr(original, name))
    # Pickled by reference it is sought in `_queue`, which it says to be from.
    for place in (sys.modules[original.__module__], module):
        place.SimpleQueue = observed  # type: ignore[attr-defined]


class _Numbers:
    """The numbers of the items inside, by the item's identity. Since 3.13 a put hands its item over
    to a thread that waits, so that counting the gets would not tell which item it was."""

    __slots__ = ("_inside", "_next", "about")

    def __init__(self, about: int) -> None:
        """`about`: the queue, where a word has it."""
        self.about = about
        self._next = itertools.count(1).__next__
        self._inside: dict[int, list[int]] = {}

    def put(self, item: object) -> int:
        """The number of an item that is about to be put."""
        number = self._next()
        self._inside.setdefault(id(item), []).append(number)
        return number

    def got(self, item: object) -> int:
        """The number of an item that has been got, or 0 where threads that put one and the same
        object were in each other's way."""
        try:
            numbers = self._inside[id(item)]
            number = numbers.pop(0)
            if not numbers:
                del self._inside[id(item)]
        except LookupError:
            return 0
        return number


def _observed_class(recorder: Recorder, original: Any) -> Any:
    new = original.__new__

    class SimpleQueue(original):  # type: ignore[misc]
        __slots__ = ("_numbers",)

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            site = frame_at(1)
            file = site.f_code.co_filename
            if cls is SimpleQueue and not is_programs(file):
                return original(*args, **kwargs)
            made = new(cls, *args, **kwargs)
            number = recorder.new_object(kind="SimpleQueue", file=file, line=site.f_lineno)
            made._numbers = numbers(number << ev.KIND_BITS)
            return made

        def __reduce_ex__(self, protocol: Any) -> Any:
            if type(self) is SimpleQueue:
                raise TypeError("cannot pickle '_queue.SimpleQueue' object")
            return super().__reduce_ex__(protocol)

    numbers: Any
    if core is None:
        numbers = _Numbers
        _give_methods(recorder, SimpleQueue, original)
    else:
        numbers = core.ItemNumbers
        core.watch_simple_queue(SimpleQueue, original)
    return SimpleQueue


def _give_methods(recorder: Recorder, observed: Any, original: Any) -> None:
    """As `core.watch_simple_queue`."""
    here, line = recorder.here, recorder.site
    for name in ("put", "put_nowait"):
        setattr(observed, name, _putting(recorder, getattr(original, name)))

    @functools.wraps(original.get)
    def get(self: Any, *args: Any, **kwargs: Any) -> Any:
        numbers, emit = self._numbers, here.emit
        about = numbers.about | line(1)
        if self.empty() and (args[0] if args else kwargs.get("block", True)):
            tell_limit(here, args[1] if len(args) > 1 else kwargs.get("timeout"))
            emit(ev.GET_WAIT | about)
            try:
                item = original.get(self, *args, **kwargs)
            except BaseException:
                emit(ev.WAIT_ABANDONED | about)
                raise
            emit(ev.WAIT_END | about)
        else:
            item = original.get(self, *args, **kwargs)
        here.emit_value(ev.GET | about, numbers.got(item))
        return item

    @functools.wraps(original.get_nowait)
    def get_nowait(self: Any) -> Any:
        item = original.get_nowait(self)
        here.emit_value(ev.GET | self._numbers.about | line(1), self._numbers.got(item))
        return item

    observed.get, observed.get_nowait = get, get_nowait


def _putting(recorder: Recorder, plain: Any) -> Any:
    """A method in place of `plain`. Its event is before the put, as the get's is after the get."""
    here, line = recorder.here, recorder.site

    @functools.wraps(plain)
    def put(self: Any, *args: Any, **kwargs: Any) -> None:
        if args or "item" in kwargs:
            number = self._numbers.put(args[0] if args else kwargs["item"])
            here.emit_value(ev.PUT | self._numbers.about | line(1), number)
        plain(self, *args, **kwargs)

    return put
