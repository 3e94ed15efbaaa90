"""A schedule as text: a column for each worker, a line for each step."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MOST = 60
_WIDTH = 100
_NO_NEWS = ("end", "start")


def steps_as_text(detail: Mapping[str, Any]) -> list[str]:
    """Of what a replay told."""
    alone = _touched_by_one(detail.get("rows", ()))
    rows = [row for row in detail.get("rows", ()) if _is_news(row) and row[2] not in alone]
    names: Sequence[str] = detail.get("workers", ())
    shown = sorted({row[0] for row in rows})
    if not shown:
        return []
    width = max(16, min(44, _WIDTH // len(shown)))
    column = {number: index for index, number in enumerate(shown)}
    lines = ["".join(f"{names[number][: width - 2]:<{width}}" for number in shown).rstrip()]
    for row in rows[:_MOST]:
        lines.append(" " * (width * column[row[0]]) + _cut(_step(row), width))
    if len(rows) > _MOST:
        lines.append(f"… {len(rows) - _MOST} further steps")
    return lines


def _touched_by_one(rows: Sequence[Any]) -> set[int]:
    """What only one worker touched: nothing to be seen."""
    who: dict[int, set[int]] = {}
    for row in rows:
        if row[2] >= 0:
            who.setdefault(row[2], set()).add(row[0])
    return {thing for thing, workers in who.items() if len(workers) < 2}


def _is_news(row: Sequence[Any]) -> bool:
    return row[1] not in _NO_NEWS and bool(row[5]) and (row[1] != "join" or bool(row[10]))


def _step(row: Sequence[Any]) -> str:
    _number, kind, _thing, value, _got, file, line, _function, text, label, _own = row
    what = {"R": f"reads {label}", "W": f"writes {label}"}.get(kind, label)
    if kind == "print":
        what = f"prints {text!r}"
    elif kind in "RW" and isinstance(value, (int, float)) and "()" not in label:
        what += f" = {value}"
    elif kind in "RW" and " " in label:
        what = label
    return f"{what}  {os.path.basename(file)}:{line}"


def _cut(text: str, width: int) -> str:
    """The end of a step, its place, stays."""
    if len(text) <= width:
        return text
    what, place = text.rsplit("  ", 1)
    line = ":" + place.rpartition(":")[2]
    return what[: max(4, width - len(line) - 3)] + "… " + line
