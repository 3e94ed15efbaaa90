"""Locks: wait, acquire, give up, release, of the locks that the program itself makes.

The hottest of all probes: what usually happens takes one call and appends its event itself, as
`lane` would.

The standard library's own locks (those inside a queue, a logger, an executor) stay as they are:
what they protect has probes of its own.
"""

from __future__ import annotations

import _thread
import sys
import threading
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.frames import is_programs
from paraviz.observe.limits import tell_limit
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

    from paraviz.observe.here import Here
    from paraviz.observe.recorder import Recorder
    from paraviz.observe.sites import Site

_make_lock = threading.Lock
_make_rlock = threading.RLock

_here: Here
_recorder: Recorder
_site: Site

SITED = 1_000
"""So many acquisitions of each lock, and as many releases, tell their line: that costs as much as
all the rest of them. Those that had to wait always do."""


def install(recorder: Recorder) -> None:
    """Replace `threading.Lock` and `threading.RLock`."""
    global _here, _recorder, _site
    _here, _recorder, _site = recorder.here, recorder, recorder.site
    _replace()
    for kind in (ObservedLock, ObservedRLock):
        for name in sorted(set(vars(kind.plain)) - _KNOWN):
            recorder.notice(f"what {kind.kind}.{name} does is not observed")


@needs(
    "threading.Lock",
    "threading.RLock",
    "_thread.LockType",
    "_thread.RLock._release_save",
    "_thread.RLock._acquire_restore",
    "_thread.RLock._is_owned",
)
def _replace() -> None:
    raw: Any = _thread
    raw.LockType = ObservedLock
    threading.RLock = _lock_maker(_make_rlock, "RLock", ObservedRLock)
    if getattr(threading, "_CRLock", None) is ObservedRLock.plain:
        raw.RLock = threading._CRLock = ObservedRLock  # type: ignore[attr-defined]
    if isinstance(_make_lock, type):
        # Since 3.13 it is a type, to ask for, and to pickle by its name in `_thread`.
        threading.Lock = raw.lock = ObservedLock  # type: ignore[assignment]
    else:
        threading.Lock = _lock_maker(_make_lock, "Lock", ObservedLock)


def number_of_lock(lock: object, place: dict[str, object]) -> int | None:
    """The number of a lock that was made in the very line of the condition it is for."""
    if isinstance(lock, _Observed) and lock.place == place:
        return lock._waiting >> ev.KIND_BITS
    return None


def make_condition_lock(number: int) -> Any:
    """The lock of a condition that has none from the program: one object with it."""
    made = _make_rlock()
    return type.__call__(ObservedRLock, made, number) if type(made) is ObservedRLock.plain else made


def _lock_maker(make: Any, kind: str, observed: type[_Observed]) -> Any:
    """A function in place of `make`, whose locks are observed when the program itself calls it. It
    may have replaced what `make` makes."""

    def maker(*args: Any, **kwargs: Any) -> Any:
        made = make(*args, **kwargs)
        return observed.around(made, sys._getframe(1)) if type(made) is observed.plain else made

    # Pickled by reference, as by a manager, it must be found where it stands.
    maker.__module__, maker.__qualname__ = "threading", kind
    maker.__name__, maker.__doc__ = make.__name__, make.__doc__
    return maker


class _LockType(type):
    """The type of observed locks does as that of the locks inside, whose name it has. Locks that
    are not observed are instances of it, too."""

    plain: Any
    kind: str

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        """What calling the plain type does: make a lock, or raise TypeError."""
        return cls.around(cls.plain(*args, **kwargs), sys._getframe(1))

    def __instancecheck__(cls, instance: object) -> bool:
        return super().__instancecheck__(instance) or type(instance) is vars(cls).get("plain")

    def __subclasscheck__(cls, subclass: type) -> bool:
        return super().__subclasscheck__(subclass) or subclass is vars(cls).get("plain")

    def around(cls, inner: Any, caller: FrameType) -> Any:
        """A lock that reports what happens to `inner`, if the program makes it."""
        if not is_programs(caller.f_code.co_filename):
            return inner
        place = {"file": caller.f_code.co_filename, "line": caller.f_lineno}
        return super().__call__(inner, _recorder.new_object(kind=cls.kind, **place), place)


