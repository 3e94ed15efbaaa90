"""The command line: what each command takes; the work is done elsewhere and imported when needed.

`paraviz --help` must stay quick: neither NumPy nor Textual is imported before a command needs it.
"""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import Any, Literal, NoReturn

import click
from click.exceptions import Exit

from paraviz import __version__, completion, language
from paraviz.errors import ParavizError, UsageError
from paraviz.helping import Group
from paraviz.options import (
    FILE,
    ProgramCommand,
    lang_option,
    projection_option,
    size,
    tell_completion,
    theme_option,
)
from paraviz.words import _

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
    type=click.Choice(completion.SHELLS),
    metavar="bash|zsh|fish",
    is_eager=True,
    expose_value=False,
    callback=tell_completion,
    help="Write what this shell has to read to complete paraviz.",
)
@click.pass_context
def cli(ctx: click.Context) -> int:
    """See who ran when in a Python program with several threads and processes, and why the others
    waited.

    Without a command, the app opens on its gallery.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    _need_terminal(_("the gallery"), "list")
    _hasten()
    from paraviz.tui.start import show_gallery

    return int(show_gallery())


@cli.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@lang_option
@click.option("--headless", is_flag=True, help="No app: the program keeps the terminal.")
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Record into FILE.")
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
@theme_option
@projection_option
@click.option("-m", "module", metavar="MODULE", help="Run a module, as python -m does.")
@click.argument(
    "words",
    nargs=-1,
    type=click.UNPROCESSED,
    metavar="PROGRAM [ARGS]...",
    shell_complete=completion.programs,
)
def run(
    headless: bool,
    output: Path | None,
    quiet: bool,
    kernel: Literal["auto", "off", "require"],
    time_limit: float | None,
    theme: str,
    projection: bool,
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
    _hasten()
    from paraviz.tui.start import show_run

    look = _look(theme, projection=projection)
    return int(
        show_run(runnable, argv, time_limit_s=time_limit, save_to=output, kernel=kernel, look=look)
    )


@cli.command("open")
@lang_option
@theme_option
@projection_option
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def open_(theme: str, projection: bool, file: Path) -> int:
    """Look at a recording, or at another tool's Chrome trace."""
    from paraviz.loading import load_shown
    from paraviz.recent import remember

    _hasten()
    look = _look(theme, projection=projection)
    trace = load_shown(file)
    _need_terminal("open", "info")
    remember(file)
    from paraviz.tui.start import show_trace

    return int(show_trace(trace, file, look))


@cli.command("list")
@lang_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def list_(as_json: bool) -> int:
    """List the scenarios with their parameters."""
    from paraviz.listing import listing_json, listing_text

    click.echo(listing_json() if as_json else listing_text())
    return 0


@cli.command()
@lang_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def info(as_json: bool, file: Path) -> int:
    """Say what a recording holds: lanes, states, locks, totals."""
    import json

    from paraviz.loading import load_shown
    from paraviz.trace.report import summary_text

    trace = load_shown(file)
    if as_json:
        from paraviz.trace.told import told

        click.echo(json.dumps(told(trace)))
    else:
        click.echo(summary_text(trace))
    return 0


@cli.command()
@lang_option
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--open", "in_app", is_flag=True, help="Show both in the app, on one clock.")
@click.argument("a", type=FILE, shell_complete=completion.recordings)
@click.argument("b", type=FILE, shell_complete=completion.recordings)
def compare(as_json: bool, in_app: bool, a: Path, b: Path) -> int:
    """Compare two recordings: figures side by side, and what B has more than A."""
    from paraviz.loading import load_shown

    traces = load_shown(a), load_shown(b)
    if not in_app:
        from paraviz.comparing import told

        click.echo(told(*traces, as_json=as_json), nl=False)
        return 0
    _need_terminal("compare --open", "compare")
    _hasten()
    from paraviz.tui.start import show_comparison

    return int(show_comparison(*traces))


@cli.command()
@click.argument("source", type=FILE, metavar="IN", shell_complete=completion.recordings)
@click.argument("target", type=FILE, metavar="OUT")
def convert(source: Path, target: Path) -> int:
    """Convert between formats, by suffix: .pviz, .json, .json.gz."""
    from paraviz.formats import check_target
    from paraviz.loading import load_shown, save_shown

    check_target(target)
    save_shown(load_shown(source), target)
    return 0


@cli.command()
@lang_option
@click.option(
    "-o",
    "--output",
    type=FILE,
    required=True,
    metavar="OUT",
    help="OUT.svg, OUT.png or, as plain text, OUT.txt",
)
@click.option("--size", default="120x36", callback=size, metavar="WxH", help="In cells.")
@click.option(
    "--theme", default="paraviz-dark", help="paraviz-dark, paraviz-light, or one of Textual's."
)
@projection_option
@click.option("--range", "stretch", metavar="A..B", help="What lies between, such as 5ms..20ms.")
@click.option("--at", metavar="T", help="The cursor's place, such as 12.5ms or 50%.")
@click.option(
    "--lanes", default="", metavar="WORDS", help="Only workers with WORDS in their names."
)
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def screenshot(
    output: Path,
    size: tuple[int, int],
    theme: str,
    projection: bool,
    stretch: str | None,
    at: str | None,
    lanes: str,
    file: Path,
) -> int:
    """Draw a recording as the app shows it."""
    from paraviz.loading import load_shown
    from paraviz.tui.picture import write
    from paraviz.tui.view_options import view_of

    trace = load_shown(file)
    view = view_of(trace, stretch=stretch, at=at, lanes=lanes)
    write(trace, output, size=size, theme=theme, view=view, projection=projection)
    return 0


def _look(theme: str, *, projection: bool) -> Any:
    """How the app is to look. Raises UsageError."""
    from paraviz.tui.choices import Look
    from paraviz.tui.themes import check

    if theme:
        check(theme)
    return Look(theme, projection)


def _hasten() -> None:
    """Collect no garbage until the app runs (`compat.set_pace`): all that is imported stays."""
    gc.disable()


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
    from paraviz import settings

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
