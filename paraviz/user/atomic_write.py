"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO

from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def replacing(path: Path, mode: int = 0o666) -> Iterator[BinaryIO]:
    """An empty file that takes the place of `path` when the block ends without an exception.

    It is written beside the target (of a symbolic link: beside what the link points to), so that
    the last step is a rename within one file system, which POSIX makes atomic. Readers and memory
    maps of the old file keep the old file. It gets the old file's permissions, or `mode` as
    far as the umask lets it. Raises OSError, also for a target that is no regular file.
    """
    target = os.path.realpath(path)
    try:
        old_mode: int | None = os.stat(target).st_mode
    except FileNotFoundError:
        old_mode = None
    if old_mode is not None and not stat.S_ISREG(old_mode):
        raise OSError(_("not a regular file"))
    folder, name = os.path.split(target)
    # Cut, so that a name of the longest length a file system takes still has room for the rest.
    temporary = os.path.join(folder, f".{name[:32]}.{os.urandom(6).hex()}.tmp")
    # Not `tempfile`: its files are 0600, and the umask can be read only by changing it.
    how = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    descriptor = os.open(temporary, how, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if old_mode is not None:
                os.fchmod(file.fileno(), stat.S_IMODE(old_mode))
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
