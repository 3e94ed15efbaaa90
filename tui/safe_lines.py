"""The last thing that happens to each row of the screen, and so of each picture: see
`paraviz.text.sanitizer`. Where no cell was meant for a character there is none for a stand-in."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

_STAND_IN = "·"


@lru_cache(1024)
def in_its_cells(text: str) -> str:
    """The text, as many cells wide as it was, without what could command a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\xa0" else _STAND_IN * cell_len(c) for c in text)


class SafeLines(LineFilter):
    """Lets nothing through but what can be read."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments where nothing is wrong with them."""
        del background
        if all(text.isprintable() for text, _, _ in segments):
            return segments
        return [
            each if each.control else Segment(in_its_cells(each.text), each.style)
            for each in segments
        ]


SAFE_LINES = SafeLines()
