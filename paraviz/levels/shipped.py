"""The levels that ship, in the order of the lecture."""

from __future__ import annotations

from pathlib import Path

from paraviz.levels.level import Level, read_level

FOLDER = Path(__file__).parent / "programs"


def levels() -> tuple[Level, ...]:
    """All of them; their files are named in their order."""
    paths = sorted(path for path in FOLDER.glob("*.py") if not path.name.startswith("_"))
    return tuple(read_level(path) for path in paths)
