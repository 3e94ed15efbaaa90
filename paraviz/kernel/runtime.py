"""Where CPython's runtime lies in a process: whoever waits for a futex in it waits for the GIL.

Up to 3.11 the GIL is a part of `_PyRuntime`; since 3.12 it belongs to an interpreter, and the main
one lies in `_PyRuntime`. A subinterpreter with a GIL of its own lies elsewhere.

Where the symbol lies in its file is asked of this process, so nothing is known of a process that
runs another file of Python.
"""

from __future__ import annotations

import ctypes
from functools import cache
from pathlib import Path

from msgspec import Struct

_SYMBOL = b"_PyRuntime"
_SYMBOL_ENTRY = 1
"""RTLD_DL_SYMENT of dladdr1(3)."""


class _SymbolInfo(ctypes.Structure):
    """`Dl_info`."""

    _fields_ = (
        ("file_name", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("symbol_name", ctypes.c_char_p),
        ("symbol_address", ctypes.c_void_p),
    )


class _SymbolEntry(ctypes.Structure):
    """`Elf64_Sym`."""

    _fields_ = (
        ("name", ctypes.c_uint32),
        ("info", ctypes.c_uint8),
        ("other", ctypes.c_uint8),
        ("section", ctypes.c_uint16),
        ("value", ctypes.c_uint64),
        ("size", ctypes.c_uint64),
    )


class _Place(Struct, frozen=True):
    """The symbol in its file."""

    file: tuple[bytes, bytes]
    """Device and inode, as /proc/<pid>/maps has them."""
    offset: int
    """Bytes from where the file's first mapping begins."""
    size: int


def runtime_of(pid: int) -> range | None:
    """The addresses of a process's runtime; None where that is not known. Raises OSError when the
    process may not be looked at."""
    place = _place()
    if place is None:
        return None
    for first, _, file in _mappings(pid):
        if file == place.file:
            return range(first + place.offset, first + place.offset + place.size)
    return None


@cache
def _place() -> _Place | None:
    """Where the symbol lies in the file that this process has it from."""
    try:
        symbol = ctypes.addressof(ctypes.c_char.in_dll(ctypes.pythonapi, _SYMBOL.decode()))
        look_up = ctypes.CDLL(None).dladdr1
    except (ValueError, AttributeError, OSError):
        return None  # no such symbol, or another C library than glibc
    info, entry = _SymbolInfo(), ctypes.POINTER(_SymbolEntry)()
    found = look_up(ctypes.c_void_p(symbol), ctypes.byref(info), ctypes.byref(entry), _SYMBOL_ENTRY)
    if not found or info.symbol_name != _SYMBOL or not entry or ctypes.sizeof(ctypes.c_void_p) != 8:
        return None
    try:
        mappings = _mappings("self")
    except OSError:
        return None
    file = next((file for first, end, file in mappings if first <= info.base < end), None)
    return file and _Place(file, symbol - info.base, entry.contents.size)


def _mappings(pid: int | str) -> list[tuple[int, int, tuple[bytes, bytes]]]:
    """The parts of files in a process's memory: first address, end, device and inode."""
    found = []
    for line in Path(f"/proc/{pid}/maps").read_bytes().splitlines():
        addresses, _, _, device, inode, *path = line.split(None, 5)
        if path and inode != b"0":
            first, _, end = addresses.partition(b"-")
            found.append((int(first, 16), int(end, 16), (device, inode)))
    return found
