"""The command line: what each command takes; the work is done elsewhere and imported when needed.

`paraviz --help` must stay quick: neither NumPy nor Textual is imported before a command needs it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Literal, NoReturn

import rich_click as click
from click.exceptions import Exit

from paraviz import __version__, language
from paraviz.errors import ParavizError, UsageError
from paraviz.helping import Command, Group
from paraviz.words import N_, _

INTERRUPTED = 130
BROKEN = 70
"""EX_SOFTWARE of sysexits.h: paraviz itself failed."""

click.rich_click.COMMAND_GROUPS = {
    "paraviz": [
        {"name": N_("Watch"), "commands": ["run", "open"]},
        {"name": N_("Look things up"), "commands": ["list", "info"]},
        {"name": N_("Keep"), "commands": ["convert", "screenshot"]},
    ]
}


class ProgramCommand(Command):
    """A command after whose PROGRAM, or `-m MODULE`, everything belongs to the program."""

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
            if args[at] == "-m":
                args = [*args[: at + 2], "--", *args[at + 2 :]]
                break
            at += 2 if args[at] in takes_value else 1
        return super().parse_args(ctx, args)


def _size(_ctx: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, int]:
    """WIDTHxHEIGHT in cells."""
    width, cross, height = text.lower().partition("x")
    if not (cross and width.isdecimal() and height.isdecimal()):
        words = _("--size takes WIDTHxHEIGHT, such as 120x36, not {text!r}")
        raise UsageError(words.format(text=text))
    size = int(width), int(height)
    if not (40 <= size[0] <= 500 and 10 <= size[1] <= 300):
        raise UsageError(_("--size goes from 40x10 to 500x300, not {text}").format(text=text))
    return size


def _choose(_ctx: click.Context, _parameter: click.Parameter, lang: str | None) -> None:
    """Take a language before anything is said in one."""
    if lang is not None:
        language.choose(lang)


_FILE = click.Path(path_type=Path)
_lang_option = click.option(
    "--lang",
    metavar="en|de",
    is_eager=True,
    expose_value=False,
    callback=_choose,
    help="The language of all texts; else the locale's.",
)


@click.group(
    cls=Group, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, "-V", "--version", message="paraviz %(version)s")
@_lang_option
@click.pass_context
def cli(ctx: click.Context) -> int:
    """See who ran when in a Python program with several threads and processes, and why the others
    waited.

    Without a command, the app opens on its gallery.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    _need_terminal(_("the gallery"), "list")
    from paraviz.tui.app import show_gallery

    return int(show_gallery())


@cli.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@_lang_option
@click.option("--headless", is_flag=True, help="No app: the program keeps the terminal.")
@click.option("-o", "--output", type=_FILE, metavar="FILE", help="Record into FILE.")
@click.option("-q", "--quiet", is_flag=True, help="With --headless: no summary.")
@click.option(
    "--kernel",
    type=click.Choice(["auto", "off", "require"]),
    default="auto",
    help="The operating system's own record of who ran: if it can be had, never, or always.",
)
@click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    metavar="S",
    help="End the program after S seconds (exit code 124).",
)
@click.option("-m", "module", metavar="MODULE", help="Run a module, as python -m does.")
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="PROGRAM [ARGS]...")
def run(
    headless: bool,
    output: Path | None,
    quiet: bool,
    kernel: Literal["auto", "off", "require"],
    time_limit: float | None,
    module: str | None,
    words: tuple[str, ...],
) -> int:
    """Run PROGRAM and watch it: a scenario's name, a file, or -m MODULE.

    Everything after PROGRAM belongs to the program.
    """
    from paraviz import catalogue

    if module is None and not words:
        raise UsageError(_("run needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    runnable = catalogue.module(module) if module is not None else catalogue.find(words[0])
    argv = words if module is not None else words[1:]
    runnable.values(argv)
    if kernel == "require":
        from paraviz.kernel import perf

        perf.require()
    if headless:
        from paraviz.headless import run_headless

        return run_headless(
            runnable,
            argv,
            output=output,
            time_limit_s=time_limit,
            summary=not quiet,
            kernel=kernel,
        )
    _need_terminal("run", "run --headless")
    from paraviz.tui.app import show_run

    return int(show_run(runnable, argv, time_limit_s=time_limit, save_to=output, kernel=kernel))


@cli.command("open")
@_lang_option
@click.argument("file", type=_FILE)
def open_(file: Path) -> int:
    """Look at a recording, or at another tool's Chrome trace."""
    from paraviz.loading import load_shown
    from paraviz.recent import remember

    trace = load_shown(file)
    _need_terminal("open", "info")
    remember(file)
    from paraviz.tui.app import show_trace

    return int(show_trace(trace, file))


@cli.command("list")
@_lang_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> int:
    """List the scenarios with their parameters."""
    from paraviz.listing import listing_json, listing_text

    click.echo(listing_json() if as_json else listing_text())
    return 0


@cli.command()
@_lang_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.argument("file", type=_FILE)
def info(as_json: bool, file: Path) -> int:
    """Say what a recording holds: lanes, states, locks, totals."""
    import json

    from paraviz.loading import load_shown
    from paraviz.trace.report import summary_text
    from paraviz.trace.summary import summary

    trace = load_shown(file)
    click.echo(json.dumps(summary(trace)) if as_json else summary_text(trace))
    return 0


@cli.command()
@click.argument("source", type=_FILE, metavar="IN")
@click.argument("target", type=_FILE, metavar="OUT")
def convert(source: Path, target: Path) -> int:
    """Convert between formats, by suffix: .pviz, .json, .json.gz."""
    from paraviz.formats import check_target
    from paraviz.loading import load_shown, save_shown

    check_target(target)
    save_shown(load_shown(source), target)
    return 0


@cli.command()
@click.option("-o", "--output", type=_FILE, required=True, metavar="OUT", help="OUT.svg or OUT.png")
@click.option("--size", default="120x36", callback=_size, metavar="WxH", help="In cells.")
@click.option("--theme", default="paraviz-dark", help="paraviz-dark or paraviz-light.")
@click.argument("file", type=_FILE)
def screenshot(output: Path, size: tuple[int, int], theme: str, file: Path) -> int:
    """Draw a recording as the app shows it."""
    from paraviz.loading import load_shown
    from paraviz.tui.picture import write

    write(load_shown(file), output, size=size, theme=theme)
    return 0


def _need_terminal(what: str, instead: str) -> None:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        words = _("{what} opens in the app, which needs a terminal; try paraviz {instead}")
        raise UsageError(words.format(what=what, instead=instead))


def _say(message: str) -> None:
    """One line on standard error, if anybody listens."""
    try:
        print(f"paraviz: {' '.join(message.split())}", file=sys.stderr)
    except OSError:
        pass


def main(arguments: list[str] | None = None) -> NoReturn:
    """The `paraviz` command."""
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    try:
        code: Any = cli.main(arguments, prog_name="paraviz", standalone_mode=False)
        sys.stdout.flush()
        return int(code or 0)
    except Exit as error:
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        path = context.command_path if context else "paraviz"
        _say(_("{error} (see {command} --help)").format(error=error.format_message(), command=path))
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
