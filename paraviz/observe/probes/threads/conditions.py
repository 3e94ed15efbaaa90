"""Conditions, events and barriers: wait, notify, set, of those that the program itself makes.

The classes stay as they are, so that they can be subclassed and asked for. What the program makes
is marked when it is made; what the standard library makes for itself finds no mark and goes on.
Waiting is reported where it happens, in the condition that each of them has inside: one that is
met at once is no wait.
"""

from __future__ import annotations

import functools
import threading

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at, is_programs, maker_of
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.threads.locks import make_condition_lock, number_of_lock
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

MARK = "_paraviz"
"""The attribute of what is observed: its number, shifted to where a word has it."""
INSIDE = "_paraviz_inside"
"""The same of a condition that is inside of what the program made: it notifies on behalf of that,
and only if somebody waits."""


def install(recorder: Recorder) -> None:
    """Replace the methods that make and signal; where the waiting is there is nothing to replace
    but in the one instance."""
    _watch_conditions(recorder)
    _watch_events(recorder)
    _watch_barriers(recorder)
    _watch_timers(recorder)


def watch_making(recorder: Recorder, kind: Any, made: Callable[[Any, int], None]) -> None:
    """Mark each instance of `kind`, or of a class made from it, that the program makes, and call
    `made` with it and its shifted number."""
    init = kind.__init__
    setattr(kind, MARK, 0)

    @functools.wraps(init)
    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        site = maker_of(self, frame_at(1))
        if not is_programs(site.f_code.co_filename) or recorder.green():
            return
        try:
            place = {"file": site.f_code.co_filename, "line": site.f_lineno}
            number = recorder.new_object(kind=_original(self), **place) << ev.KIND_BITS
            made(self, number)
            object.__setattr__(self, MARK, number)
        except Exception as error:
            kind = type(self).__name__
            recorder.notice(f"a {kind} is not observed: {type(error).__name__}: {error}")

    kind.__init__ = __init__


def _original(made: object) -> str:
    """The name of the standard library's class that something is made from."""
    return next(
        kind.__name__ for kind in type(made).__mro__ if kind.__module__ in ("threading", "queue")
    )


@needs(
    "threading.Event.set(self): _cond notify_all",
    "threading.Event.clear(self)",
    "threading.Event.wait: _cond wait",
    "threading.Event.__init__: _cond Condition",
)
def _watch_events(recorder: Recorder) -> None:
    watch_making(recorder, threading.Event, functools.partial(_watch_condition_inside, recorder))
    for name, event in (("set", ev.SET), ("clear", ev.CLEAR)):
        _watch_signal(recorder, name, event)


@needs(
    "threading.Barrier.__init__: _cond Condition",
    "threading.Barrier._wait: _cond wait_for",
)
def _watch_barriers(recorder: Recorder) -> None:
    watch_making(recorder, threading.Barrier, functools.partial(_watch_barrier, recorder))


def _watch_condition_inside(recorder: Recorder, made: Any, number: int) -> None:
    watch_waits(recorder, made._cond, *_wait_for(number))


def _watch_barrier(recorder: Recorder, made: Any, number: int) -> None:
    """The last to come waits for nobody: it is known by what it tells the others."""
    _watch_condition_inside(recorder, made, number)
    setattr(made._cond, INSIDE, number)


def _wait_for(number: int) -> tuple[int, int, int]:
    return ev.WAIT_BEGIN | number, ev.WAIT_END | number, ev.WAIT_ABANDONED | number


