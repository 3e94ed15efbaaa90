"""The last runs in the app, kept unasked in the platform's folder for such state, within bounds.

Whoever leaves a run or runs it again has it still: the gallery lists it.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime
from itertools import count
from pathlib import Path, PurePath

MOST = 20
"""Runs that are kept."""
MOST_BYTES = 256 << 20
"""Of all of them together."""
_LONGEST_NAME = 60


def kept_folder() -> Path:
    """Where they lie."""
    from platformdirs import user_state_path

    return user_state_path("paraviz", appauthor=False) / "runs"


def place_of(program: str, now: datetime) -> Path:
    """Where a run of a program that ends now is to be kept, in a folder that is the user's alone.
    Raises OSError."""
    folder = kept_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    stem = PurePath(program.removeprefix("-m ")).stem
    name = re.sub(r"[^\w.-]+", "_", stem)[:_LONGEST_NAME].strip("._") or "run"
    stamp = now.strftime("%Y-%m-%d %H.%M.%S")
    # Several may end within a second, and in several apps.
    places = (folder / _named(name, stamp, number) for number in count(1))
    return next(place for place in places if not place.exists())


def _named(program: str, stamp: str, number: int) -> str:
    return f"{program} {stamp}{f' {number}' if number > 1 else ''}.pviz"


def kept_runs() -> list[Path]:
    """Those that are there, the newest first."""
    return [path for path, _size in _found()]


def make_room() -> None:
    """Take away the oldest of them, so that no more are left than may be."""
    total = 0
    for place, (path, size) in enumerate(_found()):
        total += size
        if place >= MOST or total > MOST_BYTES:
            path.unlink(missing_ok=True)


def _found() -> list[tuple[Path, int]]:
    found = []
    for path in kept_folder().glob("*.pviz"):
        # Another app may make room meanwhile.
        with suppress(OSError):
            about = path.stat()
            found.append((about.st_mtime_ns, path, about.st_size))
    return [(path, size) for _at, path, size in sorted(found, reverse=True)]
