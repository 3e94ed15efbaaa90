"""The spill: what arrives of a run, kept in a file as it comes.

It lies beside the recording that is to be made and is only ever appended to, so that whatever
becomes of paraviz (killed, out of memory, out of disk), what had arrived can be read; `recovering`
does. Once the recording is whole it is taken away. What is torn at its end is left out.
"""

from __future__ import annotations

import errno
import os
import struct
import zlib
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from paraviz.errors import FormatError
from paraviz.text.translation import _
from paraviz.user.lost_files import SUFFIX, lost_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAGIC = b"paraviz spill 1\n"
_HEAD = struct.Struct("<IIq")
"""Bytes of a record, their checksum, and the stamp at which it was written."""
_META_LIMIT = 64 << 20
_LONGEST = 1 << 24
_numbers = count()
MOST_BYTES = 8 << 30
"""No file gets longer; what comes then is kept in memory alone, as all of it is."""


def spill_of(target: Path) -> Path:
    """Where that of a recording lies."""
    return target.with_name(f"{target.name[: 255 - len(SUFFIX)]}{SUFFIX}")


def spill_in_state() -> Path | None:
    """A place for that of a run that nobody asked to record; None where there is none."""
    folder = lost_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return folder / f"{os.getpid()}-{next(_numbers)}.pviz{SUFFIX}"


def is_recoverable(path: Path) -> Path | None:
    """What is to be read for a recording of this name that was not finished, or None."""
    part = path if path.name.endswith(SUFFIX) else spill_of(path)
    try:
        return part if part.is_file() and (part == path or not path.exists()) else None
    except (OSError, ValueError):
        return None


class Spill:
    """Writes one."""

    def __init__(self, path: Path, meta: Mapping[str, Any]) -> None:
        """Begin it. What an earlier run left there stays, under another name. Raises OSError."""
        self.path = path
        self.failed = ""
        """Why nothing more is written, or ""."""
        how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
        try:
            self._file = os.open(path, how, 0o600)
        except FileExistsError:
            os.replace(path, path.with_name(f"{path.name}~"))
            self._file = os.open(path, how, 0o600)
        self._written = 0
        encoded = msgspec.json.encode(meta)
        self._append(MAGIC + struct.pack("<I", len(encoded)) + encoded)

    def put(self, parcel: bytes | bytearray, stamp: int) -> None:
        """Keep what arrived."""
        if not self.failed:
            self._append(_HEAD.pack(len(parcel), zlib.crc32(parcel), stamp) + parcel)

    def _append(self, content: bytes) -> None:
        try:
            if self._written + len(content) > MOST_BYTES:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
            left = memoryview(content)
            while left:
                left = left[os.write(self._file, left) :]
            self._written += len(content)
        except OSError as error:
            self.failed = error.strerror or str(error)

    def close(self, *, keep: bool) -> None:
        """Write no more; unless it is to be kept, take it away."""
        with suppress(OSError):
            os.close(self._file)
        if not keep:
            with suppress(OSError):
                self.path.unlink()


def read_spill(path: Path) -> tuple[dict[str, Any], Iterator[tuple[int, bytes]]]:
    """What it tells of the run, and its parcels with the stamps at which they were written. Raises
    FormatError, OSError."""
    file = path.open("rb")
    head = file.read(len(MAGIC) + 4)
    if head[: len(MAGIC)] != MAGIC or len(head) < len(MAGIC) + 4:
        file.close()
        raise FormatError(_("no paraviz recording"))
    size = int.from_bytes(head[-4:], "little")
    try:
        meta = msgspec.json.decode(file.read(min(size, _META_LIMIT)), type=dict[str, Any])
    except msgspec.DecodeError:
        file.close()
        raise FormatError(_("damaged: {what}").format(what=_("it is cut off"))) from None

    def parcels() -> Iterator[tuple[int, bytes]]:
        with file:
            while len(head := file.read(_HEAD.size)) == _HEAD.size:
                size, checksum, stamp = _HEAD.unpack(head)
                parcel = file.read(size) if size <= _LONGEST else b""
                if len(parcel) != size or zlib.crc32(parcel) != checksum:
                    return
                yield stamp, parcel

    return meta, parcels()
