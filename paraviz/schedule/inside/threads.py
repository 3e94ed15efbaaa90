"""Threads under control. `threading.Thread` keeps its class, so that whatever is derived from it,
and executors and timers, work."""

from __future__ import annotations

import _thread
import builtins
import sys
import threading
from _weakrefset import WeakSet

from paraviz.schedule.inside.engine import Engine, running
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.names import stable_hash, stable_number
from paraviz.schedule.inside.operations import LIVES
from paraviz.schedule.inside.worker import Abort, Worker, raw_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_IDENT = 140_000_000_000_000
_thread_init = threading.Thread.__init__
_thread_start = threading.Thread.start
_raw_start_new = _thread.start_new_thread
_real_import = builtins.__import__
_default_hook = threading.excepthook


class _Nowhere(WeakSet):  # type: ignore[type-arg]
    """Where `threading` keeps threads that are still to be waited for by nobody: executions have
    threads of equal hashes, so that to add one would take longer with each."""

    def add(self, item: Any) -> None:
        """Forget it."""


class Quiet:
    """An event inside `threading` that nobody needs to wait for."""

    def __init__(self) -> None:
        self._flag = False

    def is_set(self) -> bool:
        """Whether it is set."""
        return self._flag

    def set(self) -> None:
        """Set it."""
        self._flag = True

    def wait(self, _timeout: float | None = None) -> bool:
        """It is as good as set."""
        return True

    def _at_fork_reinit(self) -> None:
        pass


def _init(self: Any, *arguments: Any, **named: Any) -> None:
    engine = running()
    tracer = engine.tracer if engine is not None else None
    if tracer is None:
        _thread_init(self, *arguments, **named)
    else:
        # Where tracing is on, all code is several times slower.
        sys.settrace(None)
        try:
            _thread_init(self, *arguments, **named)
        finally:
            if engine is not None and not engine.is_free:
                sys.settrace(tracer)
    self._started = Quiet()
    self._schedule_hash = stable_number()


def _start(self: Any) -> None:
    engine = running()
    if engine is None:
        _thread_start(self)
        return
    if not self._initialized:
        raise RuntimeError("thread.__init__() not called")
    if self._started.is_set():
        raise RuntimeError("threads can only be started once")
    self._started.set()
    engine.spawn(lambda: _run(self), self._name, self)


def _run(self: Any) -> None:
    """The life of a thread."""
    ident = get_ident()
    self._ident = ident
    threading._active[ident] = self  # type: ignore[attr-defined]
    try:
        self.run()
    except (Abort, SystemExit):
        raise
    except BaseException as error:
        _die(self, error)
    finally:
        threading._active.pop(ident, None)  # type: ignore[attr-defined]


def _die(thread: Any, error: BaseException) -> None:
    """An exception ends a thread."""
    engine = Engine.current
    if engine is None or engine.is_over:
        raise Abort
    assert engine.running is not None
    engine.raised.append((thread._name, error))
    if threading.excepthook is not _default_hook:
        try:
            thread._invoke_excepthook(thread)
        except Abort:
            raise
        except BaseException as another:
            engine.raised.append((thread._name, another))


def _body_of(function: Any, arguments: Any, named: Any) -> Any:
    """What `_thread.start_new_thread` runs, its exception kept."""

    def body() -> None:
        try:
            function(*arguments, **named)
        except (Abort, SystemExit):
            raise
        except BaseException as error:
            engine = Engine.current
            if engine is None or engine.is_over:
                raise Abort from None
            assert engine.running is not None
            engine.raised.append((engine.running.name, error))

    return body


def _join(self: Any, timeout: float | None = None) -> None:
    engine = running()
    if engine is None:
        return
    if not self._initialized:
        raise RuntimeError("Thread.__init__() not called")
    if not self._started.is_set():
        raise RuntimeError("cannot join thread before it is started")
    worker = worker_of(engine, self)
    if worker is engine.running:
        raise RuntimeError("cannot join current thread")
    wait_for_end(engine, worker, timeout)


def wait_for_end(engine: Engine, worker: Worker, timeout: float | None = None) -> None:
    """Until a worker has ended."""
    label = "join " + worker.name
    if timeout is not None:
        _ask_for_ends()
        operation = ("R", LIVES, worker.number, label)
        engine.stop(operation, lambda: worker.done, max(timeout, 0))
    elif not worker.done:
        engine.stop(("join", None, worker.number, label), lambda: worker.done)
    if worker.done and not worker.is_joined:
        engine.note(("join", None, worker.number, label))
        worker.is_joined = True
        engine.unjoined -= 1


def worker_of(engine: Engine, thread: Any) -> Worker:
    """Who runs a thread of the program's."""
    return next(worker for worker in engine.workers if worker.thread is thread)


def _ask_for_ends() -> None:
    if not KNOWN.ends_matter:
        KNOWN.ends_matter = KNOWN.grew = True


def _is_alive(self: Any) -> bool:
    engine = running()
    if not self._started.is_set():
        return False
    if engine is None:
        return False
    if self is threading.main_thread():
        return not engine.workers[0].done
    worker = worker_of(engine, self)
    _ask_for_ends()
    engine.stop(("R", LIVES, worker.number, "is it alive? " + worker.name))
    return not worker.done


def _listed(original: Any) -> Any:
    """Who is alive, all of them."""

    def function() -> Any:
        engine = running()
        if engine is not None:
            _ask_for_ends()
            engine.stop(("R", LIVES, None, "who is alive?"))
        return original()

    return function


def _start_new(function: Any, arguments: Any = (), named: Any = None, **_more: Any) -> int:
    engine = running()
    if engine is None:
        return _raw_start_new(function, arguments, named or {})
    name = getattr(function, "__name__", "thread")
    worker = engine.spawn(_body_of(function, arguments, named or {}), name)
    return _IDENT + worker.number * 4096


def get_ident() -> int:
    """A number of the running thread that is the same in every execution."""
    engine = running()
    if engine is None or engine.running is None or engine.running.number == 0:
        return raw_ident()
    return _IDENT + engine.running.number * 4096


def _nothing() -> None:
    pass


after_import = _nothing
"""Called after each import."""


def _import(name: str, *how: Any) -> Any:
    """While a worker imports, nobody else goes on: the locks of imports are real."""
    engine = running()
    if engine is None:
        return _real_import(name, *how)
    if name in sys.modules and (len(how) < 3 or not how[2]) and "." not in name:
        return _real_import(name, *how)
    worker = engine.running
    assert worker is not None
    worker.no_switch += 1
    try:
        return _real_import(name, *how)
    finally:
        worker.no_switch -= 1
        after_import()


def install() -> None:
    """Once, before the program is loaded."""
    module: Any = threading
    module._dangling = _Nowhere()
    kind: Any = threading.Thread
    kind.__init__, kind.start, kind.join, kind.is_alive = _init, _start, _join, _is_alive
    kind.__hash__ = stable_hash
    module._main_thread._started = Quiet()
    module._main_thread._started.set()
    module.enumerate = _listed(threading.enumerate)
    module.active_count = _listed(threading.active_count)
    low: Any = _thread
    low.start_new_thread = low.start_new = module._start_new_thread = _start_new
    low.get_ident = module.get_ident = get_ident
    top: Any = builtins
    top.__import__ = _import
