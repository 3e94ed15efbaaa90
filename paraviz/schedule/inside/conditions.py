"""Condition, Semaphore and Event under control. A Barrier is made of a Condition: left alone."""

from __future__ import annotations

from collections import deque

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.locks import RLock
from paraviz.schedule.inside.names import State, born, kind_of, tried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


class Condition:
    """`threading.Condition`."""

    def __init__(self, lock: Any = None) -> None:
        self._lock = lock if lock is not None else RLock()
        self._waiters: deque[list[bool]] = deque()
        self.acquire = self._lock.acquire
        self.release = self._lock.release

    def __enter__(self) -> Any:
        engine = running()
        if engine is not None and engine.running is not None:
            engine.running.switchable = True
        return self._lock.__enter__()

    def __exit__(self, *error: object) -> Any:
        return self._lock.__exit__(*error)

    def wait(self, timeout: float | None = None) -> bool:
        """Give the lock back, wait to be notified, take it again."""
        engine, lock = running(), self._lock
        if engine is None:
            return True
        me = engine.running
        assert me is not None
        if lock.owner is not me:
            raise RuntimeError("cannot wait on un-acquired lock")
        me.switchable = True
        engine.note(("rel", lock, None, "wait: give back"))
        me.switchable = True
        count = getattr(lock, "count", None)
        lock.owner = None
        told = [False]
        self._waiters.append(told)
        limit_s = None if timeout is None else max(timeout, 0)
        operation = ("acq", lock, None, "wait on " + kind_of(self))
        engine.stop(operation, lambda: told[0] and lock.owner is None, limit_s)
        if not told[0]:
            if told in self._waiters:
                self._forget(told)
            if lock.owner is not None:
                again = ("acq", lock, None, "wait: take again")
                engine.stop(again, lambda: lock.owner is None)
        lock.owner = me
        if count is not None:
            lock.count = count
        return told[0]

    def _forget(self, told: list[bool]) -> None:
        """Take exactly this one out: equal lists are not the same."""
        self._waiters = deque(each for each in self._waiters if each is not told)

    def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
        """Wait until something is so."""
        engine = running()
        end = None if timeout is None or engine is None else engine.now + timeout
        result = predicate()
        while not result:
            left = None if end is None or engine is None else end - engine.now
            if left is not None and left <= 0:
                break
            self.wait(left)
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        """Let some go on."""
        engine = running()
        if engine is not None and self._lock.owner is not engine.running:
            raise RuntimeError("cannot notify on un-acquired lock")
        while n > 0 and self._waiters:
            self._waiters.popleft()[0] = True
            n -= 1

    def notify_all(self) -> None:
        """Let all go on."""
        self.notify(len(self._waiters))

    notifyAll = notify_all

    def _at_fork_reinit(self) -> None:
        if not State.is_forking:
            self._lock._at_fork_reinit()
            self._waiters.clear()

    def _is_owned(self) -> bool:
        return bool(self._lock._is_owned())


class Semaphore:
    """`threading.Semaphore`."""

    _bound: int | None = None
    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        self._value = value
        born(self)

    def _is_free(self) -> bool:
        return self._value > 0

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take one."""
        engine = running()
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        if engine is None:
            self._value -= 1
            return True
        if not blocking or (timeout is not None and timeout <= 0):
            tried(self)
            engine.stop(("try", self, None, "try to take " + kind_of(self)))
        else:
            if timeout is not None:
                tried(self)
            engine.stop(("acq", self, None, "take " + kind_of(self)), self._is_free, timeout)
        if self._value <= 0:
            return False
        self._value -= 1
        return True

    def __enter__(self) -> bool:
        return self.acquire()

    def release(self, n: int = 1) -> None:
        """Give some back."""
        if n < 1:
            raise ValueError("n must be one or more")
        engine = running()
        if engine is not None and not engine.is_over:
            operation = ("rel", self, None, "give back " + kind_of(self))
            if engine.silent_releases and self._schedule_site not in KNOWN.tried:
                engine.note(operation)
            else:
                engine.stop(operation)
        if self._bound is not None and self._value + n > self._bound:
            raise ValueError("Semaphore released too many times")
        self._value += n

    def __exit__(self, *_error: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """`threading.BoundedSemaphore`."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._bound = value
        # Whether it was given back too often depends on when.
        if self._schedule_site not in KNOWN.tried:
            KNOWN.tried.add(self._schedule_site)


class Event:
    """`threading.Event`."""

    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self) -> None:
        self._flag = False
        born(self)

    def _step(self, kind: str, what: str) -> None:
        engine = running()
        if engine is not None and not engine.is_over:
            engine.stop((kind, self, "flag", what + " " + kind_of(self)))

    def set(self) -> None:
        """Let all who wait go on."""
        self._step("W", "set")
        self._flag = True

    def clear(self) -> None:
        """Let who comes wait again."""
        self._step("W", "clear")
        self._flag = False

    def is_set(self) -> bool:
        """Whether it is."""
        self._step("R", "is it set?")
        return self._flag

    isSet = is_set

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until it is set."""
        engine = running()
        if engine is None:
            return self._flag
        limit_s = None if timeout is None else max(timeout, 0)
        operation = ("R", self, "flag", "wait for " + kind_of(self))
        engine.stop(operation, lambda: self._flag, limit_s)
        return self._flag

    def _at_fork_reinit(self) -> None:
        pass
