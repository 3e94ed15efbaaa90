"""What a deck's blocks are bound to: `DECK.toml` beside the deck, or what a fence says.

    [[block]]
    number = 3                       # the third block that runs; or `slide = "Locks"`, `block = 1`
    before = "from threading import Thread"   # hidden lines before it
    after = "print(lock)"            # hidden lines behind it
    hide = [1, 2]                    # lines of the block that are not shown
    scenario = "printers"            # or this program in its stead
    args = ["--locked"]
    expect = { exception = "NameError" }

`expect` may have `exit_code`, `exception`, `output` (exactly, but for blanks at the ends),
`matches` (a regular expression for all of the output), `claim` (one that holds), `finding` (a
kind), `lanes` (how many at least). Where it says nothing, a block is to end well: exit code 0, no
exception.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from paraviz.errors import UsageError
from paraviz.text import language
from paraviz.text.translation import _

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.lecture.deck import Block, Deck, Slide

_LARGEST = 1_000_000


class Expected(Struct, frozen=True, forbid_unknown_fields=True):
    """What a block is to do."""

    exit_code: int | None = None
    exception: str = ""
    output: str | None = None
    matches: str = ""
    claim: str = ""
    finding: str = ""
    lanes: int = 0


class Binding(Struct, frozen=True, forbid_unknown_fields=True):
    """What one block is bound to."""

    number: int = 0
    slide: str | int = ""
    block: int = 1
    before: str = ""
    after: str = ""
    hide: tuple[int, ...] = ()
    scenario: str = ""
    args: tuple[str, ...] = ()
    says: str = ""
    """What to say of it, where the run does not: the point of the block."""
    says_de: str = ""
    """The same in German."""
    expect: Expected = Expected()

    @property
    def said(self) -> str:
        """That in the current language."""
        return (self.says_de if language.current() == "de" else "") or self.says


class Sidecar(Struct, frozen=True, forbid_unknown_fields=True):
    """All of them."""

    block: tuple[Binding, ...] = ()
    title: str = ""


def sidecar_of(deck: Path, given: Path | None = None) -> Sidecar:
    """What is bound to the blocks of a deck: by the file that is given, else `DECK.toml` beside it,
    else what ships for a deck of this name, else nothing. Raises UsageError for what is wrong."""
    if given is not None:
        return _read(given, str(given))
    beside = deck.with_suffix(".toml")
    if beside.is_file():
        return _read(beside, str(beside))
    shipped = files("paraviz.lecture").joinpath("decks", f"{deck.stem}.toml")
    return _parsed(shipped.read_text("utf-8"), shipped.name) if shipped.is_file() else Sidecar()


def _read(path: Path, name: str) -> Sidecar:
    try:
        if path.stat().st_size > _LARGEST:
            raise UsageError(_("{file}: too large").format(file=name))
        return _parsed(path.read_text("utf-8"), name)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(_("{file}: not a text in UTF-8").format(file=name)) from error


def _parsed(text: str, name: str) -> Sidecar:
    try:
        sidecar = msgspec.convert(tomllib.loads(text), Sidecar, strict=True)
        for binding in sidecar.block:
            re.compile(binding.expect.matches)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, re.error) as error:
        raise UsageError(f"{name}: {error}") from error
    return sidecar


def binding_of(deck: Deck, sidecar: Sidecar, slide: Slide, block: Block) -> Binding:
    """What a block is bound to; what its fence says goes before. Raises UsageError."""
    found = next((each for each in sidecar.block if _is_of(each, deck, slide, block)), Binding())
    said = block.attributes
    changes: dict[str, Any] = {}
    if "scenario" in said:
        changes["scenario"] = said["scenario"]
    if "args" in said:
        changes["args"] = tuple(said["args"].split())
    if "exception" in said:
        changes["expect"] = Expected(exception=said["exception"])
    return msgspec.structs.replace(found, **changes) if changes else found


def _is_of(binding: Binding, deck: Deck, slide: Slide, block: Block) -> bool:
    if binding.number:
        return binding.number == block.number
    if isinstance(binding.slide, int):
        same = [slide] if binding.slide == slide.number else []
    else:
        same = [each for each in deck.slides if each.title == binding.slide]
    numbers = [each.number for one in same for each in one.runs]
    return binding.block <= len(numbers) and numbers[binding.block - 1] == block.number


def unbound(deck: Deck, sidecar: Sidecar) -> list[Binding]:
    """Those that no block is meant by: a slide was renamed, say."""
    return [
        binding
        for binding in sidecar.block
        if not any(_is_of(binding, deck, slide, block) for slide, block in deck.blocks)
    ]
