"""Command lines of Python: what they run, and how they are to read so that it runs observed.

The interpreter reads its options as `man python` has it: short ones may stand together, the value
of one may stand right behind it, and everything behind what is run belongs to the program.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

CODE, MODULE, FILE, INPUT = "c", "m", "file", "input"
"""What is run: code on the command line, a module, a file or folder, what comes by stdin."""
FOLLOW = os.path.join(os.path.dirname(os.path.abspath(__file__)), "follow.py")
"""What begins it observed."""
_WITH_VALUE = "WX"
_PLAIN = "bBdEIOPqRsSuv"
"""Options that make no difference to what is run. Any other stays away from us."""
_LONG_WITH_VALUE = "--check-hash-based-pycs"


class What:
    """What a command line runs."""

    __slots__ = ("at", "kind", "options", "skip")

    def __init__(self, kind: str, at: int, skip: int, options: list[str]) -> None:
        """`at`: the word that names it, after its first `skip` characters; the number of words
        where none does. `options`: those of the interpreter."""
        self.kind, self.at, self.skip, self.options = kind, at, skip, options


def is_python(path: str) -> bool:
    """Whether a file of this name is an interpreter of Python."""
    name = os.path.basename(path)
    rest = name.removeprefix("python").removesuffix("t")
    return name.startswith("python") and all(each.isdigit() or each == "." for each in rest)


def what_runs(words: Sequence[str]) -> What | None:
    """What these words, the first being the interpreter's name, run; None for what is to be left
    alone, such as an interactive session."""
    options: list[str] = []
    at = 1
    while at < len(words):
        word = words[at]
        if word == "-":
            return What(INPUT, at, 0, options)
        if word == "--":
            at += 1
            return What(FILE if at < len(words) else INPUT, at, 0, options)
        if not word.startswith("-"):
            return None if word.endswith(".pyc") else What(FILE, at, 0, options)
        if word.startswith("--"):
            if word != _LONG_WITH_VALUE or at + 1 >= len(words):
                return None
            options += words[at : at + 2]
            at += 2
            continue
        found = _cluster(words, at, options)
        if found is None or isinstance(found, What):
            return found
        at = found
    return What(INPUT, at, 0, options)


def _cluster(words: Sequence[str], at: int, options: list[str]) -> What | int | None:
    """What short options that stand together run, or where the next word is."""
    word = words[at]
    for place, letter in enumerate(word[1:], 1):
        attached = place + 1 < len(word)
        if letter in (CODE, MODULE):
            if place > 1:
                options.append(word[:place])
            if not attached and at + 1 >= len(words):
                return None
            return What(letter, at if attached else at + 1, place + 1 if attached else 0, options)
        if letter in _WITH_VALUE:
            options += words[at : at + (1 if attached else 2)]
            return at + (1 if attached else 2)
        if letter not in _PLAIN:
            return None
    options.append(word)
    return at + 1


def observed_line(
    arguments: Sequence[str | bytes | os.PathLike[str]],
    descriptors: Sequence[int],
    every_s: float,
    image: int,
    *,
    follows: bool = True,
) -> list[str] | None:
    """The command line by which Python runs the same observed; None where it has to stay as it is.

    `descriptors`: where it reports to, then the lifeline if there is one. `image`: how many
    programs its process has run before. `follows`: whether what it starts is followed as well.
    """
    words = [os.fsdecode(word) for word in arguments]
    what = what_runs(words) if words else None
    if what is None:
        return None
    fd, lifeline = (*descriptors, -1)[:2]
    parts = fd, lifeline, every_s, image, what.kind, what.at, what.skip, int(follows)
    return [words[0], *what.options, FOLLOW, ":".join(map(str, parts)), *words]
