"""The memory of another process, read by address. Nothing in it is to be trusted: it may change
while it is read, and any number in it may be wrong. Reads are bounded, in size and in number.
"""

from __future__ import annotations

import os
import struct

MOST_BYTES = 1 << 20
"""Of one read."""
MOST_READS = 400_000
"""Of one look at a process."""
_USER = range(1 << 12, 1 << 57)
"""Where memory of a process may lie."""
_WORD = struct.Struct("<Q")
_INT = struct.Struct("<i")


class Unreadable(Exception):
    """There is nothing to be read, or something else than was expected."""


class Memory:
    """A process's memory. Close it after use."""

    def __init__(self, pid: int) -> None:
        """Raises OSError where it may not be read."""
        self.pid = pid
        self._descriptor = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
        self._left = MOST_READS

    def bytes(self, at: int, count: int) -> bytes:
        """So many bytes from there. Raises Unreadable."""
        self._left -= 1
        if at not in _USER or not 0 <= count <= MOST_BYTES or self._left < 0:
            raise Unreadable(at, count)
        try:
            found = os.pread(self._descriptor, count, at)
        except (OSError, OverflowError) as error:
            raise Unreadable(at, count) from error
        if len(found) < count:
            raise Unreadable(at, count)
        return found

    def word(self, at: int) -> int:
        """An unsigned number of 64 bits. Raises Unreadable."""
        (found,) = _WORD.unpack(self.bytes(at, 8))
        return int(found)

    def words(self, at: int, count: int) -> tuple[int, ...]:
        """Several of them. Raises Unreadable."""
        if not 0 <= count <= MOST_BYTES // 8:
            raise Unreadable(at, count)
        return struct.unpack(f"<{count}Q", self.bytes(at, 8 * count)) if count else ()

    def int32(self, at: int) -> int:
        """A signed number of 32 bits. Raises Unreadable."""
        (found,) = _INT.unpack(self.bytes(at, 4))
        return int(found)

    def byte(self, at: int) -> int:
        """One byte. Raises Unreadable."""
        return self.bytes(at, 1)[0]

    def close(self) -> None:
        """Let go of it."""
        os.close(self._descriptor)
