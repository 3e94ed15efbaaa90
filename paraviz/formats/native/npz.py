"""The container of native recordings: NumPy's npz with its members in the open.

An npz is a zip of .npy files (PKWARE's APPNOTE.TXT; NumPy's NEP 1). Stored uncompressed and aligned
it can be mapped into memory and used where it lies, so that opening costs the same for any size.
NumPy's own reader opens these files too; ours believes nothing it has not checked, takes columns
of one dimension only, and never unpickles. Checksums are written but not read: that would touch
every byte.
"""

from __future__ import annotations

import mmap
import re
import struct
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paraviz.errors import FormatError
from paraviz.formats.progress import unheard
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import IO, BinaryIO

POPULATE_LIMIT = 1 << 29
"""Bytes of a file that is mapped at once."""
MEMBER_LIMIT = 1_000
"""Members in one file."""
_ALIGNMENT = 64
"""Bytes: a cache line, and what NumPy pads a .npy's header to."""
_ALIGNMENT_EXTRA = 0xD935
"""The extra field that Android's zipalign pads with; other readers skip it."""
_WRITTEN_AT_ONCE = 4 << 20
"""Bytes."""
_ZIP64_FROM = 0xFFFF_FFFF
_ZIP64_FIELD = 20
"""Bytes that `zipfile` adds to the header of a member it expects to be big."""

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_END64_LOCATOR = struct.Struct("<4sLQL")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 1

_NPY_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([<|][a-z]\d)', 'fortran_order': False, "
    rb"'shape': \((\d{1,18}),\), \} *\n",
    re.DOTALL,
)
_NPY_HEADER_LIMIT = 256


def write_npz(
    file: BinaryIO,
    members: Mapping[str, bytes | NDArray[Any]],
    heard: Callable[[int], None] = unheard,
) -> None:
    """Write bytes as they are and arrays as .npy members (`name` becomes `name.npy`), each at a
    multiple of 64 bytes. The same members make the same bytes. `heard` is told now and then how
    many bytes of arrays are written."""
    done = 0
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            if isinstance(content, bytes):
                with _opened(archive, file, name, len(content)) as member:
                    member.write(content)
            else:
                with _opened(archive, file, f"{name}.npy", content.nbytes) as member:
                    done = _write_array(member, content, heard, done)


def _write_array(
    member: IO[bytes], content: NDArray[Any], heard: Callable[[int], None], done: int
) -> int:
    """Write an array as .npy. `done` bytes of others were written before; returns how many there
    are after it."""
    header = np.lib.format.header_data_from_array_1_0(content)
    np.lib.format.write_array_header_1_0(member, header)
    flat = np.ascontiguousarray(content).view(np.uint8).data if content.nbytes else memoryview(b"")
    for first in range(0, len(flat), _WRITTEN_AT_ONCE):
        heard(done + first)
        member.write(flat[first : first + _WRITTEN_AT_ONCE])
    return done + len(flat)


def _opened(archive: zipfile.ZipFile, file: BinaryIO, name: str, size: int) -> Any:
    """A new member, its content to begin at the next multiple of the alignment."""
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = 0o644 << 16
    big = size > zipfile.ZIP64_LIMIT // 2
    info.file_size = size
    header = _LOCAL.size + len(name) + (_ZIP64_FIELD if big else 0)
    # An extra field takes at least the four bytes of its own number and length.
    padding = 4 + (-(file.tell() + header + 4)) % _ALIGNMENT
    info.extra = struct.pack("<2H", _ALIGNMENT_EXTRA, padding - 4) + bytes(padding - 4)
    return archive.open(info, "w", force_zip64=big)


class Member(NamedTuple):
    """A member of an npz."""

    name: str
    begin: int
    """Where its content begins."""
    end: int
    checksum: int
    """CRC-32 of its content."""


class MappedNpz:
    """The members of an npz, mapped into memory. Arrays it gives are read-only views of the map
    and keep it alive."""

    def __init__(self, path: Path) -> None:
        """Map a file and read its directory. Raises FormatError for anything but an npz as
        `write_npz` makes them, and OSError."""
        with path.open("rb") as file:
            try:
                self._map = _mapped(file.fileno(), path.stat().st_size)
            except ValueError as error:  # its word for an empty file
                raise FormatError(_("an empty file")) from error
        self._members = {each.name: (each.begin, each.end) for each in directory(self._map)}

    def __contains__(self, name: str) -> bool:
        """Whether there is a column of that name."""
        return f"{name}.npy" in self._members

    def content(self, name: str, limit: int) -> bytes:
        """A member's bytes, `limit` at most."""
        begin, end = self._member(name)
        if end - begin > limit:
            raise _damaged(_("{name} is too long"), name)
        return self._map[begin:end]

    def column(self, name: str, dtype: np.dtype[Any]) -> NDArray[Any]:
        """dtype[n]: the member `name.npy`."""
        return column_of(self._map, name, self._member(f"{name}.npy"), dtype)

    def _member(self, name: str) -> tuple[int, int]:
        if name not in self._members:
            raise _damaged(_("{name} is missing"), name)
        return self._members[name]


