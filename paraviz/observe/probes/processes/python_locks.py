"""What stands in place of the semaphore inside a lock between processes and reports, where there is
no compiled core, or where that semaphore is of another type.
"""

from __future__ import annotations

import functools
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.frames import frame_at, is_ours
from paraviz.observe.kin import ends_with
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.threads.python_locks import SITED

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.current_lane import Here
    from paraviz.observe.probes.processes.makers import Place
    from paraviz.observe.recorder import Recorder
    from paraviz.observe.sites import Site

RECURSIVE = 0
"""The `kind` of a semaphore that counts how often its owner has it."""

_here: Here
_site: Site


def begin(recorder: Recorder) -> None:
    """Report by this recorder."""
    global _here, _site
    _here, _site = recorder.here, recorder.site


def observing(inner: Any, number: int, place: Place | None, of_value: bool) -> SemLock:
    """What does as `inner`, and reports. `of_value`: whether it is a Value's or an Array's."""
    observed = SemLock
    if inner.kind == RECURSIVE:
        observed = LockOfValue if of_value else RSemLock
    return observed(inner, number, place)


class SemLock:
    """In place of the `_multiprocessing.SemLock` inside a lock or a semaphore."""

    __slots__ = (
        "_acquire", "_acquired", "_can_release", "_inner", "_is_told", "_released", "_sited",
        "number", "place",
    )  # fmt: skip

    def __init__(self, inner: Any, number: int, place: Place | None) -> None:
        self._inner = inner
        self._acquire = inner.acquire
        self._can_release = _check_of_release(inner)
        self._acquired = ev.word(ev.LOCK_ACQUIRED, number)
        self._released = ev.word(ev.LOCK_RELEASED, number)
        self._is_told = True
        """Whether the one who has it was reported to get it."""
        self._sited = 2 * SITED
        """How many events more tell their line."""
        self.number = number
        self.place = place

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As `_multiprocessing.SemLock.acquire`."""
        # The usual case without a further call: it is free.
        if block is True and timeout is None and self._acquire(False):
            if self._sited:
                self._tell(self._acquired)
            else:
                _here.extend((_now(), self._acquired))
            return True
        return self._get(block, timeout)

    def __enter__(self) -> bool:
        if self._acquire(False):
            if self._sited:
                self._tell(self._acquired)
            else:
                _here.extend((_now(), self._acquired))
            return True
        return self._get(True, None)

    def release(self) -> None:
        """As `_multiprocessing.SemLock.release`."""
        # Before the release, or the next to acquire would be seen first.
        if self._is_told and self._can_release():
            if self._sited:
                self._tell(self._released)
            else:
                _here.extend((_now(), self._released))
        self._inner.release()

    def __exit__(self, *_: object) -> None:
        if self._is_told and self._can_release():
            if self._sited:
                self._tell(self._released)
            else:
                _here.extend((_now(), self._released))
        self._inner.release()

    def _tell(self, word: int) -> None:
        """Report what was not waited for, with its line as long as that is told."""
        at = _now()
        if self._sited:
            self._sited -= 1
            word |= _site(2)
        _here.extend((at, word))

    def _get(self, block: bool, timeout: float | None) -> bool:
        """Acquire and report it: at once, or after a wait."""
        acquire = self._acquire
        waits = isinstance(block, int) and block
        # What no clock can count to is refused, also where it is free.
        waits = waits and (
            timeout is None or (isinstance(timeout, int | float) and 0 < timeout < 1e15)
        )
        if not waits or acquire(False):
            got = bool(waits or acquire(block, timeout))
            if got:
                self._tell(self._acquired)
            return got
        return self._wait(timeout)

    def _wait(self, timeout: float | None) -> bool:
        emit, acquired = _here.emit, self._acquired | _site(3)
        tell_limit(_here, timeout)
        emit(acquired - ev.LOCK_ACQUIRED + ev.LOCK_WAIT)
        result = ev.LOCK_ABANDONED
        try:
            if got := bool(self._acquire(True, timeout)):
                result = ev.LOCK_ACQUIRED
        finally:
            emit(acquired - ev.LOCK_ACQUIRED + result)
        return got


def _check_of_release(inner: Any) -> Callable[[], bool]:
    """Whether a release of this semaphore would succeed now."""
    maximum: int = inner.maxvalue
    if inner.kind == RECURSIVE:
        return lambda: inner._is_mine() and inner._count() == 1
    if maximum == 1:
        is_zero: Callable[[], bool] = inner._is_zero
        return is_zero
    try:
        inner._get_value()
    except NotImplementedError:
        return lambda: True
    return lambda: inner._get_value() < maximum


class RSemLock(SemLock):
    """Only the outermost acquire and release are events."""

    __slots__ = ()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As `_multiprocessing.SemLock.acquire`."""
        if self._inner._is_mine():
            return bool(self._acquire(block, timeout))
        return self._get(block, timeout)

    def __enter__(self) -> bool:
        if self._inner._is_mine():
            return bool(self._acquire())
        return self._get(True, None)


class LockOfValue(RSemLock):
    """The lock of a Value or an Array, which takes it unasked as well."""

    __slots__ = ()

    def acquire(self, block: bool = True, timeout: float | None = None) -> bool:
        """As `_multiprocessing.SemLock.acquire`."""
        if self._inner._is_mine():
            return bool(self._acquire(block, timeout))
        return self._get_unasked() if _is_value_itself(1) else self._get(block, timeout)

    def __enter__(self) -> bool:
        if self._inner._is_mine():
            return bool(self._acquire())
        # Above is the lock's own `__enter__`; above that, for `with value`, the Value's.
        if _is_value_itself(2) and _is_value_itself(3):
            return self._get_unasked()
        return self._get(True, None)

    def _get(self, block: bool, timeout: float | None) -> bool:
        got = super()._get(block, timeout)
        if got:
            self._is_told = True
        return got

    def _get_unasked(self) -> bool:
        if self._acquire(False):
            self._is_told = False
            return True
        return self._get(True, None)


def _is_value_itself(above: int) -> bool:
    """Whether the frame so far above the caller is a Value's or Array's own, or a probe of it."""
    try:
        return is_values(frame_at(above + 1).f_code.co_filename)
    except ValueError:
        return False


@functools.lru_cache(256)
def is_values(filename: str) -> bool:
    """Properties of a Value are made of a string."""
    return filename == "<string>" or is_ours(filename) or ends_with(filename, "sharedctypes.py")
