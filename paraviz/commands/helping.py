"""Commands whose help is told in the current language, which is known only when it is asked for."""

from __future__ import annotations

import click


class Command(click.Command):
    """A command."""

    def get_help(self, ctx: click.Context) -> str:
        """Its help."""
        from paraviz.commands.rich_help import help_of

        return help_of(self, ctx)


class Group(click.Group):
    """A group of commands."""

    command_class = Command

    def get_help(self, ctx: click.Context) -> str:
        """Its help."""
        from paraviz.commands.rich_help import help_of

        return help_of(self, ctx)
