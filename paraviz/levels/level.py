"""A level: one Python program with a goal in its docstring.

The docstring is a title, a blank line, a text and, behind a line `[level]`, what is to be reached,
as TOML: see docs/levels.md. Reading it runs nothing.
"""

from __future__ import annotations

import ast
import hashlib
import re
import tomllib
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from paraviz.errors import UsageError
from paraviz.text import language
from paraviz.text.translation import _

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.schedule.result import Outcome

_MARK = re.compile(r"^\[level\]\s*$", re.MULTILINE)
_LARGEST = 100_000
"""Bytes of a level's file."""


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a run has to end; what is not said may be anything."""

    kind: Literal["ok", "exception", "deadlock", "stuck", ""] = ""
    """How, as `explore` has it."""
    output: str | None = None
    """All that it writes, but for blanks around it."""
    matches: str = ""
    """A regular expression that all of that matches."""
    message: str = ""
    """What is in the message of an exception or a deadlock."""

    def is_reached(self, outcome: Outcome) -> bool:
        """Whether a run ended so."""
        written = outcome.output.strip()
        return (
            (not self.kind or outcome.kind == self.kind)
            and (self.output is None or written == self.output.strip())
            and (not self.matches or re.fullmatch(self.matches, written) is not None)
            and (not self.message or self.message in _message(outcome))
        )

    @property
    def says_nothing(self) -> bool:
        """Whether any end would do."""
        return self == Goal()


class Told(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A level in another language; what is left out stays English."""

    title: str = ""
    text: str = ""
    hints: tuple[str, ...] = ()


class _Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands behind `[level]`."""

    goal: Goal
    fewest: int = 0
    impossible: bool = False
    mend: bool = False
    keep: Goal = Goal()
    hints: tuple[str, ...] = ()
    de: Told = Told()


class Level(msgspec.Struct, frozen=True):
    """One level."""

    name: str
    """The name of its file, without suffix."""
    path: Path
    source: str
    title: str
    """In English, as `text` and `hints`."""
    text: str
    goal: Goal
    """What is to be reached or, where it is to be mended, what may not be reached any more."""
    fewest: int
    """Switches that are enough, for all stars; 0 where nobody counts."""
    impossible: bool
    """Whether it cannot be reached, which is to be proved."""
    mend: bool
    """Whether the program is to be changed."""
    keep: Goal
    """What each end of a mended program has to be, so that it still does what it is for."""
    hints: tuple[str, ...]
    de: Told

    @property
    def key(self) -> str:
        """What it is known by where its stars and its copy are kept: others may have its name, and
        a level that was written anew is another one."""
        content = hashlib.sha256(self.source.encode("utf-8", "replace")).hexdigest()
        return f"{self.name}-{content[:12]}"

    @property
    def told(self) -> tuple[str, str, tuple[str, ...]]:
        """Title, text and hints in the current language."""
        if language.current() != "de":
            return self.title, self.text, self.hints
        german = self.de
        text = " ".join(german.text.split()) or self.text
        return german.title or self.title, text, german.hints or self.hints


def read_level(path: Path) -> Level:
    """The level in a file. Raises UsageError for one that is none, or cannot be read."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _wrong(path, _("it is too large for a level"))
        source = path.read_text("utf-8", "replace")
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        raise _wrong(path, str(error)) from None
    try:
        docstring = ast.get_docstring(ast.parse(source)) or ""
    except (SyntaxError, ValueError, RecursionError) as error:
        raise _wrong(path, str(error)) from None
    mark = _MARK.search(docstring)
    if mark is None:
        raise _wrong(path, _("its docstring has no line [level]"))
    said = _said(path, docstring[mark.start() :])
    head, _blank, text = docstring[: mark.start()].partition("\n")
    level = Level(
        name=path.stem,
        path=path,
        source=source,
        title=head.strip(),
        text=" ".join(text.split()),
        **{name: getattr(said, name) for name in said.__struct_fields__},
    )
    _check(level)
    return level


def _said(path: Path, text: str) -> _Said:
    try:
        table: dict[str, Any] = tomllib.loads(text)
        return msgspec.convert(table["level"], _Said)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, RecursionError) as error:
        raise _wrong(path, str(error)) from None


def _check(level: Level) -> None:
    for name, goal in (("goal", level.goal), ("keep", level.keep)):
        try:
            re.compile(goal.matches)
        except re.error as error:
            raise _wrong(level.path, f"{name}.matches: {error}") from None
    if not level.title:
        raise _wrong(level.path, _("it has no title"))
    if level.goal.says_nothing:
        raise _wrong(level.path, _("its goal says nothing"))
    if level.impossible and level.mend:
        raise _wrong(level.path, _("it can be impossible, or to be mended, not both"))
    if level.mend and level.keep.says_nothing:
        raise _wrong(level.path, _("it is to be mended, and no keep says what it is for"))


def _wrong(path: Path, what: str) -> UsageError:
    return UsageError(_("{file} is no level: {what}").format(file=path, what=what))


def _message(outcome: Outcome) -> str:
    from paraviz.schedule.machine import english_message

    return english_message(outcome)
