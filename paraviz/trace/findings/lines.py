"""Where in the program's source, as a sentence names it."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraviz.trace.model import Trace


def place_of(trace: Trace, site: int) -> str:
    """`work.py:12`, or "" where the line is not known."""
    if site < 0:
        return ""
    known = trace.sites[site]
    return f"{PurePath(known.file).name}:{known.line}"
