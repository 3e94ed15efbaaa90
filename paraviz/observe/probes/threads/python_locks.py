"""Locks that report what happens to them, where there is no compiled core.

Taking a lock and saying so is one step, and so is giving it back: see `unparted`. What has to be
called for that is called before a lock is taken, or made when the lock is.
"""

from __future__ import annotations

import threading

from paraviz import events as ev
from paraviz.observe.limits import tell_limit
from paraviz.observe.unparted import STAMPS, at_once

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.current_lane import Here
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

    __slots__ = (
        "_acquired",
        "_asks",
        "_inner",
        "_line",
        "_released",
        "_sited",
        "_waiting",
        "place",
    )

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        self._inner = inner
        self.place = place
        self._waiting = ev.word(ev.LOCK_WAIT, number)
        self._acquired = ev.word(ev.LOCK_ACQUIRED, number)
        self._released = ev.word(ev.LOCK_RELEASED, number)
        self._sited = 2 * SITED
        """How many events more tell their line."""
        self._line = 0
        """That of the `with` that has it, if it is told."""

    def _acquire(self, blocking: bool, timeout: float, line: int) -> bool:
        """Acquire the inner lock, reporting: at once, or after a wait. `line`: what to tell of an
        acquisition that did not wait."""
        inner, events = self._inner, _events()
        # What is too long is refused, even by a lock that nobody holds.
        waits = blocking and (
            timeout == -1
            or (isinstance(timeout, int | float) and 0 < timeout <= threading.TIMEOUT_MAX)
        )
        tries = (
            map(inner.acquire, (False,)) if waits else map(inner.acquire, (blocking,), (timeout,))
        )
        for got in tries:
            if got:
                for at in STAMPS:
                    events += (at, self._acquired | line)
                    break
                return True
            break
        if not waits:
            return False
        line = line or _site(2)
        if timeout != -1:
            tell_limit(_here, timeout)
        tries = map(inner.acquire, (True,), (timeout,))
        got = False
        for at in STAMPS:
            events += (at, self._waiting | line)
            break
        try:
            for got in tries:  # noqa: B007
                break
        finally:
            kind = ev.LOCK_ACQUIRED if got else ev.LOCK_ABANDONED
            for at in STAMPS:
                events += (at, (self._waiting | line) - ev.LOCK_WAIT + kind)
                break
        return got is True

    def _line_to_tell(self) -> int:
        """The line of whoever called what called this, as long as that is told."""
        if not self._sited:
            return 0
        self._sited -= 1
        return _site(2)


def _events() -> Any:
    """Where this thread's events are appended."""
    events = _here.events
    if events is None:
        _here.extend(())
        events = _here.events
    return events


class Lock(_Reporting):
    """As `core.Lock`."""

    __slots__ = ()

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        super().__init__(inner, number, place)
        self._asks = iter(inner.locked, None)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.Lock.acquire`."""
        return self._acquire(blocking, timeout, self._line_to_tell())

    @at_once
    def release(self) -> None:
        """As `threading.Lock.release`."""
        word = self._released
        try:
            word |= self._line_to_tell()
            events = _events()
        except BaseException:
            # It comes just behind the release, then.
            self._inner.release()
            raise
        for held in self._asks:
            if held:
                for at in STAMPS:
                    events += (at, word)
                    break
            break
        self._inner.release()

    def locked(self) -> bool:
        """As `threading.Lock.locked`."""
        return bool(self._inner.locked())

    acquire_lock, release_lock, locked_lock = acquire, release, locked

    def __enter__(self) -> bool:
        line = self._line_to_tell()
        events = _here.events
        if events is not None:
            for got in map(self._inner.acquire, _AT_ONCE):
                if got:
                    for at in STAMPS:
                        events += (at, self._acquired | line)
                        break
                    self._line = line
                    return True
                break
        line = line or _site(1)
        got = self._acquire(True, -1, line)
        self._line = line
        return got

    @at_once
    def __exit__(self, *_: object) -> None:
        events = _here.events
        if events is not None:
            for held in self._asks:
                if held:
                    for at in STAMPS:
                        events += (at, self._released | self._line)
                        break
                break
        self._inner.release()


class RLock(_Reporting):
    """As `core.RLock`. Only the outermost acquire and release are events."""

    __slots__ = ("_depth",)

    def __init__(self, inner: Any, number: int, place: dict[str, Any] | None = None) -> None:
        super().__init__(inner, number, place)
        self._asks = iter(inner._is_owned, None)
        self._depth = 0

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As `threading.RLock.acquire`."""
        return self._acquire_again(blocking, timeout, 0)

    def _acquire_again(self, blocking: bool, timeout: float, line: int) -> bool:
        for owned in self._asks:  # noqa: B007
            break
        if owned:
            for got in map(self._inner.acquire, (blocking,), (timeout,)):
                if got:
                    self._depth += 1
                return got is True
        if self._sited:
            self._sited -= 1
            line = _site(2)
        for got in map(self._acquire, (blocking,), (timeout,), (line,)):
            if got:
                self._depth, self._line = 1, line
            return got is True
        raise AssertionError

    @at_once
    def release(self) -> None:
        """As `threading.RLock.release`."""
        word = self._released
        try:
            if self._depth == 1:
                word |= self._line_to_tell()
            events = _events()
        except BaseException:
            for owned in self._asks:
                if owned:
                    self._depth -= 1
                break
            self._inner.release()
            raise
        for owned in self._asks:
            if owned:
                self._depth -= 1
                if self._depth == 0:
                    for at in STAMPS:
                        events += (at, word)
                        break
            break
        self._inner.release()

    def __enter__(self) -> bool:
        return self._acquire_again(True, -1, 0)

    @at_once
    def __exit__(self, *_: object) -> None:
        events = _here.events
        for owned in self._asks:
            if owned:
                self._depth -= 1
                if self._depth == 0 and events is not None:
                    for at in STAMPS:
                        events += (at, self._released | self._line)
                        break
            break
        self._inner.release()

    # What a condition calls on its lock.

    def _release_save(self) -> Any:
        line, events = self._line_to_tell(), _events()
        inner = self._inner
        releasing = iter(inner._release_save, None)
        # Whoever gets it next does so after this stamp.
        for at in STAMPS:  # noqa: B007
            break
        for state in releasing:
            depth, self._depth = self._depth, 0
            events += (at, self._released | line)
            return depth, state
        raise AssertionError

    @at_once
    def _acquire_restore(self, state: Any) -> None:
        depth, inner_state = state
        inner = self._inner
        try:
            line, events = _site(1), _events()
            tries = map(inner.acquire, _AT_ONCE)
            again = map(inner._acquire_restore, (inner_state,))
        except BaseException:
            # As if it came when the lock is had again.
            inner._acquire_restore(inner_state)
            self._depth = depth
            raise
        got = False
        for got in tries:  # noqa: B007
            break
        if got:
            self._depth = 1
            for at in STAMPS:
                events += (at, self._acquired | line)
                break
            if depth > 1:
                for _ in map(inner.acquire, (True,) * (depth - 1)):
                    self._depth += 1
            return
        for at in STAMPS:
            events += (at, self._waiting | line)
            break
        for _ in again:
            self._depth = depth
            for at in STAMPS:
                events += (at, self._acquired | line)
                break
            break


_AT_ONCE = (False,)
