"""`%%paraviz [--lang de] [--name NAME] [--time-limit S] [ARGS…]`, and `%paraviz FILE`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ParavizError, UsageError
from paraviz.text import language
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.notebook.shown import Shown

_OWN = ("--lang", "--name", "--time-limit")


def register(shell: Any) -> None:
    """Make the magic known to a shell of IPython."""

    def paraviz(line: str, cell: str | None = None) -> Shown | None:
        """Run the cell as a program of its own, with ARGS, and show who ran when.

        %%paraviz [--lang en|de] [--name NAME] [--time-limit S] [ARGS…]
        %paraviz FILE   shows a recording
        """
        try:
            # As in `In [3]`: some versions count the cell that runs already, others not yet.
            number = len(shell.user_ns.get("In", ())) - 1
            return magic(line, cell, number=number if number > 0 else shell.execution_count)
        except ParavizError as error:
            print(f"paraviz: {error.message}")
            return None

    shell.register_magic_function(paraviz, "line_cell", "paraviz")


def magic(line: str, cell: str | None, *, number: int) -> Shown:
    """What a cell shows; `number` names its recording. Raises ParavizError."""
    own, rest = _parted(line)
    before = language.current()
    if "--lang" in own:
        language.choose(own["--lang"])
    try:
        from paraviz.notebook.running import run_cell
        from paraviz.notebook.shown import shown

        if cell is None:
            if len(rest) != 1:
                words = _("{line} takes a recording, {cell} a cell")
                raise UsageError(words.format(line="%paraviz", cell="%%paraviz"))
            path = Path(rest[0])
        else:
            name = own.get("--name", f"cell-{number}")
            path = run_cell(cell, rest, name=name, time_limit=own.get("--time-limit", ""))
        return shown(path)
    finally:
        if "--lang" in own:
            language.choose(before)


def _parted(line: str) -> tuple[dict[str, str], list[str]]:
    """What is for us, which stands at the beginning, and what is for the program."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError(str(error)) from error
    own: dict[str, str] = {}
    while words and words[0].partition("=")[0] in _OWN:
        name, equals, value = words.pop(0).partition("=")
        if not equals:
            if not words:
                raise UsageError(_("{name} needs a value").format(name=name))
            value = words.pop(0)
        own[name] = value
    return own, words[1:] if words[:1] == ["--"] else words
