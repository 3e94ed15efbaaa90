"""Results that are exceptions, and that nobody asks for: neither before the last reference to them
is gone nor before the process ends.

Asking reads an attribute: of a future of `concurrent.futures` its `_exception`, of a pool's result
its `_value`. These become properties that keep what they are given under the same name, so that no
frame of ours stands in what is raised. An iterator of `imap` hands its items over from a deque.
asyncio knows by itself what nobody asked for.
"""

from __future__ import annotations

import functools
import itertools
import os
from _weakref import ref
from collections import deque
from contextlib import suppress

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, LIKE_ORIGINAL, LOKY
from paraviz.observe.probes.work.numbers import number_on
from paraviz.observe.raising import is_fault, name_of, word_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

_HANDED_ON_LIMIT = 256
"""Exceptions that one future hands on to another, such as one of asyncio's: the latest ones."""
_COUNT = itertools.count(1).__next__
_NEVER = " exception was never retrieved"
"""How asyncio's message ends."""


class Unasked:
    """The results that nobody has asked for so far."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._known: dict[int, tuple[Any, int, int]] = {}
        """By the identity of a result: a reference to it, the name of its exception, its number."""
        self._handed_on: dict[int, int] = {}
        """The number of a result, by the identity of its exception."""
        self.failed: dict[int, Any] = {}
        """References to tasks of asyncio that an exception ended, by their identity."""
        recorder.at_finish.append(self._finish)
        os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        self._known.clear()
        self.failed.clear()

    def is_set(self, result: Any, error: Any, number: int) -> None:
        """A result is an exception from now on."""
        if not is_fault(error):
            return
        recorder = self._recorder
        recorder.here.emit_value(word_of(recorder, error, error.__traceback__), number)
        key = id(result)
        gone = ref(result, lambda _: self._tell(key))
        self._known[key] = gone, name_of(recorder, error), number

    def asked(self, result: Any, error: Any = None) -> None:
        """Somebody asks for a result."""
        known = self._known.pop(id(result), None)
        if known is not None and error is not None:
            if len(self._handed_on) >= _HANDED_ON_LIMIT:
                self._handed_on.clear()
            self._handed_on[id(error)] = known[2]

    def _tell(self, key: int) -> None:
        """Nobody will ask for it any more."""
        known = self._known.pop(key, None)
        if known is not None:
            _, name, number = known
            self._recorder.main_lane.emit_value(ev.RESULT_UNASKED | name, number)

    def never_retrieved(self, context: Any) -> None:
        """What a loop tells its handler of exceptions."""
        future, error = context.get("future"), context.get("exception")
        if not str(context.get("message", "")).endswith(_NEVER) or not is_fault(error):
            return
        if future is not None and self.failed.pop(id(future), None) is not None:
            self.tell_task(future)
        else:
            name = name_of(self._recorder, error)
            number = self._handed_on.get(id(error), -_COUNT())
            self._recorder.main_lane.emit_value(ev.RESULT_UNASKED | name, number)

    def tell_task(self, task: Any) -> None:
        """Nobody will ask how a task of asyncio ended."""
        number = task._paraviz.number << ev.KIND_BITS
        self._recorder.main_lane.emit(ev.COROUTINE_UNASKED | number)

    def task_failed(self, task: Any) -> None:
        """An exception ended a task of asyncio."""
        key = id(task)
        self.failed[key] = ref(task, lambda _: self.failed.pop(key, None))

    def _finish(self) -> None:
        """The process ends."""
        for key in list(self._known):
            self._tell(key)
        for reference in list(self.failed.values()):
            task = reference()
            if task is not None and task._log_traceback:
                self.tell_task(task)
        self.failed.clear()


@functools.cache
def results_of(recorder: Recorder) -> Unasked:
    """Those of a process."""
    return Unasked(recorder)


def install(recorder: Recorder) -> None:
    """Wait for the program to import pools and executors."""
    unasked = results_of(recorder)
    wait_for = recorder.after_import.when_imported
    wait_for("concurrent.futures._base", functools.partial(_watch_futures, unasked))
    for package in COPIES:
        wait_for(f"{package}.pool", functools.partial(_watch_results, unasked))
    for package in LIKE_ORIGINAL:
        wait_for(f"{package}.pool", functools.partial(_watch_workers, "", recorder))
    for name in ("concurrent.futures.process", *(f"{one}.process_executor" for one in LOKY)):
        wait_for(name, functools.partial(_watch_workers, "_", recorder))
    wait_for("asyncio.base_events", functools.partial(_watch_handler, unasked))


def _number_of(inner: Any) -> int:
    """The number of the task that a result is of; one below 0 for what is none."""
    return number_on(inner) or -_COUNT()


def _watch_futures(unasked: Unasked, module: Any) -> None:
    def is_set(future: Any, error: Any) -> None:
        unasked.is_set(future, error, _number_of(future._condition))

    module.Future._exception = _kept("_exception", is_set, unasked.asked)


def _watch_results(unasked: Unasked, module: Any) -> None:
    """A pool's results: `successful()` asks as well, and a callback for errors is asking."""
    result: Any = module.ApplyResult
    successful = result.successful.__code__

    def is_set(made: Any, value: Any) -> None:
        error = _error_in(value)
        if isinstance(error, BaseException) and not made._success:
            unasked.is_set(made, error, _number_of(made._event))

    def asked_whether(made: Any, _: Any) -> None:
        if frame_at(2).f_code is successful:
            unasked.asked(made)

    result._value = _kept("_value", is_set, unasked.asked)
    result._success = _kept("_success", lambda *_: None, asked_whether)
    iterator: Any = module.IMapIterator
    init = iterator.__init__

    @functools.wraps(init)
    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        if type(self._items) is deque:
            self._items = _Items(unasked, self)

    iterator.__init__ = __init__


