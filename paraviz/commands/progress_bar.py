"""Reading and writing recordings on the command line: how far a long one is, on a terminal."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, TextIO

from paraviz.text.sanitizer import shown
from paraviz.text.translation import _, localized

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from paraviz.trace import Trace

PATIENCE_S = 0.5
"""What takes no longer is not told of."""
_CELLS = 30
_NAME_CELLS = 28
"""Of a file's name, so that the line fits into 80 columns: a longer one could not be wiped away."""


def load_any(path: Path, progress: Callable[[float], None] | None = None) -> Trace:
    """As `formats.load`; of a recording that paraviz did not live to finish, what had arrived."""
    from paraviz.errors import FormatError
    from paraviz.formats import load
    from paraviz.session.spill import is_recoverable

    part = is_recoverable(path)
    if part is None:
        try:
            return load(path, progress)
        except FormatError as error:
            if not _can_be_salvaged(path):
                raise
            hint = _("paraviz salvage keeps what is whole")
            raise FormatError(f"{error.message} · {hint}") from error
    from paraviz.session.recovering import recovered

    try:
        return recovered(part)
    except FormatError as error:
        raise FormatError(f"{shown(str(part))}: {error.message}") from error
    except OSError as error:
        raise FormatError(f"{shown(str(part))}: {error.strerror or error}") from error


def _can_be_salvaged(path: Path) -> bool:
    """Whether anything of a damaged recording is whole; reads it once, and believes nothing."""
    from paraviz.errors import FormatError
    from paraviz.formats.native.salvage import salvaged

    try:
        salvaged(path)
    except (FormatError, OSError):
        return False
    return True


def load_shown(path: Path) -> Trace:
    """As `formats.load`, with a bar on stderr if it takes its time. Ctrl-C calls it off."""
    with _bar(_("reading {file}").format(file=_short(path.name)), sys.stderr) as progress:
        return load_any(path, progress)


def save_shown(trace: Trace, path: Path) -> None:
    """As `formats.save`, with a bar on stderr if it takes its time. Ctrl-C calls it off."""
    from paraviz.formats import save

    with _bar(_("writing {file}").format(file=_short(path.name)), sys.stderr) as progress:
        save(trace, path, progress)


@contextlib.contextmanager
def _bar(words: str, stream: TextIO | None) -> Iterator[Callable[[float], None] | None]:
    """What tells of progress, or None where nobody reads it. Leaves an empty line."""
    if stream is None or not stream.isatty():
        yield None
        return
    since, shown = time.monotonic(), False

    def tell(share: float) -> None:
        nonlocal shown
        if time.monotonic() - since < PATIENCE_S:
            return
        shown = True
        stream.write(f"\r{bar_text(share, _CELLS)}  {words}")
        stream.flush()

    try:
        yield tell
    finally:
        if shown:
            stream.write("\r\x1b[K")
            stream.flush()


def _short(name: str) -> str:
    name = shown(name)
    return name if len(name) <= _NAME_CELLS else "…" + name[1 - _NAME_CELLS :]


def bar_text(share: float, cells: int) -> str:
    """A bar of so many cells, and the percentage."""
    share = min(max(share, 0.0), 1.0)
    eighths = round(share * cells * 8)
    full, rest = divmod(eighths, 8)
    bar = "█" * full + (" ▏▎▍▌▋▊▉"[rest] if rest else "")
    return f"▕{bar.ljust(cells)}▏ {localized(f'{share:.0%}'):>4}"
