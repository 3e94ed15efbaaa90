"""The command line: what each command takes; the work is done elsewhere and imported when needed.

`paraviz --help` must stay quick: neither NumPy nor Textual is imported before a command needs it.
"""

from __future__ import annotations

import os
import sys
from typing import Any, NoReturn

import click
from click.exceptions import Exit

from paraviz import __version__
from paraviz.commands import completion, keep, look_up, outside, watch
from paraviz.commands.census import census
from paraviz.commands.explore import explore
from paraviz.commands.helping import Group
from paraviz.commands.in_app import hasten, need_terminal
from paraviz.commands.levels import levels
from paraviz.commands.options import (
    lang_option,
    python_option,
    tell_completion,
)
from paraviz.commands.present import present
from paraviz.commands.serve import serve
from paraviz.commands.steer import steer
from paraviz.commands.verify import verify
from paraviz.commands.wrong_use import OneOf, told
from paraviz.errors import ParavizError
from paraviz.text import language
from paraviz.text.sanitizer import shown
from paraviz.text.translation import _

INTERRUPTED = 130
BROKEN = 70
"""EX_SOFTWARE of sysexits.h: paraviz itself failed."""


@click.group(
    cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", message="paraviz %(version)s")
@lang_option
@click.option(
    "--completion",
    type=OneOf(completion.SHELLS),
    metavar="bash|zsh|fish",
    is_eager=True,
    expose_value=False,
    callback=tell_completion,
    help="Write what this shell has to read to complete paraviz.",
)
@python_option
@click.pass_context
def cli(ctx: click.Context, python: str) -> int:
    """See who ran when in a Python program with several threads and processes, and why the others
    waited.

    Without a command, the app opens on its gallery.
    """
    if ctx.invoked_subcommand is not None:
        # Before the command or behind it.
        ctx.obj = python
        return 0
    need_terminal(_("the gallery"), "list")
    hasten()
    from paraviz.tui.start import show_gallery

    return int(show_gallery(python=python))


for command in (
    *(watch.run, watch.open_, explore, census, steer, levels, present, serve),
    *(look_up.list_, look_up.info, look_up.compare),
    *(outside.look, outside.attach, outside.doctor, verify),
    *(keep.convert, keep.redact, keep.salvage, keep.screenshot, keep.page),
):
    cli.add_command(command)


def _say(message: str) -> None:
    """One line on standard error, if anybody listens."""
    try:
        print(f"paraviz: {shown(' '.join(message.split()))}", file=sys.stderr)
    except OSError:
        pass


def main(arguments: list[str] | None = None) -> NoReturn:
    """The `paraviz` command."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    from paraviz.user import settings

    language.prefer(settings.load()[0].language)
    try:
        code: Any = cli.main(arguments, prog_name="paraviz", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except Exit as error:
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "paraviz"
        _say(_("{error} (see {command} --help)").format(error=told(error), command=path))
        return error.exit_code
    except ParavizError as error:
        _say(error.message)
        return 2
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has enough; what is left to flush has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get("PARAVIZ_DEBUG"):
            raise
        words = _("internal error, {error} (PARAVIZ_DEBUG=1 shows more)")
        _say(words.format(error=f"{type(error).__name__}: {error}"))
        return BROKEN