def _error_in(value: Any) -> Any:
    """What a pool sends for an exception; billiard wraps it."""
    return getattr(value, "exception", value)


def _kept(
    name: str, is_set: Callable[[Any, Any], None], asked: Callable[[Any, Any], None]
) -> property:
    """An attribute that is kept under its own name; both are told of what is there or not None."""

    def read(self: Any) -> Any:
        try:
            value = self.__dict__[name]
        except KeyError:
            raise AttributeError(name) from None
        if value is not None:
            asked(self, value)
        return value

    def write(self: Any, value: Any) -> None:
        self.__dict__[name] = value
        if value is not None:
            with suppress(Exception):
                is_set(self, value)

    return property(read, write)


class _Items(deque):  # type: ignore[type-arg]
    """What an iterator of `imap` has ready: pairs of whether it went well, and what came of it."""

    def __init__(self, unasked: Unasked, iterator: Any) -> None:
        super().__init__()
        self._unasked = unasked
        self._iterator = ref(iterator)

    def append(self, item: Any) -> None:
        super().append(item)
        iterator = self._iterator()
        if not item[0] and iterator is not None:
            with suppress(Exception):
                self._unasked.is_set(iterator, _error_in(item[1]), _number_of(iterator._cond))

    def popleft(self) -> Any:
        item = super().popleft()
        if not item[0]:
            self._unasked.asked(self._iterator())
        return item


def _watch_workers(prefix: str, recorder: Recorder, module: Any) -> None:
    """A worker process sends an exception as text: its line is known only there."""
    wrapper: Any = getattr(module, f"{prefix}ExceptionWithTraceback")
    init = wrapper.__init__

    @functools.wraps(init)
    def __init__(self: Any, exc: Any, *tb: Any) -> None:
        with suppress(Exception):
            if is_fault(exc):
                recorder.here.emit(word_of(recorder, exc, tb[0] if tb else exc.__traceback__))
        init(self, exc, *tb)

    wrapper.__init__ = __init__


def _watch_handler(unasked: Unasked, module: Any) -> None:
    """What a loop reports of itself, unless the program has a handler of its own for that."""
    loop: Any = module.BaseEventLoop
    call = loop.call_exception_handler

    @functools.wraps(call)
    def call_exception_handler(self: Any, context: Any) -> Any:
        with suppress(Exception):
            if self._exception_handler is None:
                unasked.never_retrieved(context)
        return call(self, context)

    loop.call_exception_handler = call_exception_handler