def watch_waits(recorder: Recorder, condition: Any, begin: int, end: int, abandoned: int) -> None:
    """Report waiting in this condition by these words.

    It calls its own `_release_save` just before it blocks and `_acquire_restore` just after; those
    of its lock, where that has them, lie in the instance already. They must not hold on to the
    condition, which would then live until the garbage collector comes round.
    """
    own = vars(condition)
    lock, waiters = condition._lock, condition._waiters
    release, restore = own.get("_release_save"), own.get("_acquire_restore")
    if release is None or restore is None:
        if type(condition)._release_save is not threading.Condition._release_save:  # type: ignore[attr-defined]
            return
        release, restore = lock.release, lambda _: lock.acquire()
    # A timer sleeps, for as long as it says.
    is_limited = begin & ev.KIND_MASK != ev.SLEEP_BEGIN
    if core is not None:
        waits = core.Waits(begin, end, abandoned, is_limited, waiters, release, restore)
        condition._release_save, condition._acquire_restore = (
            waits.release_save,
            waits.acquire_restore,
        )
        return
    here, site = recorder.here, recorder.site

    def _release_save() -> Any:
        waiter, line = waiters[-1] if waiters else None, site(1)
        timeout = frame_at(1).f_locals.get("timeout")
        saved = release()
        if is_limited:
            tell_limit(here, timeout)
        here.emit(begin | line)
        return saved, waiter, line

    def _acquire_restore(state: Any) -> None:
        saved, waiter, line = state
        # Who notifies wakes the waiter first and takes it out of the queue then: in between what
        # `wait` has from its lock tells whether it was woken.
        given_up = waiter in waiters and not frame_at(1).f_locals.get("gotit")
        here.emit((abandoned if given_up else end) | line)
        restore(saved)

    condition._release_save, condition._acquire_restore = _release_save, _acquire_restore


@needs(
    "threading.Condition.__init__(self, lock): _lock _waiters",
    "threading.Condition.notify(self, n)",
    "threading.Condition.notify_all: notify",
    "threading.Condition.wait: _release_save _acquire_restore _waiters",
    "threading.Condition.wait_for: wait",
)
def _watch_conditions(recorder: Recorder) -> None:
    """One that has a lock of its own is one thing with it: to hold and to wait for by one name."""
    kind: Any = threading.Condition
    here, site, init, notify = recorder.here, recorder.site, kind.__init__, kind.notify
    setattr(kind, MARK, 0)
    setattr(kind, INSIDE, 0)

    @functools.wraps(init)
    def __init__(self: Any, lock: Any = None) -> None:
        site = maker_of(self, frame_at(1))
        if not is_programs(site.f_code.co_filename) or recorder.green():
            init(self, lock)
            return
        place = {"file": site.f_code.co_filename, "line": site.f_lineno}
        number = number_of_lock(lock, place) or recorder.new_object(kind="Condition", **place)
        init(self, make_condition_lock(number) if lock is None else lock)
        number <<= ev.KIND_BITS
        object.__setattr__(self, MARK, number)
        watch_waits(recorder, self, *_wait_for(number))

    @functools.wraps(notify)
    def observed_notify(self: Any, n: int = 1) -> None:
        number = self._paraviz or (n and self._waiters and self._paraviz_inside)
        if number and self._is_owned():
            here.emit(ev.NOTIFY | number | site(1))
        notify(self, n)

    kind.__init__, kind.notify = __init__, observed_notify


def _watch_signal(recorder: Recorder, name: str, event: int) -> None:
    here, site, signal = recorder.here, recorder.site, getattr(threading.Event, name)

    @functools.wraps(signal)
    def observed_signal(self: Any) -> None:
        number = self._paraviz
        if number:
            here.emit(event | number | site(1))
        signal(self)

    setattr(threading.Event, name, observed_signal)


@needs("threading.Timer.__init__: finished", "threading.Timer.run: finished wait")
def _watch_timers(recorder: Recorder) -> None:
    """A timer sleeps in an event that the standard library makes for it."""
    timer: Any = threading.Timer
    init = timer.__init__

    @functools.wraps(init)
    def __init__(self: Any, /, *args: Any, **kwargs: Any) -> None:
        init(self, *args, **kwargs)
        if recorder.green():
            return
        watch_waits(recorder, self.finished._cond, ev.SLEEP_BEGIN, ev.SLEEP_END, ev.SLEEP_END)

    timer.__init__ = __init__
