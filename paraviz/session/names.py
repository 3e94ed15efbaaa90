"""Names of locks: the variable or attribute that the line which made a lock binds it to."""

from __future__ import annotations

import linecache
import re
from pathlib import PurePath

_BINDING = re.compile(r"^\s*([A-Za-z_][\w.]*(?:\[[^\]]*\])?)\s*(?::[^=]+)?=[^=]")


def lock_name(kind: str, file: str, line: int) -> str:
    """The name of a lock made at that line: `lock`, `self._lock`, else `Lock work.py:12`."""
    found = _BINDING.match(linecache.getline(file, line))
    return found[1] if found else f"{kind} {PurePath(file).name}:{line}"
