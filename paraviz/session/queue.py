"""The queue between the observed processes and the session.

Any number of processes put parcels, one gets them. It is a datagram socket of the Unix domain:
a parcel arrives whole or not at all, without a lock. (`multiprocessing.Queue` takes a semaphore
around each put, which a worker that is killed keeps for ever, and starts a thread in each process
that puts; CONTRIBUTING has the figures.)
"""

from __future__ import annotations

import contextlib
import socket

BUFFER_BYTES = 4 << 20
"""Asked for; the system gives what it allows."""
_READ_BYTES = 1 << 18


class EventQueue:
    """Parcels from many processes to this one."""

    def __init__(self) -> None:
        """A queue with its writing end open, to be handed to the host."""
        kind = getattr(socket, "SOCK_SEQPACKET", socket.SOCK_DGRAM)
        try:
            self._reader, self._writer = socket.socketpair(socket.AF_UNIX, kind)
        except OSError:
            self._reader, self._writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        for end, option in ((self._writer, socket.SO_SNDBUF), (self._reader, socket.SO_RCVBUF)):
            with contextlib.suppress(OSError):
                end.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
        self._writer.setblocking(False)

    @property
    def descriptor(self) -> int:
        """The writing end."""
        return self._writer.fileno()

    def close_writer(self) -> None:
        """Leave the writing end to others, so that their end can be seen."""
        self._writer.close()

    def get(self, timeout_s: float) -> bytes | None:
        """The next parcel; None after `timeout_s` without one. Raises EOFError when no process
        has the writing end any more and everything was taken."""
        self._reader.settimeout(timeout_s or 1e-6)
        try:
            parcel = self._reader.recv(_READ_BYTES)
        except TimeoutError:
            return None
        except ConnectionError as error:
            raise EOFError from error
        if not parcel:
            raise EOFError
        return parcel

    def close(self) -> None:
        """Close both ends."""
        self._writer.close()
        self._reader.close()
