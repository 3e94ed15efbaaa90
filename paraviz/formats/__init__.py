"""Recordings: traces in files, one module a format.

To add a format write its module with a `FORMATS` tuple and name it in `_FORMATS`.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.errors import FormatError, WriteError
from paraviz.formats import opening
from paraviz.formats.chrome import format as chrome
from paraviz.formats.native import format as native
from paraviz.formats.progress import Cancelled
from paraviz.text.translation import _
from paraviz.user.atomic_write import replacing

if TYPE_CHECKING:
    from paraviz.formats.progress import Progress
    from paraviz.formats.registry import Format
    from paraviz.trace import Trace

__all__ = ["SUFFIXES", "Cancelled", "check_place", "check_target", "load", "save"]

_FORMATS: tuple[Format, ...] = (
    *native.FORMATS,
    *chrome.FORMATS,
)

_READ = {"recording": native.read, "packed": chrome.read_gzip, "text": chrome.read}

SUFFIXES: tuple[str, ...] = tuple(known.suffix for known in _FORMATS)
"""The suffixes `save` knows, the native one first."""


_LONGEST_SHOWN = 300
"""Characters of a path in a message."""


def load(path: str | Path, progress: Progress | None = None) -> Trace:
    """The trace in a file, its format told by what is in it; `-` is standard input.

    Raises FormatError, with one line that names the file, for whatever is wrong with it; and
    whatever `progress` raises to call it off, such as `Cancelled`.
    """
    path = Path(path)
    try:
        if "\0" in str(path):
            raise FormatError(_("no file can have such a name"))
        if path != opening.STDIN and not stat.S_ISREG(path.stat().st_mode):
            raise FormatError(_("not a regular file"))
        with opening.opened(path) as (content, kind):
            trace = _READ[kind](content, progress)
        if content == path:
            return trace
        name = "stdin" if path == opening.STDIN else path.name
        return replace(trace, program=replace(trace.program, name=name))
    except FormatError as error:
        raise FormatError(f"{_shown(path)}: {error.message}") from error
    except OSError as error:
        raise FormatError(f"{_shown(path)}: {error.strerror or error}") from error
    except MemoryError as error:
        raise FormatError(f"{_shown(path)}: {_('takes more memory than there is')}") from error


def save(trace: Trace, path: str | Path, progress: Progress | None = None) -> None:
    """Write a trace to a file, its format told by the suffix.

    The file appears whole or not at all: on failure what was there before is still there.
    Raises FormatError for an unknown suffix, and its child WriteError, with one line that names
    the file, where the trace cannot be written.
    """
    path = Path(path)
    known = _format_of(path)
    try:
        # What is in it is nobody else's business, unless its owner makes it so.
        with replacing(path, 0o600) as file:
            known.write(trace, file, progress)
    except FormatError as error:
        raise WriteError(f"{_shown(path)}: {error.message}") from error
    except OSError as error:
        raise WriteError(f"{_shown(path)}: {error.strerror or error}") from error


def check_target(path: str | Path) -> None:
    """Whether `save` can be expected to work there, before there is anything to save.

    Raises FormatError for an unknown suffix, its child WriteError for a folder that cannot be
    written to.
    """
    path = Path(path)
    _format_of(path)
    check_place(path)


def check_place(path: Path) -> None:
    """Whether a file can be expected to be written there. Raises WriteError."""
    try:
        # Of a link, where it leads to.
        folder = Path(os.path.realpath(path)).parent
        with suppress(FileNotFoundError):
            os.stat(path)
        is_folder = folder.is_dir()
    except OSError as error:  # a loop of links, a name too long for a file
        raise WriteError(f"{_shown(path)}: {error.strerror or error}") from error
    if not is_folder:
        words = _("there is no folder {folder}").format(folder=_shown(path.parent))
        raise WriteError(f"{_shown(path)}: {words}")
    if path.is_dir() or not os.access(folder, os.W_OK):
        raise WriteError(f"{_shown(path)}: {_('cannot be written')}")


def _format_of(path: Path) -> Format:
    """The format whose suffix the name ends with."""
    if "\0" in str(path):
        raise FormatError(f"{_shown(path)}: {_('no file can have such a name')}")
    name = path.name.lower()
    for known in _FORMATS:
        if name.endswith(known.suffix):
            return known
    known_suffixes = f"{', '.join(SUFFIXES[:-1])} or {SUFFIXES[-1]}"
    words = _("the name should end in {suffixes}").format(suffixes=known_suffixes)
    raise FormatError(f"{_shown(path)}: {words}")


def _shown(path: Path) -> str:
    """The path on one line, whatever is in it."""
    text = str(path)
    text = text if len(text) <= _LONGEST_SHOWN else text[:_LONGEST_SHOWN] + "…"
    return text if text.isprintable() else ascii(text)
