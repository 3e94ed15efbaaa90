"""The lines of a file, however long they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.formats.strace.lines import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE = 1 << 18
"""Bytes looked at together."""


def lines_of(content: memoryview, heard: Callable[[int], None]) -> Iterator[tuple[int, str]]:
    """Where each line begins, and its text; of one that is too long its begin and its end."""
    at, rest = 0, b""
    for first in range(0, len(content), _PIECE):
        lines = (rest + bytes(content[first : first + _PIECE])).split(b"\n")
        # The last one goes on in the next piece; of one that never ends enough is kept.
        rest = lines.pop()
        dropped = max(0, len(rest) - 2 * LONGEST)
        if dropped:
            rest = rest[:LONGEST] + rest[-LONGEST:]
        for line in lines:
            yield at, _text(line)
            at += len(line) + 1
        at += dropped
        heard(min(first + _PIECE, len(content)))
    if rest:
        yield at, _text(rest)


def _text(line: bytes) -> str:
    if len(line) > 2 * LONGEST:
        line = line[:LONGEST] + line[-LONGEST:]
    return line.decode("utf-8", "replace").rstrip("\r")
