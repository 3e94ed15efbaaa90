"""Ring buffers that the kernel fills and we empty: one for each CPU.

The kernel moves the head, we move the tail; both count bytes for ever. As long as the memory is
mapped writable the kernel overwrites nothing that was not taken: what finds no room is counted in
a LOST record (perf_event_open(2), "MMAP layout").
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import mmap
import os
import threading
from collections.abc import Callable, Sequence

from paraviz.kernel import perf
from paraviz.text.translation import _

HEAD_OFFSET = 1024
TAIL_OFFSET = 1032
"""In the control page that precedes the data."""
LARGEST_BYTES = 1 << 20
SMALLEST_BYTES = 1 << 14
TOTAL_BYTES = 1 << 26
"""Of all rings together; it is memory that cannot be swapped out."""

Opener = Callable[[int, int, int], int]
"""As `perf.open_event`: process, CPU, watermark in bytes."""


class Ring:
    """One ring in memory: a control page of `mmap.PAGESIZE` bytes and the data behind it."""

    def __init__(self, memory: mmap.mmap | bytearray, descriptor: int = -1) -> None:
        """`memory`: the whole mapping; `descriptor`: what was mapped, -1 for none. Both are closed
        by `close`."""
        self.descriptor = descriptor
        self._memory = memory
        self._size = len(memory) - mmap.PAGESIZE
        self._head = ctypes.c_uint64.from_buffer(memory, HEAD_OFFSET)
        self._tail = ctypes.c_uint64.from_buffer(memory, TAIL_OFFSET)
        self._fence = threading.Lock()

    def drain(self) -> bytes:
        """All that has gathered: whole records, in their order."""
        head, tail = self._head.value, self._tail.value
        if head == tail:
            return b""
        self._order()
        first, last = (mmap.PAGESIZE + count % self._size for count in (tail, head))
        if first < last:
            taken = bytes(self._memory[first:last])
        else:
            taken = bytes(self._memory[first:] + self._memory[mmap.PAGESIZE : last])
        self._order()
        self._tail.value = head
        return taken

    def _order(self) -> None:
        """Neither CPU nor compiler may move a look at the data across this: the kernel writes data
        before head and reads tail before it writes data again. A lock taken and given back twice is
        the one barrier that Python has."""
        for _turn in range(2):
            with self._fence:
                pass

    def close(self) -> None:
        """Let go of the memory and the descriptor."""
        # A mapping that something still points into cannot be closed.
        del self._head, self._tail
        if not isinstance(self._memory, bytearray):
            self._memory.close()
        if self.descriptor >= 0:
            os.close(self.descriptor)


def open_rings(pid: int, cpus: Sequence[int], open_event: Opener = perf.open_event) -> list[Ring]:
    """A ring for each CPU that is there, as large as the system lets them be.

    Raises OSError when the events or the smallest of rings are refused.
    """
    size = LARGEST_BYTES
    while size * len(cpus) > TOTAL_BYTES and size > SMALLEST_BYTES:
        size //= 2
    while True:
        try:
            return _rings_of(pid, cpus, size, open_event)
        except _TooLarge as error:
            size //= 2
            if size < max(SMALLEST_BYTES, mmap.PAGESIZE):
                words = _("{setting} and the limit of locked memory leave no room")
                reason = words.format(setting=perf.MLOCK)
                raise OSError(errno.ENOMEM, reason) from error


class _TooLarge(Exception):
    """The system does not let rings of this size be locked into memory."""


def _rings_of(pid: int, cpus: Sequence[int], size: int, open_event: Opener) -> list[Ring]:
    with contextlib.ExitStack() as opened:
        rings = []
        for cpu in cpus:
            try:
                descriptor = open_event(pid, cpu, size // 4)
            except OSError as error:
                if error.errno == errno.ENODEV and len(cpus) > 1:
                    continue  # a CPU that went offline
                raise
            rings.append(_mapped(descriptor, size))
            opened.callback(rings[-1].close)
        opened.pop_all()
    return rings


def _mapped(descriptor: int, size: int) -> Ring:
    try:
        return Ring(mmap.mmap(descriptor, mmap.PAGESIZE + size), descriptor)
    except OSError as error:
        os.close(descriptor)
        if error.errno in (errno.EPERM, errno.ENOMEM, errno.EAGAIN):
            raise _TooLarge from error
        raise
