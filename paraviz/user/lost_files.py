"""Recordings of runs that the app did not live to finish: spilled as they came, to be recovered."""

from __future__ import annotations

from pathlib import Path

SUFFIX = ".part"
"""Of the name of a recording that is being written, after that which it will have."""


def lost_folder() -> Path:
    """Where they lie."""
    from platformdirs import user_state_path

    return user_state_path("paraviz", appauthor=False) / "lost"


def lost() -> list[Path]:
    """Those of runs in the app that nobody is writing any more, the newest first."""
    try:
        found = [path for path in lost_folder().iterdir() if path.name.endswith(SUFFIX)]
        gone = [path for path in found if not _is_written(path)]
        return sorted(gone, key=lambda path: -path.stat().st_mtime)
    except OSError:
        return []


def _is_written(path: Path) -> bool:
    """Whether the process still lives that its name tells of."""
    pid, dash, _rest = path.name.partition("-")
    return bool(dash) and pid.isdecimal() and Path(f"/proc/{pid}").exists()
