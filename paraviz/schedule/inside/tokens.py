"""A schedule as short text, which survives edits of the program that do not touch its steps.

    p1.0.1k3fa.2.1

Each part is a worker's number, and how far it runs: up to, and with, the step that has this mark,
or as far as it can go. A mark is made of what is done and of the text of its line, not of its
number; `x3` behind it means its third one in this part. What comes after the last part goes on with
whoever runs.
"""

from __future__ import annotations

import linecache
import re
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Part = tuple[int, str, int]

HEAD = "p1"
_DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
_PART = re.compile(r"(\d+)(?:([a-z2-7]{4})(?:x(\d+))?)?", re.ASCII)


def mark(kind: str, label: str, file: str, line: int) -> str:
    """Four letters for a step: they differ, if it is not by chance (1 in a million)."""
    text = linecache.getline(file, line).strip() if file else ""
    number = zlib.crc32(f"{kind}|{label}|{text}".encode())
    return "".join(_DIGITS[number >> shift & 31] for shift in (0, 5, 10, 15))


def parts_of(engine: Any) -> list[Part]:
    """The schedule of an execution that is over."""
    rows = [row for row in engine.steps if row[1][0] != "end"]
    last = {row[0]: at for at, row in enumerate(rows) if row[2] is not None}
    parts: list[Part] = []
    at = 0
    while at < len(rows):
        number = rows[at][0]
        end = at
        while end + 1 < len(rows) and rows[end + 1][0] == number:
            end += 1
        following = rows[end + 1][2] if end + 1 < len(rows) else None
        if following is not None and last.get(number, -1) <= end and number not in following:
            # It ended there, or could not go on any more.
            parts.append((number, "", 0))
        else:
            marks = [mark_of(row) for row in rows[at : end + 1]]
            parts.append((number, marks[-1], marks.count(marks[-1])))
        at = end + 1
    return parts


def mark_of(row: Any) -> str:
    """The mark of a row of `Engine.steps`."""
    return mark(row[1][0], row[1][3], row[4], row[5])


def token_of(engine: Any) -> str:
    """The same as text."""
    words = []
    for number, its, count in parts_of(engine):
        words.append(f"{number}{its}{f'x{count}' if count > 1 else ''}")
    return ".".join([HEAD, *words])


def read(token: str) -> list[Part]:
    """Its parts. Raises ValueError."""
    head, *words = token.strip().split(".")
    if head != HEAD:
        raise ValueError(token)
    parts: list[Part] = []
    for word in words:
        found = _PART.fullmatch(word)
        if found is None:
            raise ValueError(word)
        count = int(found[3]) if found[3] else int(bool(found[2]))
        parts.append((int(found[1]), found[2] or "", count))
    return parts
