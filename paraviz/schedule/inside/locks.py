"""Lock and RLock under control.

To take one is a step; to give it back is none, save where somebody tries to take it: then it
matters when that is.
"""

from __future__ import annotations

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.names import State, born, kind_of, tried

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Lock:
    """`threading.Lock`."""

    _is_one_call = True
    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self) -> None:
        self.owner: Any = None
        born(self)

    def _is_free(self) -> bool:
        return self.owner is None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it."""
        engine = running()
        if engine is None:
            if not State.is_forking:
                self.owner = "main"
            return True
        _check_limit(blocking, timeout)
        if not blocking or timeout == 0:
            tried(self)
            engine.stop(("try", self, None, "try to take " + kind_of(self)))
            if self.owner is not None:
                return False
        else:
            limit_s = timeout if timeout > 0 else None
            if limit_s is not None:
                tried(self)
            operation = ("acq", self, None, "take " + kind_of(self))
            engine.stop(operation, self._is_free, limit_s)
            if self.owner is not None:
                return False
        self.owner = engine.running
        return True

    def release(self) -> None:
        """Give it back."""
        engine = running()
        if engine is not None and not engine.is_over:
            if self.owner is not engine.running:
                # A signal to whoever waits: when it is given matters, as for who tries.
                tried(self)
            operation = ("rel", self, None, "give back " + kind_of(self))
            if engine.silent_releases and self._schedule_site not in KNOWN.tried:
                engine.note(operation)
            else:
                engine.stop(operation)
            if self.owner is None:
                raise RuntimeError("release unlocked lock")
        if not State.is_forking:
            self.owner = None

    def locked(self) -> bool:
        """Whether somebody has it."""
        engine = running()
        if engine is not None:
            tried(self)
            engine.stop(("R", self, None, "is it taken? " + kind_of(self)))
        return self.owner is not None

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self.release()

    def _at_fork_reinit(self) -> None:
        if not State.is_forking:
            self.owner = None

    def _is_owned(self) -> bool:
        return self.owner is not None

    def _release_save(self) -> Any:
        self.release()

    def _acquire_restore(self, _saved: Any) -> None:
        self.acquire()

    acquire_lock, release_lock, locked_lock = acquire, release, locked


class RLock(Lock):
    """`threading.RLock`."""

    def __init__(self) -> None:
        self.owner = None
        self.count = 0
        born(self)

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """Take it, once more if it is taken already."""
        engine = running()
        if State.is_forking:
            return True
        me = engine.running if engine is not None else "main"
        if self.owner is me and me is not None:
            self.count += 1
            return True
        taken = Lock.acquire(self, blocking, timeout)
        if taken:
            self.count = 1
        return taken

    def release(self) -> None:
        """Give it back, once."""
        engine = running()
        if engine is not None and not engine.is_over and self.owner is not engine.running:
            raise RuntimeError("cannot release un-acquired lock")
        if State.is_forking:
            return
        if self.count > 1:
            self.count -= 1
            return
        Lock.release(self)
        self.count = 0

    def __enter__(self) -> bool:
        return self.acquire()

    def _at_fork_reinit(self) -> None:
        if not State.is_forking:
            self.owner = None
            self.count = 0

    def _is_owned(self) -> bool:
        engine = running()
        return self.owner is (engine.running if engine is not None else "main")

    def _release_save(self) -> int:
        count, self.count = self.count, 1
        self.release()
        return count

    def _acquire_restore(self, saved: int) -> None:
        self.acquire()
        self.count = saved

    def _recursion_count(self) -> int:
        return self.count if self._is_owned() else 0


class NoLock:
    """A lock inside `threading` that nobody needs while one worker runs at a time."""

    def __enter__(self) -> bool:
        return True

    def __exit__(self, *_error: object) -> None:
        pass

    def acquire(self, *_how: object) -> bool:
        """Nothing."""
        return True

    def release(self) -> None:
        """Nothing."""

    def _at_fork_reinit(self) -> None:
        pass

    def locked(self) -> bool:
        """Never."""
        return False


def _check_limit(blocking: bool, timeout: float) -> None:
    """Refuse what the plain lock refuses."""
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if blocking and timeout < 0 and timeout != -1:
        raise ValueError("timeout value must be a non-negative number")
