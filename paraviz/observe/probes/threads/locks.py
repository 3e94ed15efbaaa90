"""Locks: wait, acquire, give up, release, of the locks that the program itself makes.

The hottest of all probes: the compiled core has what reports (`core/locks.c`), and `python_locks`
where there is none.

The standard library's own locks (those inside a queue, a logger, an executor) stay as they are:
what they protect has probes of its own.
"""

from __future__ import annotations

import _thread
import threading

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at, is_programs
from paraviz.observe.probes.threads import python_locks
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

    from paraviz.observe.current_lane import Here
    from paraviz.observe.recorder import Recorder

_make_lock = threading.Lock
_make_rlock = threading.RLock

_here: Here
_recorder: Recorder
if TYPE_CHECKING:
    _Lock = python_locks.Lock
    _RLock = python_locks.RLock
else:
    _Lock = python_locks.Lock if core is None else core.Lock
    _RLock = python_locks.RLock if core is None else core.RLock


def install(recorder: Recorder) -> None:
    """Replace `threading.Lock` and `threading.RLock`."""
    global _here, _recorder
    _here, _recorder = recorder.here, recorder
    if core is None:
        python_locks.begin(recorder)
    else:
        core.begin_locks(ObservedLock.plain, ObservedRLock.plain)
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
        raw.RLock = vars(threading)["_CRLock"] = ObservedRLock
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
        return observed.around(made, frame_at(1)) if type(made) is observed.plain else made

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
        return cls.around(cls.plain(*args, **kwargs), frame_at(1))

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
    """What is so of observed locks besides what they report: they are as the lock inside."""

    __slots__ = ()
    # An instance of the plain type, too.
    __class__ = property(lambda lock: type(lock).plain)
    _inner: Any
    _released: int
    _waiting: int
    place: Any

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


class ObservedLock(_Observed, _Lock):
    """In place of `_thread.lock`."""

    __slots__ = ("__weakref__",)
    plain, kind = type(_make_lock()), "Lock"

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")


class ObservedRLock(_Observed, _RLock):
    """In place of `_thread.RLock`."""

    __slots__ = ("__weakref__",)
    plain, kind = type(_make_rlock()), "RLock"

    # What a condition asks its lock.

    def _is_owned(self) -> bool:
        return bool(self._inner._is_owned())

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


_KNOWN = frozenset(("__new__", "__doc__", "locked")).union(
    *(vars(base) for kind in (ObservedLock, ObservedRLock) for base in kind.__mro__[:-1])
)
"""What a lock may have that is observed, or need not be."""

for _kind in (ObservedLock, ObservedRLock):
    for _name in ("__name__", "__qualname__", "__module__"):
        setattr(_kind, _name, getattr(_kind.plain, _name))
    for _name in vars(_kind.plain):
        if not hasattr(_kind, _name):
            setattr(_kind, _name, _passed_on(_name))
