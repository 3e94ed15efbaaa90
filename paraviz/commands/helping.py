"""Commands whose help, and whose errors, are told in the current language, which is known only when
it is asked for."""

from __future__ import annotations

import click

from paraviz.commands.wrong_use import no_such_command, nobody_takes


class Command(click.Command):
    """A command."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Raises click.UsageError for what it does not take."""
        allowed, ctx.allow_extra_args = ctx.allow_extra_args, True
        rest = super().parse_args(ctx, args)
        if rest and not allowed and not ctx.resilient_parsing:
            raise nobody_takes(rest, ctx)
        return rest

    def get_help(self, ctx: click.Context) -> str:
        """Its help."""
        from paraviz.commands.rich_help import help_of

        return help_of(self, ctx)


class Group(click.Group):
    """A group of commands."""

    command_class = Command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Raises click.UsageError for a command that there is not."""
        name = args[0]
        if not (ctx.resilient_parsing or name.startswith("-") or self.get_command(ctx, name)):
            raise no_such_command(name, self.list_commands(ctx), ctx)
        return super().resolve_command(ctx, args)

    def get_help(self, ctx: click.Context) -> str:
        """Its help."""
        from paraviz.commands.rich_help import help_of

        return help_of(self, ctx)
