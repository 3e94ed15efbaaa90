"""Which levels were reached, and with how many stars, kept in the platform's folder for such state.

What cannot be read or written there is left out.
"""

from __future__ import annotations

import json
from pathlib import Path

_FILE = "levels.json"
_LARGEST = 1_000_000
"""Bytes of a file that is read."""
_MOST = 3


def reached() -> dict[str, int]:
    """Stars by the key of the level."""
    try:
        file = _file()
        if file.stat().st_size > _LARGEST:
            return {}
        kept = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {name: each for name, each in kept.items() if type(each) is int and 0 < each <= _MOST}


def reach(name: str, stars: int) -> None:
    """A level was reached; it keeps the most stars that it ever had."""
    kept = reached()
    if kept.get(name, 0) >= stars:
        return
    try:
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        from paraviz.user.atomic_write import replacing

        with replacing(file) as stream:
            stream.write(json.dumps(kept | {name: stars}, indent=1).encode())
    except OSError:
        return


def own_copy(name: str, source: str) -> Path:
    """The user's own copy of a level's program, which may be changed. Raises OSError."""
    folder = _file().parent / "levels"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{name}.py"
    if not path.exists():
        path.write_text(source, "utf-8")
    return path


def _file() -> Path:
    from platformdirs import user_state_path

    return user_state_path("paraviz", appauthor=False) / _FILE
