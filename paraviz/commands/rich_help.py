"""Help texts as they are drawn, in the current language. Imported only when help is asked for: it
takes as long as all the rest of the command line."""

from __future__ import annotations

from contextlib import contextmanager
from functools import partial
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, TypeVar

import rich_click as click

from paraviz.text.translation import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click as plain

Rich = TypeVar("Rich", bound=click.RichCommand)

_OF_CLICK = (N_("Show this message and exit."), N_("Show the version and exit."))
"""What click says of its own options."""

click.rich_click.COMMAND_GROUPS = {
    "paraviz": [
        {"name": N_("Watch"), "commands": ["run", "steer", "explore", "open"]},
        {"name": N_("Look things up"), "commands": ["list", "info", "compare"]},
        {"name": N_("Keep"), "commands": ["convert", "screenshot"]},
    ]
}


def help_of(command: plain.Command, ctx: plain.Context) -> str:
    """The help of a command, drawn."""
    rich = _drawn(command)
    with click.RichContext(rich, parent=ctx.parent, info_name=ctx.info_name) as drawing:
        formatter = drawing.make_formatter()
        with _told(rich, drawing, formatter):
            rich.format_help(drawing, formatter)
    return formatter.getvalue().rstrip("\n")


def _drawn(command: plain.Command) -> click.RichCommand:
    """The same command as one that can be drawn."""
    if not hasattr(command, "commands"):
        return _twin(command, click.RichCommand)
    group = _twin(command, click.RichGroup)
    group.commands = {name: _drawn(each) for name, each in group.commands.items()}
    return group


def _twin(command: plain.Command, kind: type[Rich]) -> Rich:
    twin = kind(name=command.name)
    vars(twin).update(vars(command))
    return twin


@contextmanager
def _told(command: click.Command, ctx: click.Context, formatter: Any) -> Iterator[None]:
    """While the help is written, its texts are in the current language."""
    subcommands = command.commands.values() if isinstance(command, click.Group) else ()
    parts: list[Any] = [command, *command.get_params(ctx), *subcommands]
    kept = [(part, part.help) for part in parts if getattr(part, "help", None)]
    config = formatter.config
    config.options_panel_title = _("Options")
    config.commands_panel_title = _("Commands")
    config.required_long_string = f"({_('required')})"
    formatter.write_usage = partial(formatter.write_usage, prefix=_("Usage:"))
    config.command_groups = {
        path: [{**group, "name": _(group["name"])} for group in groups]
        for path, groups in config.command_groups.items()
    }
    for part, text in kept:
        part.help = _(cleandoc(text))
    try:
        yield
    finally:
        for part, text in kept:
            part.help = text
