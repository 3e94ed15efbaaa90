"""Putting parcels into the session's queue, which is one of `multiprocessing`, without anything of
that.

Its pipe keeps messages apart: a write is a put. Where it is a pipe of bytes a lock is held around
the write, which is the queue's own: a semaphore that has the pipe's number in its name.
"""

from __future__ import annotations

import os
from contextlib import suppress
from time import perf_counter_ns, sleep

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Parcel = bytes | bytearray

_A_PIPE, _TYPE = 0o010000, 0o170000
"""Of a file's mode; `stat` would be one more module."""
_AGAIN_S = 0.0005
STALLED_NS = 5_000_000_000
"""Who does not take the whole of a parcel within this time reads no more."""

# Taken before any probe can replace them.
_write = os.write


def putter(descriptor: int) -> Callable[[int, Parcel], object]:
    """What puts a parcel into the queue that this is the writing end of. It raises BlockingIOError
    when the parcel has to wait, another OSError when nobody takes any more."""
    try:
        described = os.fstat(descriptor)
    except OSError:
        return _write
    if described.st_mode & _TYPE != _A_PIPE:
        return _write
    return _Locked(ev.lock_of_pipe(described.st_ino)).put


class _Locked:
    """Puts into a pipe of bytes."""

    def __init__(self, name: str) -> None:
        from _multiprocessing import SemLock  # type: ignore[import-not-found]

        # A lock with one turn, as `multiprocessing.Lock` is one.
        self._lock = SemLock._rebuild(0, 1, 1, name)

    def put(self, descriptor: int, parcel: Parcel) -> None:
        """Put it, or raise BlockingIOError while somebody else does or there is no room at all."""
        if not self._lock.acquire(False):
            raise BlockingIOError
        whole = memoryview(ev.PARCEL_HEAD.pack(len(parcel)) + parcel)
        try:
            left = whole[_write(descriptor, whole) :]
        except OSError:
            self._lock.release()
            raise
        # Should nobody take the rest, the lock is kept: what is behind a part cannot be read.
        until = perf_counter_ns() + STALLED_NS
        while left:
            sleep(_AGAIN_S)
            with suppress(BlockingIOError):
                left = left[_write(descriptor, left) :]
            if left and perf_counter_ns() > until:
                raise BrokenPipeError
        self._lock.release()
