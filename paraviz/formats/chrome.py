"""Chrome's trace event format, `.json` and `.json.gz`: paraviz's own and everyone else's."""

from __future__ import annotations

import gzip
import mmap
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from paraviz.errors import FormatError
from paraviz.formats.chrome_foreign import read_foreign
from paraviz.formats.chrome_own import is_own, read_own
from paraviz.formats.chrome_scan import Document
from paraviz.formats.chrome_write import write_chrome
from paraviz.formats.registry import Format

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

UNPACKED_LIMIT = 4 << 30
"""Bytes that a compressed file may unpack to."""
RATIO_LIMIT = 300
"""How many times its own length a compressed file may unpack to, once past `RATIO_FROM`. Traces
reach 10 to 60, deflate 1,032 at the most, and only for nothing but repetition."""
RATIO_FROM = 64 << 20
_CHUNK = 1 << 20


def read(path: Path) -> Trace:
    """The trace in a plain JSON file, which is mapped, not read."""
    with path.open("rb") as file:
        try:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except ValueError as error:  # its word for an empty file
            raise FormatError("an empty file") from error
    return _trace(memoryview(content), path.name)


def read_gzip(path: Path) -> Trace:
    """The trace in a compressed JSON file."""
    return _trace(memoryview(unpacked(path)), path.name)


def unpacked(path: Path) -> bytearray:
    """A gzip file's content. Raises FormatError where it is damaged or unpacks to too much; of one
    that is cut off the beginning is given."""
    packed_size = path.stat().st_size
    limit = min(UNPACKED_LIMIT, max(RATIO_FROM, packed_size * RATIO_LIMIT))
    content = bytearray()
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                content += chunk
                if len(content) > limit:
                    raise FormatError(
                        f"unpacks from {packed_size:,} bytes to more than {limit:,}: too much"
                    )
    except EOFError:
        pass
    except (gzip.BadGzipFile, zlib.error) as error:
        raise FormatError(f"damaged: {error}") from error
    return content


def write_gzip(trace: Trace, file: BinaryIO) -> None:
    """Write a trace as compressed JSON; without name and date, so that the same trace makes the
    same bytes."""
    with gzip.GzipFile("", "wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        write_chrome(trace, cast("BinaryIO", packed))


def _trace(content: memoryview, name: str) -> Trace:
    document = Document(content)
    if not is_own(document.other_data):
        return read_foreign(document, name)
    if document.cut_off:
        raise FormatError("damaged: it is cut off or not valid JSON")
    return read_own(document)


FORMATS = (
    Format(".json", "Chrome trace", read, write_chrome),
    Format(".json.gz", "Chrome trace, compressed", read_gzip, write_gzip),
)
