"""The queue between the observed processes and the session.

It is a `SimpleQueue` of `multiprocessing` whose pipe keeps messages apart: a datagram of the Unix
domain arrives whole or not at all. So nobody who puts takes a lock, for the reason for which the
standard library's own has none on Windows (`_wlock` is None there: "writes to a message oriented
win32 pipe are atomic"). A lock between processes is what a worker keeps for ever that is killed in
the middle of a put. Where a system has no such socket, there is a pipe of bytes with that lock.

What goes through is bytes, parcels of messages (see `paraviz.events`), and no pickle in either
direction: `get` hands out what was read as it is. Whoever has the descriptor can put, also a
program that is not to be trusted, and a pickle is code that its reader runs.

The observed processes put without loading anything of `multiprocessing`: `observe/putting.py`.
"""

from __future__ import annotations

import multiprocessing
from contextlib import nullcontext
from multiprocessing.queues import SimpleQueue
from typing import TYPE_CHECKING, Any

from paraviz.session.pipes import pipe_of_messages

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


class EventQueue(SimpleQueue[bytes]):
    """Parcels from many processes to this one. `put`, `get`, `empty` and `close` are those of a
    `SimpleQueue`, save that what is put is bytes."""

    _reader: Connection
    _writer: Connection
    _rlock: Any
    _wlock: Any

    def __init__(self) -> None:
        """A queue with its writing end open, to be handed to the host.

        What `SimpleQueue` would make first is made here, of another pipe.
        """
        try:
            self._reader, self._writer = pipe_of_messages()
            # A message is read whole, too.
            self._rlock, self._wlock = nullcontext(), None
        except (AttributeError, OSError):
            from paraviz.session.pipes_of_bytes import PipesLock, pipe_of_bytes

            self._reader, self._writer = pipe_of_bytes()
            self._rlock = multiprocessing.get_context("spawn").Lock()
            self._wlock = PipesLock(self.descriptor)
        self._poll = self._reader.poll

    @property
    def descriptor(self) -> int:
        """The writing end."""
        return self._writer.fileno()

    def close_writer(self) -> None:
        """Leave the writing end to others, so that their end can be seen."""
        self._writer.close()

    def put(self, obj: bytes | bytearray) -> None:
        """Put a parcel, which is bytes and not empty; wait while there is no room for it."""
        with self._wlock or nullcontext():
            self._writer.send_bytes(obj)

    def get(self) -> bytes:
        """The next parcel, as it was put. Raises EOFError when no process has the writing end any
        more and everything was taken."""
        with self._rlock:
            return self._reader.recv_bytes()

    def get_within(self, timeout_s: float) -> bytes | None:
        """Likewise; None after `timeout_s` without one."""
        return self.get() if self._poll(timeout_s) else None
