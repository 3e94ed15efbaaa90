"""What is wrong with a command line, in words of our own and in the current language: the parser's
change from version to version."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any

import click

from paraviz.errors import UsageError
from paraviz.text.translation import _


class OneOf(click.Choice[str]):
    """One of a few words."""

    def convert(self, value: Any, param: click.Parameter | None, _ctx: click.Context | None) -> str:
        """Raises UsageError for any other word."""
        if value in self.choices:
            return str(value)
        words = _("{flag} takes one of {known}, not {text!r}")
        known = ", ".join(map(str, self.choices))
        raise UsageError(words.format(flag=_flag(param), known=known, text=value))


def seconds(_ctx: click.Context, param: click.Parameter, text: str | None) -> float | None:
    """A time in seconds, more than none. Raises UsageError for what is no such time."""
    if text is None:
        return None
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 0 < found < float("inf"):
        words = _("{flag} takes a number of seconds, more than 0, not {text!r}")
        raise UsageError(words.format(flag=_flag(param), text=text))
    return found


def told(error: click.ClickException) -> str:
    """What a user did wrong, without a full stop."""
    if isinstance(error, click.NoSuchOption):
        words = _("there is no option {name}").format(name=error.option_name)
        near = error.possibilities
        return f"{words}{_near(near)}" if near else words
    if isinstance(error, click.MissingParameter):
        return _("{name} is missing").format(name=_flag(error.param))
    if isinstance(error, click.BadOptionUsage):
        return _("{flag} needs a value").format(flag=error.option_name)
    return error.format_message().rstrip(".")


def no_such_command(name: str, known: Sequence[str], ctx: click.Context) -> click.UsageError:
    """A command that there is not."""
    words = _("there is no command {name!r}").format(name=name)
    return click.UsageError(words + _near(get_close_matches(name, known)), ctx)


def nobody_takes(words: Sequence[str], ctx: click.Context) -> click.UsageError:
    """Words behind those that a command takes."""
    said = _("nothing takes {words}").format(words=" ".join(map(repr, words)))
    return click.UsageError(said, ctx)


def _near(names: Sequence[str]) -> str:
    return _("; did you mean {near}?").format(near=", ".join(names)) if names else ""


def _flag(param: click.Parameter | None) -> str:
    """A parameter as one types it."""
    if param is None:
        return _("a value")
    return (
        param.opts[-1]
        if isinstance(param, click.Option)
        else (param.metavar or str(param.name).upper())
    )
