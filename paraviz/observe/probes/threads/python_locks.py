"""Locks that report what happens to them, where there is no compiled core: what usually happens
takes one call and appends its event itself.
"""

from __future__ import annotations

import threading
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.limits import tell_limit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.here import Here
    from paraviz.observe.recorder import Recorder
    from paraviz.observe.sites import Site

_here: Here
_site: Site

SITED = 1_000
"""So many acquisitions of each lock, and as many releases, tell their line: that costs as much as
all the rest of them. Those that had to wait always do."""


def begin(recorder: Recorder) -> None:
    """Report by this recorder."""
    global _here, _site
    _here, _site = recorder.here, recorder.site


class _Reporting:
    """What both kinds do."""

    __slots__ = ("_acquired", "_inner", "_released", "_sited", "_waiting", "place")

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


class Lock(_Reporting):
    """As `core.Lock`."""

    __slots__ = ()

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


class RLock(_Reporting):
    """As `core.RLock`. Only the outermost acquire and release are events."""

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

    # What a condition calls on its lock.

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
