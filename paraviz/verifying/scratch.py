"""A folder for one run: a copy of where the command was given, and what became of it."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MOST_FILES = 2_000
_MOST_BYTES = 64 << 20
_LEFT_OUT = {".git", ".venv", "__pycache__", "node_modules"}


def is_small(folder: Path) -> bool:
    """Whether a folder is copied for each run: not where it has too much."""
    size = 0
    for count, path in enumerate(_files(folder), 1):
        size += path.lstat().st_size
        if count > _MOST_FILES or size > _MOST_BYTES:
            return False
    return True


def copy_into(folder: Path, scratch: Path) -> None:
    """Put what a folder has into another one. Raises OSError."""
    for path in _files(folder):
        target = scratch / path.relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target, follow_symlinks=False)


def contents(folder: Path) -> dict[str, str]:
    """The files of a folder, each with what its bytes come to."""
    return {str(path.relative_to(folder)): _digest(path) for path in _files(folder)}


def changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """What a run wrote, changed or took away ("")."""
    written = {name: digest for name, digest in after.items() if before.get(name) != digest}
    return written | {name: "" for name in before if name not in after}


def _files(folder: Path) -> Iterator[Path]:
    """What is in a folder but for folders and what cannot be copied."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(each for each in folders if each not in _LEFT_OUT)
        for name in sorted(names):
            path = Path(where, name)
            if path.is_symlink() or path.is_file():
                yield path


def _digest(path: Path) -> str:
    if path.is_symlink():
        return f"link to {path.readlink()}"
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"cannot be read: {error.strerror}"
