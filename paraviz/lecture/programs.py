"""A block as a program: its hidden lines around it, in a file of its own."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from paraviz.errors import ProgramError
from paraviz.programs import catalogue
from paraviz.programs.switches import LOCK_PARAMETER

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.lecture.deck import Block
    from paraviz.lecture.sidecar import Binding
    from paraviz.programs.parameters import Runnable


def program_of(block: Block, binding: Binding, folder: Path) -> tuple[Runnable, tuple[str, ...]]:
    """What runs for a block, and its arguments; a block's own program is written into a folder.

    Raises ProgramError, OSError.
    """
    if binding.scenario:
        return catalogue.find(binding.scenario), binding.args
    path = folder / f"block_{block.number}.py"
    path.write_text(text_of(block, binding), "utf-8")
    return catalogue.find(str(path)), binding.args


@cache
def has_lock(binding: Binding) -> bool:
    """Whether what a block is bound to has the switch for a lock."""
    try:
        found = catalogue.find(binding.scenario) if binding.scenario else None
    except ProgramError:
        return False
    return found is not None and LOCK_PARAMETER in {each.name for each in found.parameters}


def text_of(block: Block, binding: Binding) -> str:
    """The whole program."""
    parts = [binding.before, block.code, binding.after]
    return "".join(f"{part.strip(chr(10))}\n" for part in parts if part.strip())


def first_line(binding: Binding) -> int:
    """At which line of the program the block begins, from 1 on."""
    before = binding.before.strip("\n")
    return before.count("\n") + 2 if before.strip() else 1


def shown_code(block: Block, binding: Binding) -> str:
    """The block's lines that are shown."""
    lines = block.code.splitlines(keepends=True)
    hidden = set(binding.hide)
    return "".join(line for number, line in enumerate(lines, 1) if number not in hidden)
