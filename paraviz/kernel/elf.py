"""Where a symbol lies in an ELF file, read from the file itself: whose process it is in does not
matter, nor which Python runs paraviz. See elf(5).

Only what the dynamic linker sees is looked at, which no `strip` takes away. Any file may be given,
damaged ones too: what is not as it should be has no symbol.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, BinaryIO

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

_IDENT = b"\x7fELF\x02\x01"
"""64 bits, little-endian."""
_HEADER = struct.Struct("<16xHHIQQQIHHHHHH")
_SECTION = struct.Struct("<IIQQQQIIQQ")
_SEGMENT = struct.Struct("<IIQQQQQQ")
_SYMBOL = struct.Struct("<IBBHQQ")
_DYNAMIC_SYMBOLS, _LOADED = 11, 1
"""SHT_DYNSYM and PT_LOAD."""
_MOST_BYTES = 1 << 26
"""Of a table that is read."""


class Symbol(Struct, frozen=True):
    """A symbol in its file."""

    offset: int
    """Bytes from where the file's first part begins in memory."""
    size: int


def symbol_in(file: BinaryIO, name: bytes) -> Symbol | None:
    """Where a file that can be sought has a symbol, or None. Raises OSError."""
    head = file.read(_HEADER.size)
    if len(head) < _HEADER.size or not head.startswith(_IDENT):
        return None
    _, _, _, _, segments, sections, _, _, segment_size, segment_count, size, count, _ = (
        _HEADER.unpack(head)
    )
    if size != _SECTION.size or segment_size != _SEGMENT.size:
        return None
    try:
        table = list(_SECTION.iter_unpack(_part(file, sections, size * count)))
        first = min(_loaded(_part(file, segments, segment_size * segment_count)))
        for _, kind, _, _, at, length, link, _, _, _ in table:
            if kind == _DYNAMIC_SYMBOLS and link < len(table):
                names = _part(file, table[link][4], table[link][5])
                found = _find(_part(file, at, length), names, name)
                if found is not None:
                    return Symbol(found[0] - first, found[1])
    except (struct.error, ValueError):
        pass
    return None


def _loaded(segments: bytes) -> Iterator[int]:
    """The addresses, as the file has them, of the parts that come into memory."""
    for kind, _, _, address, _, _, _, align in _SEGMENT.iter_unpack(segments):
        if kind == _LOADED:
            yield address - address % max(align, 1)


def _find(symbols: bytes, names: bytes, name: bytes) -> tuple[int, int] | None:
    """Address and size of the symbol of that name."""
    wanted = names.find(b"\0" + name + b"\0") + 1
    while wanted:
        for text, _, _, section, address, size in _SYMBOL.iter_unpack(symbols):
            if text == wanted and section:
                return address, size
        wanted = names.find(b"\0" + name + b"\0", wanted) + 1
    return None


def _part(file: BinaryIO, at: int, length: int) -> bytes:
    """So many bytes from there. Raises ValueError where there are not as many."""
    if length > _MOST_BYTES:
        raise ValueError(length)
    file.seek(at)
    found = file.read(length)
    if len(found) < length:
        raise ValueError(at)
    return found
