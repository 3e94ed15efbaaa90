"""The semaphores of `multiprocessing`, which several processes share: whose value is known to all,
and who took one only to whoever did. Each process that uses one has a `SemLock`, which counts what
its own threads took; it is found by looking through the process's memory for the semaphore's
address.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.attach.memory import MOST_BYTES, Unreadable
from paraviz.attach.model import Hold, Who

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from paraviz.attach.interpreter import Interpreter

_MOST_SOUGHT = 1 << 29
"""Bytes of a process that are looked through."""
_HEAD = struct.Struct("<QQiii")
"""Of a SemLock behind its type: handle, thread, count, how many at most, kind."""
Key = tuple[str, str, int]
"""Device, inode and place in the file."""


def semaphores(pid: int) -> list[tuple[range, str, str, int]]:
    """Where in a process named semaphores lie: addresses, device, inode, place in the file."""
    found = []
    for line in _maps(pid):
        span, _, offset, device, inode, *path = line.split(None, 5)
        if path and "/sem." in path[0]:
            first, last = (int(each, 16) for each in span.split("-"))
            found.append((range(first, last), device, inode, int(offset, 16)))
    return found


def key_of(pid: int, address: int) -> Key | None:
    """Which semaphore an address of a process belongs to; None for none."""
    for addresses, device, inode, offset in semaphores(pid):
        if address in addresses:
            return device, inode, offset + address - addresses.start
    return None


def takers(
    interpreters: Mapping[int, Interpreter], key: Key, idents: Mapping[tuple[int, int], Who]
) -> list[Hold]:
    """All that took a semaphore and have not given it back, as their processes count."""
    found: list[Hold] = []
    device, inode, at = key
    for pid, interpreter in interpreters.items():
        for addresses, its_device, its_inode, offset in semaphores(pid):
            address = addresses.start + at - offset
            if (its_device, its_inode) != (device, inode) or address not in addresses:
                continue
            for ident, count in _counts(interpreter, address):
                if count > 0:
                    who = idents.get((pid, ident), Who(pid, pid))
                    found.append(Hold(who, "count"))
    return found


def _counts(interpreter: Interpreter, handle: int) -> Iterator[tuple[int, int]]:
    """(thread that was last to take it, how often it is taken) of a process's SemLocks."""
    wanted, memory = struct.pack("<Q", handle), interpreter.memory
    for at, data in _writable(interpreter):
        place = data.find(wanted)
        while place >= 0:
            one = at + place - 16
            if interpreter.objects.type_or_none(one) == "_multiprocessing.SemLock":
                try:
                    _, ident, count, _, _ = _HEAD.unpack(memory.bytes(one + 16, _HEAD.size))
                    yield ident, count
                except Unreadable:
                    pass
            place = data.find(wanted, place + 8)


def _writable(interpreter: Interpreter) -> Iterator[tuple[int, bytes]]:
    """A process's own memory, piece by piece."""
    left = _MOST_SOUGHT
    for line in _maps(interpreter.memory.pid):
        span, mode, *rest = line.split(None, 5)
        if not mode.startswith("rw-p") or (len(rest) > 3 and rest[3].startswith("[v")):
            continue
        first, last = (int(each, 16) for each in span.split("-"))
        for at in range(first, last, MOST_BYTES):
            left -= MOST_BYTES
            if left < 0:
                return
            try:
                yield at, interpreter.memory.bytes(at, min(MOST_BYTES, last - at))
            except Unreadable:
                continue


def _maps(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/maps").read_text(errors="replace").splitlines()
    except OSError:
        return []
