"""The ends of the pipe that parcels go through, which keeps messages apart by itself.

They are connections of `multiprocessing`, of which the writing one does not block by itself:
whoever is observed must not wait for its reader.
"""

from __future__ import annotations

import contextlib
import io
import os
import select
import socket
from multiprocessing import reduction
from multiprocessing.connection import Connection
from typing import Any

BUFFER_BYTES = 4 << 20
"""Asked for; the system gives what it allows."""
LONGEST_BYTES = 1 << 18
"""No message of a socket is longer."""


class MessageEnd(Connection):
    """An end of a socket of messages. Each is one write and one read, whole or not at all, as in
    the pipes of Windows, for which `multiprocessing` has a connection of its own."""

    def _send_bytes(self, buf: memoryview) -> None:
        if not len(buf):
            raise ValueError("an empty message would be the end")
        while True:
            try:
                os.write(self.fileno(), buf)
            except BlockingIOError:
                wait_for(self.fileno(), select.POLLOUT)
            else:
                return

    def _recv_bytes(self, maxsize: int | None = None) -> io.BytesIO:
        del maxsize
        try:
            message = os.read(self.fileno(), LONGEST_BYTES)
        except ConnectionError as error:
            raise EOFError from error
        if not message:
            raise EOFError
        return io.BytesIO(message)

    def _poll(self, timeout: float | None) -> bool:
        return wait_for(self.fileno(), select.POLLIN, timeout)


def wait_for(descriptor: int, what: int, timeout_s: float | None = None) -> bool:
    """Whether it can be read or written (`what`) within `timeout_s`, by default at some time."""
    poller = select.poll()
    poller.register(descriptor, what)
    return bool(poller.poll(None if timeout_s is None else timeout_s * 1e3))


def pipe_of_messages() -> tuple[MessageEnd, MessageEnd]:
    """Its reading and its writing end. Raises OSError, or AttributeError, where there is none."""
    try:
        reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    except (AttributeError, OSError):
        reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    for end, option in ((writer, socket.SO_SNDBUF), (reader, socket.SO_RCVBUF)):
        with contextlib.suppress(OSError):
            end.setsockopt(socket.SOL_SOCKET, option, BUFFER_BYTES)
    writer.setblocking(False)
    return (
        MessageEnd(reader.detach(), writable=False),
        MessageEnd(writer.detach(), readable=False),
    )


def _rebuilt(kind: type[Connection], descriptor: Any, readable: bool) -> Connection:
    return kind(descriptor.detach(), readable, not readable)


def reduced(end: Connection) -> tuple[Any, ...]:
    """An end on its way to a process that `multiprocessing` starts afresh."""
    return _rebuilt, (type(end), reduction.DupFd(end.fileno()), end.readable)


reduction.register(MessageEnd, reduced)
