"""What a file is, by what is in it: names of other tools' traces end in `.gz`, `.log`, `.trace`, or
in nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["recording", "packed", "text"]
STDIN = Path("-")
"""Standard input."""
_ZIP, _GZIP = b"PK", b"\x1f\x8b"
_META = "meta.json"
_PIECE = 1 << 20
_LIMIT = 4 << 30
_RATIO = 300
_RATIO_FROM = 64 << 20
"""See `chrome`: what a compressed file may unpack to."""


@contextmanager
def opened(path: Path) -> Iterator[tuple[Path, Kind]]:
    """Where the content of a file can be read, and what it is; of a zip it is that of its largest
    member. Raises FormatError, OSError."""
    if path == STDIN:
        import sys
        import tempfile

        with tempfile.NamedTemporaryFile(suffix=".json") as copy:
            _copy(sys.stdin.buffer, copy, _LIMIT)
            with opened(Path(copy.name)) as found:
                yield found
        return
    kind = kind_of(path)
    if kind is not None:
        yield path, kind
        return
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".json") as copy:
        _unzip(path, copy)
        inner = kind_of(Path(copy.name))
        if inner is None:
            raise FormatError(_("a zip in a zip"))
        yield Path(copy.name), inner


def kind_of(path: Path) -> Kind | None:
    """What a file is by what is in it; None for a zip that is no recording. What is damaged at its
    very begin is what its name says."""
    with path.open("rb") as file:
        begin = file.read(4)
    name = path.name.lower()
    if begin[:2] == _GZIP:
        return "packed"
    if name.endswith(".pviz") and not _is_text(begin):
        return "recording"
    if begin[:2] != _ZIP or begin[2:] not in (b"\3\4", b"\5\6"):
        return "packed" if name.endswith(".gz") and not _is_text(begin) else "text"
    import zipfile

    try:
        with zipfile.ZipFile(path) as archive:
            return "recording" if _META in archive.namelist() else None
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise damaged(_("its compressed data do not unpack")) from error


def _is_text(begin: bytes) -> bool:
    return begin.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{")


def _unzip(path: Path, target: IO[bytes]) -> None:
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if not members:
                raise FormatError(_("an empty file"))
            largest = max(members, key=lambda each: each.file_size)
            limit = min(_LIMIT, max(_RATIO_FROM, path.stat().st_size * _RATIO))
            with archive.open(largest) as member:
                _copy(member, target, limit)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise damaged(_("its compressed data do not unpack")) from error


def _copy(source: IO[bytes], target: IO[bytes], limit: int) -> None:
    while piece := source.read(_PIECE):
        target.write(piece)
        if target.tell() > limit:
            words = _("unpacks to more than {limit:,} bytes: too much")
            raise FormatError(words.format(limit=limit))
    target.flush()
