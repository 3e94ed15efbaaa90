"""In a run that is not under control: who wrote, and who took which lock, in order."""

from __future__ import annotations

import _thread
import builtins
import os
import sys
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_print = builtins.print
_folder: list[str] = [""]
_events: list[Any] = []
_last: dict[str, str] = {}
_HERE = os.path.abspath(__file__)


def note(folder: str) -> list[Any]:
    """From now on. The list that is filled: (who, what, place), of a lock only where another had it
    before."""
    _folder[0] = folder
    made: Any = threading
    made.Lock = made._allocate_lock = _Lock
    made.RLock = _RLock
    low: Any = _thread
    low.allocate_lock = _Lock
    top: Any = builtins
    top.print = _noted_print
    return _events


def _place() -> str:
    """The program's own line that is under way."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if file != _HERE and file.startswith(_folder[0]):
            return f"{os.path.basename(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _noted_print(
    *values: Any,
    sep: str | None = " ",
    end: str | None = "\n",
    file: Any = None,
    flush: bool = False,
) -> None:
    if file is not None and file is not sys.stdout:
        _print(*values, sep=sep, end=end, file=file, flush=flush)
        return
    text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
    # Together with no other step in between, as far as a GIL keeps it so.
    sys.stdout.write(text)
    _events.append((threading.current_thread().name, f"writes {text[:40]!r}", _place()))
    if flush:
        sys.stdout.flush()


def _birthplace() -> str:
    """Where a lock was made; "" of those that threads have for themselves."""
    frame: Any = sys._getframe(2)
    while frame is not None:
        file = frame.f_code.co_filename
        if frame.f_code.co_qualname.startswith("Thread."):
            return ""
        if file != _HERE and file.startswith(_folder[0]):
            return f"{os.path.basename(file)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


class _Lock:
    """A lock that notes who takes it after somebody else."""

    _make: Any = staticmethod(_thread.allocate_lock)

    def __init__(self) -> None:
        self._inner = self._make()
        self._name = _birthplace()

    def _taken(self) -> None:
        if not self._name:
            return
        me = threading.current_thread().name if _thread.get_ident() in _active() else "?"
        if _last.get(self._name, me) != me:
            _events.append((me, f"takes the lock of {self._name}", _place()))
        _last[self._name] = me

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        taken: bool = self._inner.acquire(blocking, timeout)
        if taken:
            self._taken()
        return taken

    def release(self) -> None:
        self._inner.release()

    def locked(self) -> bool:
        return bool(self._inner.locked())

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_error: object) -> None:
        self._inner.release()

    def _is_owned(self) -> bool:
        return bool(self._inner.locked())

    def _at_fork_reinit(self) -> None:
        self._inner._at_fork_reinit()


class _RLock(_Lock):
    _make: Any = staticmethod(threading.RLock)

    def _is_owned(self) -> bool:
        return bool(self._inner._is_owned())

    def _release_save(self) -> Any:
        return self._inner._release_save()

    def _acquire_restore(self, saved: Any) -> None:
        self._inner._acquire_restore(saved)
        self._taken()

    def _recursion_count(self) -> int:
        return int(self._inner._recursion_count())


def _active() -> Any:
    known: Any = threading
    return known._active
