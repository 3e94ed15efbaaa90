"""The way out of the program: the descriptor that parcels are put into, for as long as it is ours.

A program may close all the descriptors that it knows nothing of, as daemons do, and the next socket
or file that it opens has our number. So it is asked before each parcel whether it is still the
socket it was: by its device and inode, which belong to no other socket as long as it is open.
"""

from __future__ import annotations

import os
import sys

from paraviz.observe.compiled import core
from paraviz.observe.putting import putter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SENT, LATER, GONE = 1, 0, -1
"""It is on its way; there is no room now; nobody reads, or the descriptor is not ours any more."""
_ABOVE = 700
"""No program gets such a number by counting up."""
_MOST = 1 << 16
_ROOM = 16
_A_SOCKET, _TYPE = 0o140000, 0o170000
"""Of a file's mode; `stat` would be one more module."""

# Taken before any probe can replace them.
_fstat, _get_blocking = os.fstat, os.get_blocking
_send: Any = getattr(core, "send", None)
"""Asks and writes without anything between that a thread of the program could do."""


class Outlet:
    """The writing end of the session's queue, which does not block."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._device, self._inode = _identity(descriptor)
        is_socket = _fstat(descriptor).st_mode & _TYPE == _A_SOCKET
        self._at_once = _send if is_socket else None
        self._put = putter(descriptor)

    def is_there(self) -> bool:
        """Whether the program has neither closed it nor given its number to something else."""
        try:
            return _identity(self.descriptor) == (self._device, self._inode)
        except OSError:
            return False

    def send(self, parcel: bytes | bytearray) -> int:
        """One of `SENT`, `LATER` and `GONE`."""
        if self._at_once is not None:
            sent: int = self._at_once(self.descriptor, self._device, self._inode, parcel)
            return sent
        try:
            if not self.is_there() or _get_blocking(self.descriptor):
                return GONE
            self._put(self.descriptor, parcel)
        except BlockingIOError:
            return LATER
        except OSError:
            return GONE
        return SENT


def _identity(descriptor: int) -> tuple[int, int]:
    status = _fstat(descriptor)
    return status.st_dev, status.st_ino


def out_of_the_way(descriptor: int, *, stays_open: bool = False, within: bool = False) -> int:
    """The descriptor under a number that no program gets or closes by counting up: above the limit
    of its own numbers where that can be, else just below it. `stays_open`: also when the process
    image is replaced. `within`: below the limit in any case, as what is opened anew has to be."""
    try:
        from fcntl import F_DUPFD, F_DUPFD_CLOEXEC, fcntl
    except ImportError:
        return descriptor
    how = F_DUPFD if stays_open else F_DUPFD_CLOEXEC
    for least in _numbers(within=within):
        try:
            high = _above_the_limit(lambda: fcntl(descriptor, how, least), least)  # noqa: B023
        except (OSError, ValueError):
            continue
        os.close(descriptor)
        return high
    return descriptor


def _numbers(*, within: bool) -> list[int]:
    """From where on to look for a free number, the best first."""
    limit = _limits()[0]
    below = [_ABOVE, max(3, limit - _ROOM)]
    # Each number makes the table longer that a fork copies.
    return below if within or not limit or limit > _MOST else [limit, *below]


def _limits() -> tuple[int, int]:
    """How many descriptors the program may have, and how many it could allow itself; 0 for what is
    not known."""
    try:
        from resource import RLIMIT_NOFILE, getrlimit
    except ImportError:
        return 0, 0
    soft, hard = getrlimit(RLIMIT_NOFILE)
    return max(0, soft), hard if hard >= 0 else sys.maxsize


def _above_the_limit(move: Any, least: int) -> int:
    """What `move` returns, called while so high a number is allowed. What has one keeps it."""
    soft, hard = _limits()
    if not soft or least + _ROOM <= soft:
        return int(move())
    if least + _ROOM > hard:
        raise OSError
    from resource import RLIMIT_NOFILE, setrlimit

    setrlimit(RLIMIT_NOFILE, (least + _ROOM, hard))
    try:
        return int(move())
    finally:
        setrlimit(RLIMIT_NOFILE, (soft, hard))
