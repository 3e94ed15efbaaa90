"""What a format is to the rest: a suffix, a way to read, a way to write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import BinaryIO

    from paraviz.formats.progress import Progress
    from paraviz.trace import Trace


class Format(Struct, frozen=True):
    """One kind of file a trace can be kept in."""

    suffix: str
    """How names of such files end, dot included, in lower case."""
    title: str
    """What it is, for people."""
    read: Callable[[Path, Progress | None], Trace]
    """Reads an existing regular file. Raises FormatError, its message without the path, or
    OSError, or what the progress raises."""
    write: Callable[[Trace, BinaryIO, Progress | None], None]
    """Writes to an empty, seekable file. Raises FormatError, its message without the path, or
    OSError, or what the progress raises."""
