"""`queue.SimpleQueue`, which is a C type: of those the program makes, put, get and waiting."""

from __future__ import annotations

import functools
import itertools
import sys

from paraviz import events as ev
from paraviz.observe.frames import is_programs
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

    __slots__ = ("_inside", "_next")

    def __init__(self) -> None:
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
    here, line, new = recorder.here, recorder.site, original.__new__

    class SimpleQueue(original):  # type: ignore[misc]
        __slots__ = ("_numbers", "_paraviz")

        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            site = sys._getframe(1)
            file = site.f_code.co_filename
            if cls is SimpleQueue and not is_programs(file):
                return original(*args, **kwargs)
            made = new(cls, *args, **kwargs)
            number = recorder.new_object(kind="SimpleQueue", file=file, line=site.f_lineno)
            made._paraviz = number << ev.KIND_BITS
            made._numbers = _Numbers()
            return made

        put, put_nowait = (_putting(recorder, put) for put in (original.put, original.put_nowait))

        @functools.wraps(original.get)
        def get(self, *args: Any, **kwargs: Any) -> Any:
            number, emit = self._paraviz | line(1), here.emit
            if self.empty() and (args[0] if args else kwargs.get("block", True)):
                tell_limit(here, args[1] if len(args) > 1 else kwargs.get("timeout"))
                emit(ev.GET_WAIT | number)
                try:
                    item = original.get(self, *args, **kwargs)
                except BaseException:
                    emit(ev.WAIT_ABANDONED | number)
                    raise
                emit(ev.WAIT_END | number)
            else:
                item = original.get(self, *args, **kwargs)
            here.emit_value(ev.GET | number, self._numbers.got(item))
            return item

        @functools.wraps(original.get_nowait)
        def get_nowait(self) -> Any:
            item = original.get_nowait(self)
            here.emit_value(ev.GET | self._paraviz | line(1), self._numbers.got(item))
            return item

        def __reduce_ex__(self, protocol: Any) -> Any:
            if type(self) is SimpleQueue:
                raise TypeError("cannot pickle '_queue.SimpleQueue' object")
            return super().__reduce_ex__(protocol)

    return SimpleQueue


def _putting(recorder: Recorder, plain: Any) -> Any:
    """A method in place of `plain`. Its event is before the put, as the get's is after the get."""
    here, line = recorder.here, recorder.site

    @functools.wraps(plain)
    def put(self: Any, *args: Any, **kwargs: Any) -> None:
        if args or "item" in kwargs:
            number = self._numbers.put(args[0] if args else kwargs["item"])
            here.emit_value(ev.PUT | self._paraviz | line(1), number)
        plain(self, *args, **kwargs)

    return put
