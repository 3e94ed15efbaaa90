"""Characters that others wrote, made safe to draw."""

from __future__ import annotations

from rich.cells import cell_len

NEWLINE = "↵"
FIRST_WIDE = 0x1100
"""No character before this one is two cells wide."""
_STAND_IN = "·"


def one_cell(text: str) -> str:
    """The text with every character exactly one cell wide."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_drawn(character, 1) for character in text)


def drawable(text: str) -> str:
    """The text with nothing in it that moves the cursor of a terminal."""
    if text.isprintable() and text.isascii():
        return text
    return "".join(_drawn(character, 2) for character in text)


def _drawn(character: str, widest: int) -> str:
    if character == "\n":
        return NEWLINE
    if character == "\t":
        return " "
    return (
        character if character.isprintable() and 1 <= cell_len(character) <= widest else _STAND_IN
    )
