"""Semaphores: wait, acquire, give up, release, of those that the program itself makes."""

from __future__ import annotations

import functools
import threading

from paraviz import events as ev
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.threads.conditions import watch_making
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.recorder import Recorder


@needs(
    "threading.Semaphore.acquire(self, blocking, timeout)",
    "threading.Semaphore.release(self, n): _value",
    "threading.BoundedSemaphore.release(self, n): _value _initial_value",
    "threading.Semaphore.__init__",
)
def install(recorder: Recorder) -> None:
    """Replace methods of `threading.Semaphore` and of `threading.BoundedSemaphore`."""
    watch_making(recorder, threading.Semaphore, lambda *_: None)
    _watch_acquire(recorder)
    for kind in (threading.Semaphore, threading.BoundedSemaphore):
        _watch_release(recorder, kind)


def _watch_acquire(recorder: Recorder) -> None:
    kind: Any = threading.Semaphore
    here, site, acquire = recorder.here, recorder.site, kind.acquire

    @functools.wraps(acquire)
    def observed_acquire(self: Any, blocking: bool = True, timeout: float | None = None) -> Any:
        number = self._paraviz
        if not number:
            return acquire(self, blocking, timeout)
        emit, number = here.emit, number | site(1)
        got = False
        if not blocking:
            got = acquire(self, blocking, timeout)
        elif not (got := acquire(self, False)):
            tell_limit(here, timeout)
            emit(ev.LOCK_WAIT | number)
            try:
                got = acquire(self, blocking, timeout)
            finally:
                if not got:
                    emit(ev.LOCK_ABANDONED | number)
        if got:
            emit(ev.LOCK_ACQUIRED | number)
        return got

    kind.acquire = kind.__enter__ = observed_acquire


def _room(semaphore: Any, otherwise: int) -> int:
    """How many releases a semaphore can take."""
    most: int | None = getattr(semaphore, "_initial_value", None)
    return otherwise if most is None else most - semaphore._value


def _watch_release(recorder: Recorder, kind: Any) -> None:
    here, site, release = recorder.here, recorder.site, kind.release

    @functools.wraps(release)
    def observed_release(self: Any, n: int = 1) -> None:
        number = self._paraviz
        # Before the release, or the next to acquire would be seen first.
        if number and type(n) is int and 1 <= n <= _room(self, n):
            released = ev.LOCK_RELEASED | number | site(1)
            for _ in range(n):
                here.emit(released)
        release(self, n)

    kind.release = observed_release
