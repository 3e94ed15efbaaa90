"""Names of locks and the like: the variable or attribute that the line which made one binds."""

from __future__ import annotations

import linecache
import re
from pathlib import PurePath

_TARGET = r"[A-Za-z_][\w.]*(?:\[[^\]]*\])?"
_BINDING = re.compile(rf"^\s*({_TARGET})\s*(?::[^=]+)?=[^=]")
_BINDINGS = re.compile(rf"^\s*\(?\s*({_TARGET}(?:\s*,\s*{_TARGET})+)\s*,?\s*\)?\s*=[^=]")

_CALLEE = re.compile(r"\s*([^\W\d][\w.]*)\s*\(")


def lock_name(kind: str, file: str, line: int, target: int | None = None) -> str:
    """The name of a lock made at that line: `lock`, `self._lock`, else `Lock work.py:12`.

    `target`: which of several it is that one call makes, from 0, as an end of a pipe.
    """
    text = linecache.getline(file, line)
    if ";" in text:
        # Of several statements it is the one that calls it by its name, if any does.
        call = f"{kind.rpartition('.')[2]}("
        text = next((part for part in text.split(";") if call in part), "")
    found = _BINDING.match(text)
    if found:
        return found[1]
    several = _BINDINGS.match(text)
    names: list[str] = re.findall(_TARGET, several[1]) if several else []
    if target is not None and target < len(names):
        return names[target]
    return f"{kind} {PurePath(file).name}:{line}"


def callee_name(file: str, line: int, column: int, end: int) -> str:
    """What is called in a part of a line, as `conn.recv` of `conn.recv(1024)`; "" where no call
    stands there. `column`, `end`: bytes of its UTF-8."""
    text = linecache.getline(file, line).encode()[column:end].decode(errors="replace")
    found = _CALLEE.match(text)
    return found[1] if found else ""
