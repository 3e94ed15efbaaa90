"""Completion by the shell: scenarios, programs and recordings.

What is offered are names as they are typed. Where none fits, the shell's own file names are.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

SHELLS = ("bash", "zsh", "fish")
RECORDINGS = (".pviz", ".json", ".json.gz")
_VARIABLE = "_PARAVIZ_COMPLETE"


def script(command: click.Command, shell: str) -> str:
    """What a shell has to read so that it completes `paraviz`. `shell`: one of `SHELLS`."""
    from paraviz.commands.completion_scripts import SCRIPTED

    made = SCRIPTED[shell](command, {}, "paraviz", _VARIABLE)
    return made.source_template % made.source_vars()


def programs(
    ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Scenarios, and the Python files of this folder; after the program, files for it."""
    from paraviz.programs.catalogue import scenarios

    if ctx.params.get("words") or ctx.params.get("module"):
        return [CompletionItem(incomplete, type="file")]
    names = [CompletionItem(each.name, help=each.title) for each in scenarios()]
    names += [CompletionItem(name, type="name") for name in _files((".py",))]
    return _fitting(names, incomplete)


def recordings(
    _ctx: click.Context, _parameter: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """The recordings of this folder."""
    return _fitting([CompletionItem(name, type="name") for name in _files(RECORDINGS)], incomplete)


def _files(suffixes: tuple[str, ...]) -> list[str]:
    """The names in this folder; one that is no line of text nobody could type."""
    try:
        names = sorted(each.name for each in Path().iterdir() if each.name.endswith(suffixes))
    except OSError:
        return []
    return [name for name in names if name.isprintable()]


def _fitting(items: Iterable[CompletionItem], incomplete: str) -> list[CompletionItem]:
    found = [each for each in items if each.value.startswith(incomplete)]
    return found or [CompletionItem(incomplete, type="file")]
