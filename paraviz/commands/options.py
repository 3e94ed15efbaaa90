"""What the command line's options take, where several commands share it or it needs checking."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from paraviz.commands import completion
from paraviz.commands.helping import Command
from paraviz.errors import UsageError
from paraviz.text import language
from paraviz.text.translation import _


class ProgramCommand(Command):
    """A command after whose PROGRAM, `-m MODULE` or `-c CODE`, all belongs to the program."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `--` behind `-m MODULE`, as `python` reads its own command line."""
        takes_value = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        at = 0
        while at < len(args) and args[at].startswith("-") and args[at] != "--":
            if args[at] in ("-m", "-c"):
                args = [*args[: at + 2], "--", *args[at + 2 :]]
                break
            at += 2 if args[at] in takes_value else 1
        return super().parse_args(ctx, args)


module_option = click.option(
    "-m", "module", metavar="MODULE", help="Run a module, as python -m does."
)
program_argument = click.argument(
    "words",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="PROGRAM [ARGS]...",
    shell_complete=completion.programs,
)


def size(_ctx: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, int]:
    """WIDTHxHEIGHT in cells."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        words = _("--size takes WIDTHxHEIGHT, such as 120x36, not {text!r}")
        raise UsageError(words.format(text=text))
    size = int(width), int(height)
    if not (40 <= size[0] <= 500 and 10 <= size[1] <= 300):
        raise UsageError(_("--size goes from 40x10 to 500x300, not {text}").format(text=text))
    return size


def choose_language(_ctx: click.Context, _parameter: click.Parameter, lang: str | None) -> None:
    """Take a language before anything is said in one."""
    if lang is not None:
        language.choose(lang)


def tell_completion(ctx: click.Context, _parameter: click.Parameter, shell: str | None) -> None:
    """Write what a shell has to read, and be done."""
    if shell is not None:
        click.echo(completion.script(ctx.command, shell))
        ctx.exit()


FILE = click.Path(path_type=Path)
lang_option = click.option(
    "--lang",
    metavar="en|de",
    is_eager=True,
    expose_value=False,
    callback=choose_language,
    help="The language of all texts; else that of PARAVIZ_LANG or of the locale.",
)


theme_option = click.option(
    "--theme", metavar="NAME", default="", help="paraviz-dark, paraviz-light, or one of Textual's."
)
projection_option = click.option(
    "--projection", is_flag=True, help="Everything large, with few words and more contrast."
)


def interpreter_options(command: Callable[..., int]) -> Callable[..., int]:
    """The interpreter's own options, as one parameter `interpreter`."""
    from functools import wraps

    @wraps(command)
    def with_them(**values: Any) -> int:
        line: list[str] = []
        for letter in _FLAGS:
            times = int(values.pop(f"flag_{letter}"))
            line += [f"-{letter * times}"] if times else []
        for letter in _VALUED:
            for value in values.pop(f"value_{letter}"):
                line += [f"-{letter}", value]
        return command(**values, interpreter=tuple(line))

    result: Callable[..., int] = with_them
    for letter in _FLAGS:
        result = click.option(f"-{letter}", f"flag_{letter}", count=True, hidden=True)(result)
    result = click.option(
        "-W", "value_W", multiple=True, metavar="W", help="Given to Python as it is."
    )(result)
    return click.option(
        "-X",
        "value_X",
        multiple=True,
        metavar="X",
        help="Given to Python as it is; so are -b, -B, -E, -I, -O, -P, -s, -S and -u.",
    )(result)


_FLAGS = "bBEIOPsSu"
_VALUED = "XW"

python_option = click.option(
    "--python",
    metavar="PATH",
    default="",
    help="The Python that runs the program: a file, an environment's folder or a command; else "
    "that of VIRTUAL_ENV, else of the .venv beside the program, else the one that runs paraviz.",
)
