"""Command lines: what a process is called by the one that it was started with."""

from __future__ import annotations

import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.observe.interpreters import CODE, FILE, FOLLOW, MODULE, is_python, what_runs

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME_LIMIT = 40
"""Characters of a name that is made of a command line."""
LINE_LIMIT = 1_000
"""Characters of a command line that are kept."""
_HELPER = re.compile(r"from \S+\.(\w+_tracker|forkserver) import main")
"""What the libraries start for themselves, and say on the command line."""
_OURS = re.compile(rf"(\S+)(?: \S+)*? {re.escape(shlex.quote(FOLLOW))} \S+ \1")
"""What a shell was given behind the name of a Python."""
_PROCESS_NAME = "--process-name"
"""Behind it loky's workers have their name."""


class Called(Struct, frozen=True):
    """What a process is called."""

    name: str
    """In a few words."""
    line: str = ""
    """The whole command line, quoted as for a shell."""
    helper: bool = False
    """Whether a library started it for its own ends, as `multiprocessing` its resource tracker."""
    python: bool = False
    """Whether it is a Python."""


def command_line(pid: int) -> tuple[str, ...]:
    """The words of a process's command line; () for one that has ended, or elsewhere than on
    Linux."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(os.fsdecode(word) for word in raw.split(b"\0")[:-1])


def without_ours(words: tuple[str, ...]) -> tuple[str, ...]:
    """A command line as the program gave it, without what makes it run observed."""
    if FOLLOW in words:
        return words[words.index(FOLLOW) + 2 :] or words
    return tuple(_OURS.sub(r"\1", word) if FOLLOW in word else word for word in words)


def called_by(words: tuple[str, ...]) -> Called:
    """By the words of a command line, of which there is one at least."""
    words = without_ours(words)
    program = os.path.basename(words[0]) or words[0]
    line = _cut(shlex.join(words), LINE_LIMIT)
    helper = next(filter(None, map(_HELPER.search, words)), None)
    if helper is not None:
        return Called(helper[1].replace("_", " "), line, helper=True, python=True)
    if not is_python(program):
        rest = " ".join(words[1:])
        return Called(_cut(f"{program} {rest}".strip(), NAME_LIMIT), line)
    if _PROCESS_NAME in words[:-1]:
        return Called(words[words.index(_PROCESS_NAME) + 1], line, python=True)
    return Called(_cut(short_command(program, words[1:]), NAME_LIMIT), line, python=True)


def short_command(name: str, arguments: Sequence[str]) -> str:
    """A command line of Python as it is told: `python -m joblib…`, `python work.py`."""
    what = what_runs((name, *arguments))
    if what is None or what.at > len(arguments):
        return name
    word = arguments[what.at - 1][what.skip :]
    if what.kind == MODULE:
        package, dot, _ = word.partition(".")
        return f"{name} -m {package}{'…' if dot else ''}"
    if what.kind == FILE:
        return f"{name} {os.path.basename(word)}"
    return f"{name} -{what.kind if what.kind == CODE else ''}"


def _cut(text: str, limit: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
