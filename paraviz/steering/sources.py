"""Lines of the program's text."""

from __future__ import annotations

import linecache


def line_of(file: str, line: int) -> str:
    """One of them, without its margin; "" where there is none."""
    return linecache.getline(file, line).strip() if file and line else ""
