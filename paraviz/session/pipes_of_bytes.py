"""A pipe of bytes and the lock around what is written to it, for a system that has no pipe which
keeps messages apart.

What `poll` says is there can be read without waiting for more of it: whoever is killed in the
middle of a message keeps the lock, so nobody writes behind it, and the reader is not held up.
"""

from __future__ import annotations

import contextlib
import io
import multiprocessing
import os
import select
import time
from multiprocessing import reduction
from multiprocessing.connection import Connection, Pipe
from multiprocessing.synchronize import Lock
from typing import TYPE_CHECKING, Any

from paraviz.events import PARCEL_HEAD, lock_of_pipe
from paraviz.session.pipes import reduced, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable

_PIECE_BYTES = 1 << 16


class BytesEnd(Connection):
    """An end of a pipe of bytes. The writing one does not block by itself."""

    def __init__(self, handle: int, readable: bool = True, writable: bool = True) -> None:
        super().__init__(handle, readable, writable)
        self._came = bytearray()
        self._ended = False

    def _send(self, buf: bytes, write: Callable[[int, Any], int] = os.write) -> None:
        left = memoryview(buf)
        while left:
            try:
                left = left[write(self.fileno(), left) :]
            except BlockingIOError:
                wait_for(self.fileno(), select.POLLOUT)

    def _recv_bytes(self, maxsize: int | None = None) -> io.BytesIO:
        del maxsize
        self._poll(None)
        if not self._is_whole():
            raise EOFError
        (length,) = PARCEL_HEAD.unpack_from(self._came)
        message = io.BytesIO(self._came[PARCEL_HEAD.size : PARCEL_HEAD.size + length])
        del self._came[: PARCEL_HEAD.size + length]
        return message

    def _poll(self, timeout: float | None) -> bool:
        """Whether a whole message is there, or none can come any more."""
        until = None if timeout is None else time.monotonic() + timeout
        while not self._is_whole() and not self._ended:
            left = None if until is None else max(until - time.monotonic(), 0)
            if not wait_for(self.fileno(), select.POLLIN, left):
                return False
            piece = os.read(self.fileno(), _PIECE_BYTES)
            self._came += piece
            self._ended = not piece
        return True

    def _is_whole(self) -> bool:
        if len(self._came) < PARCEL_HEAD.size:
            return False
        (length,) = PARCEL_HEAD.unpack_from(self._came)
        return len(self._came) - PARCEL_HEAD.size >= int(length)


class PipesLock(Lock):
    """A lock between processes that whoever has the pipe finds by its number, also without
    `multiprocessing`."""

    def __init__(self, descriptor: int) -> None:
        self._called = lock_of_pipe(os.fstat(descriptor).st_ino)
        # Left behind by somebody who was killed, and whose pipe had that number before.
        from _multiprocessing import sem_unlink  # type: ignore[import-not-found]

        with contextlib.suppress(OSError):
            sem_unlink(self._called)
        # One that is made for forks has no name any more.
        super().__init__(ctx=multiprocessing.get_context("spawn"))

    def _make_name(self) -> str:
        return self._called


def pipe_of_bytes() -> tuple[BytesEnd, BytesEnd]:
    """Its reading and its writing end."""
    reader, writer = Pipe(duplex=False)
    with reader, writer:
        ends = os.dup(reader.fileno()), os.dup(writer.fileno())
    os.set_blocking(ends[1], False)
    return BytesEnd(ends[0], writable=False), BytesEnd(ends[1], readable=False)


reduction.register(BytesEnd, reduced)
