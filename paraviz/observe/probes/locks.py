"""Locks: wait, acquire, give up, release, of the locks that the program itself makes.

The hottest of all probes: what usually happens takes one call and appends its event itself, as
`lane` would.

The standard library's own locks (those inside a queue, a logger, an executor) stay as they are:
what they protect has probes of its own.
"""

from __future__ import annotations

import sys
import threading
from time import perf_counter_ns as _now
from typing import TYPE_CHECKING, Any, NoReturn

from paraviz import events as ev
from paraviz.observe.frames import is_programs

if TYPE_CHECKING:
    from paraviz.observe.recorder import Here, Recorder

_make_lock = threading.Lock
_make_rlock = threading.RLock

_here: Here
_recorder: Recorder


def install(recorder: Recorder) -> None:
    """Replace `threading.Lock` and `threading.RLock`."""
    global _here, _recorder
    _here, _recorder = recorder.here, recorder
    threading.Lock = _lock_maker(_make_lock, "Lock", ObservedLock)
    threading.RLock = _lock_maker(_make_rlock, "RLock", ObservedRLock)


def number_of_lock(lock: object, place: dict[str, object]) -> int | None:
    """The number of a lock that was made in the very line of the condition it is for."""
    if isinstance(lock, _Observed) and lock.place == place:
        return lock._waiting >> ev.KIND_BITS
    return None


def make_condition_lock(number: int) -> ObservedRLock:
    """The lock of a condition that has none from the program: one object with it."""
    return ObservedRLock(_make_rlock(), number)


def _lock_maker(make: Any, kind: str, observed: type[_Observed]) -> Any:
    """A function in place of `make`, whose locks are observed when the program itself calls it."""

    def maker(*args: Any, **kwargs: Any) -> Any:
        inner = make(*args, **kwargs)
        caller = sys._getframe(1)
        if not is_programs(caller.f_code.co_filename):
            return inner
        place = {"file": caller.f_code.co_filename, "line": caller.f_lineno}
        return observed(inner, _recorder.new_object(kind=kind, **place), place)

    # Pickled by reference, as by a manager, it must be found where it stands.
    maker.__module__, maker.__qualname__ = "threading", kind
    maker.__name__, maker.__doc__ = make.__name__, make.__doc__
    return maker


class _Observed:
    """A lock that reports what happens to it and otherwise is the one inside."""

    __slots__ = ("__weakref__", "_acquired", "_inner", "_released", "_waiting", "place")

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        self._inner = inner
        self.place = place
        self._waiting = ev.word(ev.LOCK_WAIT, number)
        self._acquired = ev.word(ev.LOCK_ACQUIRED, number)
        self._released = ev.word(ev.LOCK_RELEASED, number)

    def _acquire(self, blocking: bool, timeout: float) -> bool:
        """Acquire the inner lock, reporting: at once, or after a wait."""
        inner, emit = self._inner, _here.emit
        waits = blocking and (timeout == -1 or (isinstance(timeout, int | float) and timeout > 0))
        if not waits:
            got = inner.acquire(blocking, timeout)
        elif not (got := inner.acquire(False)):
            emit(self._waiting)
            try:
                got = inner.acquire(True, timeout)
            finally:
                if not got:
                    emit(self._waiting - ev.LOCK_WAIT + ev.LOCK_ABANDONED)
        if got:
            emit(self._acquired)
        return bool(got)

    def _at_fork_reinit(self) -> None:
        self._inner._at_fork_reinit()

    def __repr__(self) -> str:
        return str(repr(self._inner)).replace(hex(id(self._inner)), hex(id(self)))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        kind = type(self._inner)
        raise TypeError(f"cannot pickle '{kind.__module__}.{kind.__name__}' object")


class ObservedLock(_Observed):
    """In place of `_thread.lock`."""

    __slots__ = ()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock.acquire`."""
        # The usual case without a further call: nobody holds it.
        if blocking is True and timeout == -1 and self._inner.acquire(False):
            _here.extend((_now(), self._acquired))
            return True
        return self._acquire(blocking, timeout)

    def release(self) -> None:
        """As `threading.Lock.release`."""
        inner = self._inner
        if inner.locked():
            _here.extend((_now(), self._released))
        inner.release()

    def locked(self) -> bool:
        """As `threading.Lock.locked`."""
        return bool(self._inner.locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self) -> bool:
        if self._inner.acquire(False):
            _here.extend((_now(), self._acquired))
            return True
        return self._acquire(True, -1)

    def __exit__(self, *_: object) -> None:
        inner = self._inner
        if inner.locked():
            _here.extend((_now(), self._released))
        inner.release()


class ObservedRLock(_Observed):
    """In place of `_thread.RLock`. Only the outermost acquire and release are events."""

    __slots__ = ("_depth",)

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        super().__init__(inner, number, place)
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.RLock.acquire`."""
        inner = self._inner
        owned = inner._is_owned()
        got = inner.acquire(blocking, timeout) if owned else self._acquire(blocking, timeout)
        if got:
            self._depth += 1
        return bool(got)

    def release(self) -> None:
        """As `threading.RLock.release`."""
        inner = self._inner
        if inner._is_owned():
            self._depth -= 1
            if self._depth == 0:
                _here.extend((_now(), self._released))
        inner.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        inner = self._inner
        if inner._is_owned():
            self._depth -= 1
            if self._depth == 0:
                _here.extend((_now(), self._released))
        inner.release()

    # What a Condition calls on its lock.

    def _is_owned(self) -> bool:
        return bool(self._inner._is_owned())

    def _release_save(self) -> Any:
        depth, self._depth = self._depth, 0
        _here.extend((_now(), self._released))
        return depth, self._inner._release_save()

    def _acquire_restore(self, state: Any) -> None:
        depth, inner_state = state
        inner, emit = self._inner, _here.emit
        if inner.acquire(False):
            for _ in range(depth - 1):
                inner.acquire()
        else:
            emit(self._waiting)
            inner._acquire_restore(inner_state)
        emit(self._acquired)
        self._depth = depth

    def _recursion_count(self) -> int:
        return self._depth if self._is_owned() else 0

    def _at_fork_reinit(self) -> None:
        super()._at_fork_reinit()
        self._depth = 0
