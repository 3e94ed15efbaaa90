"""Help texts in the current language, which is known only when they are asked for."""

from __future__ import annotations

from contextlib import contextmanager
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

import rich_click as click

from paraviz.words import N_, _

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_CLICK = (N_("Show this message and exit."), N_("Show the version and exit."))
"""What click says of its own options."""


class Command(click.RichCommand):
    """A command whose help is told in the current language."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        with _told(self, ctx, formatter):
            super().format_help(ctx, formatter)


class Group(click.RichGroup):
    """A group whose help is told in the current language."""

    command_class = Command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        with _told(self, ctx, formatter):
            super().format_help(ctx, formatter)


@contextmanager
def _told(command: click.Command, ctx: click.Context, formatter: Any) -> Iterator[None]:
    """While the help is written, its texts are in the current language."""
    subcommands = command.commands.values() if isinstance(command, click.Group) else ()
    parts: list[Any] = [command, *command.get_params(ctx), *subcommands]
    kept = [(part, part.help) for part in parts if getattr(part, "help", None)]
    config = formatter.config
    config.options_panel_title = _("Options")
    config.commands_panel_title = _("Commands")
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
