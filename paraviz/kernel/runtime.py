"""Where CPython's runtime lies in a process: whoever waits for a futex in it waits for the GIL.

Up to 3.11 the GIL is a part of `_PyRuntime`; since 3.12 it belongs to an interpreter, and the main
one lies in `_PyRuntime`. A subinterpreter with a GIL of its own lies elsewhere: since 3.13 the
runtime begins with a table for debuggers, by which the states of all interpreters are found.

Where the symbol lies is read from the file that the process has mapped, so that it may be another
Python than the one that runs paraviz.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

from paraviz.kernel.elf import Symbol, symbol_in

_SYMBOL = b"_PyRuntime"
_LIBRARY = b"libpython"
_TABLE = struct.Struct("=8s8Q")
"""How `_Py_DebugOffsets` begins: cookie, version, whether it is free-threaded; of the runtime its
size, finalizing and the first interpreter; of an interpreter its size, number and the next one."""
_COOKIE = b"xdebugpy"
_POINTER = struct.Struct("=Q")
_MOST_INTERPRETERS = 256
_known: dict[tuple[tuple[bytes, bytes], bytes], Symbol | None] = {}
"""Symbols that were sought in files, by device and inode."""


def runtime_of(pid: int) -> range | None:
    """The addresses of a process's runtime; None where that is not known. Raises OSError when the
    process may not be looked at."""
    return place_of(pid, _SYMBOL)


def place_of(pid: int, name: bytes) -> range | None:
    """The addresses of what a process's Python has by that name; None where there is no such thing,
    or no Python. Raises OSError when the process may not be looked at."""
    program = os.fsencode(os.readlink(f"/proc/{pid}/exe"))
    for first, path, file in _mapped(pid):
        if path == program or os.path.basename(path).startswith(_LIBRARY):
            own = "exe" if path == program else f"root{os.fsdecode(path)}"
            symbol = _symbol(file, f"/proc/{pid}/{own}", name)
            if symbol is not None:
                return range(first + symbol.offset, first + symbol.offset + symbol.size)
    return None


def others_of(pid: int, runtime: range) -> tuple[range, ...]:
    """Where the states of a process's further interpreters lie, in each of which is its GIL if it
    has one of its own; () where that is not told. Raises OSError."""
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:

        def read(form: struct.Struct, at: int) -> tuple[Any, ...]:
            return form.unpack(os.pread(memory.fileno(), form.size, at))

        cookie, _, _, size, _, first, length, _, following = read(_TABLE, runtime.start)
        if cookie != _COOKIE or size != len(runtime):
            return ()
        found: list[range] = []
        (at,) = read(_POINTER, runtime.start + first)
        while at and len(found) < _MOST_INTERPRETERS:
            if at not in runtime:
                found.append(range(at, at + length))
            (at,) = read(_POINTER, at + following)
    return tuple(found)


def _symbol(file: tuple[bytes, bytes], path: str, name: bytes) -> Symbol | None:
    """Where a symbol lies in a file; a file that was looked at is known by what it is."""
    if (file, name) not in _known:
        try:
            with open(path, "rb") as opened:
                _known[file, name] = symbol_in(opened, name)
        except (OSError, ValueError):
            _known[file, name] = None
    return _known[file, name]


def _mapped(pid: int | str) -> list[tuple[int, bytes, tuple[bytes, bytes]]]:
    """The files in a process's memory: where the first part of each begins, its path, and what
    /proc/<pid>/maps has for its device and inode."""
    found: dict[bytes, tuple[int, bytes, tuple[bytes, bytes]]] = {}
    for line in Path(f"/proc/{pid}/maps").read_bytes().splitlines():
        addresses, _, _, device, inode, *path = line.split(None, 5)
        if path and inode != b"0" and path[0] not in found:
            first, _, _ = addresses.partition(b"-")
            found[path[0]] = int(first, 16), path[0], (device, inode)
    return list(found.values())
