"""The recordings that were last written or opened, kept in the platform's folder for such state.

What cannot be read or written there is left out: nobody should be kept from work by a list.
"""

from __future__ import annotations

import json
from pathlib import Path

MOST = 12
_FILE = "recent.json"
_LARGEST = 100_000
"""Bytes of a list that is read."""


def recent() -> tuple[Path, ...]:
    """Those that are still there, the newest first; in front those that the app did not live to
    finish."""
    from paraviz.user.lost_files import lost

    return (*lost(), *(path for path in _known() if _is_there(path)))


def remember(path: Path) -> None:
    """Put a recording in front."""
    path = path.absolute()
    names = [str(path), *(str(each) for each in _known() if each != path)]
    try:
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        from paraviz.user.atomic_write import replacing

        with replacing(file) as stream:
            stream.write(json.dumps(names[:MOST]).encode())
    except OSError:
        return


def _known() -> list[Path]:
    try:
        file = _file()
        if file.stat().st_size > _LARGEST:
            return []
        names = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(names, list):
        return []
    return [Path(name) for name in names[:MOST] if isinstance(name, str) and "\0" not in name]


def _is_there(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("paraviz", appauthor=False) / _FILE