class _Observed(metaclass=_LockType):
    """A lock that reports what happens to it and otherwise is the one inside."""

    __slots__ = ("__weakref__", "_acquired", "_inner", "_released", "_sited", "_waiting", "place")
    # An instance of the plain type, too.
    __class__ = property(lambda lock: type(lock).plain)

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        self._inner = inner
        self.place = place
        self._waiting = ev.word(ev.LOCK_WAIT, number)
        self._acquired = ev.word(ev.LOCK_ACQUIRED, number)
        self._released = ev.word(ev.LOCK_RELEASED, number)
        self._sited = 2 * SITED
        """How many events more tell their line."""

    def _acquire(self, blocking: bool, timeout: float) -> bool:
        """Acquire the inner lock, reporting: at once, or after a wait."""
        inner, emit = self._inner, _here.emit
        line = 0
        # What is too long is refused, even by a lock that nobody holds.
        waits = blocking and (
            timeout == -1
            or (isinstance(timeout, int | float) and 0 < timeout <= threading.TIMEOUT_MAX)
        )
        if not waits:
            got = inner.acquire(blocking, timeout)
        elif not (got := inner.acquire(False)):
            line = _site(2)
            if timeout != -1:
                tell_limit(_here, timeout)
            emit(self._waiting | line)
            try:
                got = inner.acquire(True, timeout)
            finally:
                if not got:
                    emit((self._waiting | line) - ev.LOCK_WAIT + ev.LOCK_ABANDONED)
        if got:
            if line:
                emit(self._acquired | line)
            else:
                self._tell(self._acquired)
        return bool(got)

    def _tell(self, word: int) -> None:
        """Report what was not waited for, with its line as long as that is told."""
        at = _now()
        if self._sited:
            self._sited -= 1
            word |= _site(2)
        _here.extend((at, word))

    def _at_fork_reinit(self) -> None:
        # Whoever held it when the child was forked, there nobody does any more.
        if self._is_held():
            _here.emit(self._released)
        self._inner._at_fork_reinit()

    def _is_held(self) -> bool:
        return bool(self._inner.locked())

    def __repr__(self) -> str:
        return str(repr(self._inner)).replace(hex(id(self._inner)), hex(id(self)))

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        kind = type(self._inner)
        raise TypeError(f"cannot pickle '{kind.__module__}.{kind.__name__}' object")


class ObservedLock(_Observed):
    """In place of `_thread.lock`."""

    __slots__ = ()
    plain, kind = type(_make_lock()), "Lock"

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock.acquire`."""
        # The usual case without a further call: nobody holds it.
        if blocking is True and timeout == -1 and self._inner.acquire(False):
            if self._sited:
                self._tell(self._acquired)
            else:
                _here.extend((_now(), self._acquired))
            return True
        return self._acquire(blocking, timeout)

    def release(self) -> None:
        """As `threading.Lock.release`."""
        inner = self._inner
        if inner.locked():
            if self._sited:
                self._tell(self._released)
            else:
                _here.extend((_now(), self._released))
        inner.release()

    def locked(self) -> bool:
        """As `threading.Lock.locked`."""
        return bool(self._inner.locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self) -> bool:
        if self._inner.acquire(False):
            if self._sited:
                self._tell(self._acquired)
            else:
                _here.extend((_now(), self._acquired))
            return True
        return self._acquire(True, -1)

    def __exit__(self, *_: object) -> None:
        inner = self._inner
        if inner.locked():
            if self._sited:
                self._tell(self._released)
            else:
                _here.extend((_now(), self._released))
        inner.release()


class ObservedRLock(_Observed):
    """In place of `_thread.RLock`. Only the outermost acquire and release are events."""

    __slots__ = ("_depth",)
    plain, kind = type(_make_rlock()), "RLock"

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
                self._tell(self._released)
        inner.release()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        inner = self._inner
        if inner._is_owned():
            self._depth -= 1
            if self._depth == 0:
                self._tell(self._released)
        inner.release()

    # What a Condition calls on its lock.

    def _is_owned(self) -> bool:
        return bool(self._inner._is_owned())

    def _release_save(self) -> Any:
        depth, self._depth = self._depth, 0
        self._tell(self._released)
        return depth, self._inner._release_save()

    def _acquire_restore(self, state: Any) -> None:
        depth, inner_state = state
        inner, emit = self._inner, _here.emit
        if inner.acquire(False):
            for _ in range(depth - 1):
                inner.acquire()
            self._tell(self._acquired)
        else:
            line = _site(1)
            emit(self._waiting | line)
            inner._acquire_restore(inner_state)
            emit(self._acquired | line)
        self._depth = depth

    def _is_held(self) -> bool:
        return self._depth > 0

    def _recursion_count(self) -> int:
        return self._depth if self._is_owned() else 0

    def _at_fork_reinit(self) -> None:
        super()._at_fork_reinit()
        self._depth = 0


def _passed_on(name: str) -> Any:
    """A method that the lock inside has in this Python and does not concern us."""

    def passed_on(self: _Observed, *args: Any, **kwargs: Any) -> Any:
        return getattr(self._inner, name)(*args, **kwargs)

    passed_on.__name__ = name
    return passed_on


_KNOWN = frozenset(("__new__", "__doc__", "locked", *vars(_Observed), *vars(ObservedLock)))
_KNOWN |= frozenset(vars(ObservedRLock))
"""What a lock may have that is observed, or need not be."""

for _kind in (ObservedLock, ObservedRLock):
    for _name in ("__name__", "__qualname__", "__module__"):
        setattr(_kind, _name, getattr(_kind.plain, _name))
    for _name in vars(_kind.plain):
        if not hasattr(_kind, _name):
            setattr(_kind, _name, _passed_on(_name))
