"""Where CPython's runtime lies in a process: whoever waits for a futex in it waits for the GIL.

Up to 3.11 the GIL is a part of `_PyRuntime`; since 3.12 it belongs to an interpreter, and the main
one lies in `_PyRuntime`. A subinterpreter with a GIL of its own lies elsewhere.

Where the symbol lies is read from the file that the process has mapped, so that it may be another
Python than the one that runs paraviz.
"""

from __future__ import annotations

import os
from pathlib import Path

from paraviz.kernel.elf import Symbol, symbol_in

_SYMBOL = b"_PyRuntime"
_LIBRARY = b"libpython"
_known: dict[tuple[bytes, bytes], Symbol | None] = {}
"""What was found in files, by device and inode."""


def runtime_of(pid: int) -> range | None:
    """The addresses of a process's runtime; None where that is not known. Raises OSError when the
    process may not be looked at."""
    program = os.fsencode(os.readlink(f"/proc/{pid}/exe"))
    for first, path, file in _mapped(pid):
        if path == program or os.path.basename(path).startswith(_LIBRARY):
            own = "exe" if path == program else f"root{os.fsdecode(path)}"
            symbol = _symbol(file, f"/proc/{pid}/{own}")
            if symbol is not None:
                return range(first + symbol.offset, first + symbol.offset + symbol.size)
    return None


def _symbol(file: tuple[bytes, bytes], path: str) -> Symbol | None:
    """Where the symbol lies in a file; a file that was looked at is known by what it is."""
    if file not in _known:
        try:
            with open(path, "rb") as opened:
                _known[file] = symbol_in(opened, _SYMBOL)
        except (OSError, ValueError):
            _known[file] = None
    return _known[file]


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
