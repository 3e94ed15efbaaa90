"""What others wrote, on its way out: to a terminal, into a picture, onto standard error.

A recording is a file that anybody may have made, and a program's names are its own. Nothing in them
may command a terminal (ESC, and the controls of C1 that do the same), turn the direction in which a
line is read, or be a character that XML does not have. All of that is what `str.isprintable` says
no to. This is the one place where it is taken out; `render.characters` makes rows of equal cells.
"""

from __future__ import annotations

STAND_IN = "�"


def shown(text: str) -> str:
    """The text with a stand-in for each character that is no letter, sign or blank: on one line."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c == "\xa0" else STAND_IN for c in text)


def lines_shown(text: str) -> str:
    """Likewise, its ends of lines left as they are."""
    return "\n".join(map(shown, text.split("\n")))