def column_of(
    buffer: mmap.mmap, name: str, place: tuple[int, int], dtype: np.dtype[Any]
) -> NDArray[Any]:
    """dtype[n]: the .npy in this place, as a view. Raises FormatError for anything else."""
    begin, end = place
    header = buffer[begin : min(end, begin + _NPY_HEADER_LIMIT)]
    found = _NPY_HEADER.match(header)
    if not found or found.end() != 10 + int.from_bytes(header[8:10], "little"):
        raise _damaged(_("{name} is no plain column"), name)
    if found[1].decode() != dtype.str:
        raise _damaged(_("{name} has the wrong type"), name)
    count = int(found[2])
    if begin + found.end() + count * dtype.itemsize != end:
        raise _damaged(_("{name} has a wrong length"), name)
    if not count:
        return np.empty(0, dtype)
    return np.frombuffer(buffer, dtype, count, begin + found.end())


def _mapped(descriptor: int, size: int) -> mmap.mmap:
    """The file as memory. What is not too large is mapped at once: touching it page by page takes
    several times as long."""
    if not hasattr(mmap, "MAP_POPULATE") or size > POPULATE_LIMIT:
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ)
    flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
    return mmap.mmap(descriptor, 0, flags=flags, prot=mmap.PROT_READ)


def directory(buffer: mmap.mmap) -> list[Member]:
    """Where each member's content begins and ends. Looks at the directory and the local headers
    only, and at no more than `MEMBER_LIMIT` of them. Raises FormatError."""
    try:
        count, size, at = _end_record(buffer)
        if count > MEMBER_LIMIT:
            raise _damaged(_("it has too many members"))
        if at + size > len(buffer):
            raise _damaged(_("it is cut off"))
        members: dict[str, Member] = {}
        begin = at
        for _number in range(count):
            member, at = _central_record(buffer, at)
            if member.name in members:
                raise _damaged(_("{name} is there twice"), ascii(member.name))
            if member.end > begin:
                raise _damaged(_("it is cut off"))
            members[member.name] = member
    except struct.error as error:
        raise _damaged(_("it is cut off")) from error
    return list(members.values())


def member_behind(buffer: mmap.mmap, at: int) -> Member | None:
    """The member whose own header stands there, if one of ours does; its content may be cut off."""
    if buffer[at : at + 4] != b"PK\3\4" or at + _LOCAL.size > len(buffer):
        return None
    record = _LOCAL.unpack_from(buffer, at)
    flags, method, checksum, packed, size = record[2], record[3], *record[6:9]
    name_at = at + _LOCAL.size
    extra_at = name_at + record[9]
    begin = extra_at + record[10]
    name = buffer[name_at:extra_at].decode("utf-8", "replace")
    try:
        # The local header has the size before the packed one, the directory too.
        size, packed = _widened(buffer[extra_at:begin], size, packed)
    except FormatError:
        return None
    if method != zipfile.ZIP_STORED or packed != size or flags & _ENCRYPTED:
        return None
    return Member(name, begin, begin + size, checksum)


def _end_record(buffer: mmap.mmap) -> tuple[int, int, int]:
    """The number of members, and the length and place of the directory."""
    first = max(0, len(buffer) - _END.size - _LONGEST_COMMENT)
    at = buffer.rfind(b"PK\5\6", first)
    if at < 0:
        foreign = buffer[:4] != b"PK\3\4"
        raise FormatError(_("no paraviz recording")) if foreign else _damaged(_("it is cut off"))
    count, size, place = _END.unpack_from(buffer, at)[4:7]
    locator_at = at - _END64_LOCATOR.size
    if locator_at >= 0 and buffer[locator_at : locator_at + 4] == b"PK\6\7":
        at64 = _END64_LOCATOR.unpack_from(buffer, locator_at)[2]
        _expect(buffer, at64, b"PK\6\6")
        count, size, place = _END64.unpack_from(buffer, at64)[-3:]
    return count, size, place


def _central_record(buffer: mmap.mmap, at: int) -> tuple[Member, int]:
    """A member, and where the next record stands."""
    _expect(buffer, at, b"PK\1\2")
    record = _CENTRAL.unpack_from(buffer, at)
    flags, method, packed, size = record[3], record[4], record[8], record[9]
    name_length, extra_length, comment_length, place = *record[10:13], record[16]
    name_at = at + _CENTRAL.size
    extra_at = name_at + name_length
    following = extra_at + extra_length + comment_length
    name = buffer[name_at:extra_at].decode("utf-8", "replace")
    size, packed, place = _widened(buffer[extra_at : extra_at + extra_length], size, packed, place)
    if method != zipfile.ZIP_STORED or packed != size or flags & _ENCRYPTED:
        raise _damaged(_("{name} is compressed or encrypted"), ascii(name))
    _expect(buffer, place, b"PK\3\4")
    name_length, extra_length = _LOCAL.unpack_from(buffer, place)[-2:]
    begin = place + _LOCAL.size + name_length + extra_length
    return Member(name, begin, begin + size, record[7]), following


def _widened(extra: bytes, *values: int) -> tuple[int, ...]:
    """Sizes and places, those that do not fit 32 bits taken from the zip64 extra field."""
    wide: list[int] = []
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<2H", extra, at)
        if number == 1:
            wide = [found[0] for found in struct.iter_unpack("<Q", extra[at + 4 :][: length & ~7])]
        at += 4 + length
    missing = sum(value == _ZIP64_FROM for value in values)
    if missing > len(wide):
        raise _damaged(_("it is cut off"))
    rest = iter(wide)
    return tuple(next(rest) if value == _ZIP64_FROM else value for value in values)


def _expect(buffer: mmap.mmap, at: int, signature: bytes) -> None:
    if buffer[at : at + len(signature)] != signature:
        raise _damaged(_("its directory leads nowhere"))


def _damaged(words: str, name: str = "") -> FormatError:
    return FormatError(_("damaged: {what}").format(what=words.format(name=name)))
