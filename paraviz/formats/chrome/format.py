"""Chrome's trace event format, `.json` and `.json.gz`: paraviz's own and everyone else's.

What reads and writes events is imported when it is needed: who opens a recording does without.
"""

from __future__ import annotations

import codecs
import gzip
import mmap
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.progress import Paced, Progress, unheard
from paraviz.formats.registry import Format
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paraviz.trace import Trace

UNPACKED_LIMIT = 4 << 30
"""Bytes that a compressed file may unpack to."""
RATIO_LIMIT = 300
"""How many times its own length a compressed file may unpack to, once past `RATIO_FROM`. Traces
reach 10 to 60, deflate 1,032 at the most, and only for nothing but repetition."""
RATIO_FROM = 64 << 20
_CHUNK = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
"""For zlib: with gzip's header and checksum."""
_RELEASED_AT_ONCE = 8 << 20
"""Bytes of a map, a multiple of the size of a page."""


def read(path: Path, progress: Progress | None = None) -> Trace:
    """The trace in a plain JSON file, which is mapped, not read."""
    with path.open("rb") as file:
        return _mapped_trace(file, path.name, Paced(progress, path.stat().st_size))


def read_gzip(path: Path, progress: Progress | None = None) -> Trace:
    """The trace in a compressed JSON file. It is unpacked into a file without a name, so that
    memory does not have to hold it."""
    import tempfile  # and with it hashing and random numbers, which nothing else here needs

    size = path.stat().st_size
    # Unpacking takes a third of the time.
    paced = Paced(progress, 3 * size)
    with tempfile.TemporaryFile() as file:
        unpack(path, file, paced)
        scale = 2 * size / max(file.tell(), 1)
        return _mapped_trace(file, path.name, lambda done: paced(size + int(done * scale)))


def unpack(path: Path, target: BinaryIO, heard: Callable[[int], None] = unheard) -> None:
    """Write a gzip file's content to `target`. Raises FormatError where it is damaged or unpacks
    to too much; of one that is cut off the beginning is written. `heard` is told how many packed
    bytes were read."""
    packed_size = path.stat().st_size
    limit = min(UNPACKED_LIMIT, max(RATIO_FROM, packed_size * RATIO_LIMIT))
    try:
        with path.open("rb") as file:
            for piece in _pieces(file):
                target.write(piece)
                heard(file.tell())
                if target.tell() > limit:
                    raise FormatError(
                        _("unpacks from {packed:,} bytes to more than {limit:,}: too much").format(
                            packed=packed_size, limit=limit
                        )
                    )
    except zlib.error as error:
        raise damaged(_("its compressed data do not unpack")) from error
    target.flush()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    """What gzip members hold, `_CHUNK` bytes at most at a time, up to where the file ends. Raises
    zlib.error. (`gzip` keeps to itself what it unpacked right before a cut.)"""
    member = zlib.decompressobj(_GZIP)
    while packed := file.read(_CHUNK):
        while packed:
            yield member.decompress(packed, _CHUNK)
            packed = member.unconsumed_tail
            if member.eof:
                # Padding behind the last member is none.
                packed = member.unused_data.lstrip(b"\0")
                member = zlib.decompressobj(_GZIP)


def write(trace: Trace, file: BinaryIO, progress: Progress | None = None) -> None:
    """Write a trace as JSON."""
    from paraviz.formats.chrome.write import write_chrome

    write_chrome(trace, file, progress)


def write_gzip(trace: Trace, file: BinaryIO, progress: Progress | None = None) -> None:
    """Write a trace as compressed JSON; without name and date, so that the same trace makes the
    same bytes."""
    with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        write(trace, cast("BinaryIO", packed), progress)


def _mapped_trace(file: BinaryIO, name: str, told: Callable[[int], None]) -> Trace:
    try:
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except ValueError as error:  # its word for an empty file
        raise FormatError(_("an empty file")) from error
    behind = 0
    if encoding := _other_encoding(content[:4]):
        import tempfile

        with tempfile.TemporaryFile() as plain:
            _as_utf8(content, encoding, plain)
            return _mapped_trace(plain, name, told)

    def heard(done: int) -> None:
        """Give back the pages that were read, or the whole file would count as our memory."""
        nonlocal behind
        whole = done - done % _RELEASED_AT_ONCE
        if whole > behind:
            content.madvise(mmap.MADV_DONTNEED, behind, whole - behind)
            behind = whole
        told(done)

    return _trace(memoryview(content), name, heard)


def _other_encoding(begin: bytes) -> str:
    """The encoding of a text that is no UTF-8, by its first bytes, of which a bracket has one and
    zeros; "" for UTF-8."""
    if begin[:4] in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "utf-32"
    if begin[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if begin[:1] and begin[:1] in b"[{" and begin[1:2] == b"\0":
        return "utf-32-le" if begin[2:4] == b"\0\0" else "utf-16-le"
    if begin[:1] == b"\0":
        return "utf-32-be" if begin[:3] == b"\0\0\0" else "utf-16-be"
    return ""


def _as_utf8(content: mmap.mmap, encoding: str, target: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for first in range(0, len(content), _CHUNK):
        target.write(decoder.decode(content[first : first + _CHUNK]).encode("utf-8", "replace"))
    target.flush()


def _trace(content: memoryview, name: str, heard: Callable[[int], None]) -> Trace:
    from paraviz.formats.others import reader_of

    reader = reader_of(content)
    if reader is not None:
        return reader(content, name, heard)
    from paraviz.formats.chrome.foreign import collected, foreign_trace
    from paraviz.formats.chrome.own import is_own, read_own
    from paraviz.formats.chrome.scan import Document

    document = Document(content, heard)
    if not is_own(document.other_data):
        seen = collected(document)
        if not is_own(document.other_data):
            return foreign_trace(seen, document, name)
        # Another tool put what says that it is ours behind the events.
        again = Document(content, heard)
        again.other_data = document.other_data
        document = again
    return read_own(document)


FORMATS = (
    Format(".json", "Chrome trace", read, write),
    Format(".json.gz", "Chrome trace, compressed", read_gzip, write_gzip),
)
