"""Commands that watch: a program, or a recording of one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from paraviz.commands import completion
from paraviz.commands.helping import Command
from paraviz.commands.in_app import hasten, look_of, need_terminal, on_terminal
from paraviz.commands.options import (
    FILE,
    ProgramCommand,
    interpreter_options,
    lang_option,
    module_option,
    program_argument,
    projection_option,
    python_option,
    theme_option,
)
from paraviz.commands.wrong_use import OneOf, seconds
from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.commands.hanging import OnHang
    from paraviz.trace import Trace


@click.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@lang_option
@click.option("--headless", is_flag=True, help="No app: the program keeps the terminal.")
@click.option("-o", "--output", type=FILE, metavar="FILE", help="Write the recording to FILE.")
@click.option("-q", "--quiet", is_flag=True, help="With --headless: no summary at the end.")
@click.option(
    "--kernel",
    type=OneOf(["auto", "off", "require"]),
    default="auto",
    help="Ask the operating system who ran: if it tells (auto), never (off), or run only then "
    "(require).",
)
@click.option(
    "--time-limit",
    callback=seconds,
    metavar="S",
    help="End the program after S seconds (exit code 124).",
)
@click.option(
    "--on-hang",
    callback=seconds,
    metavar="S",
    help="With --headless: when nobody has run for S seconds, write the recording so far and tell "
    "who waits for whom on stderr.",
)
@click.option(
    "--then",
    type=OneOf(["continue", "end"]),
    default="continue",
    help="What --on-hang does after that (end: exit code 124).",
)
@python_option
@click.option(
    "--follow", is_flag=True, help="Observe the Python programs that PROGRAM starts, too."
)
@click.option(
    "--schedule",
    metavar="TOKEN|FILE",
    default="",
    help="Run it along this schedule, which explore told: the same steps each time.",
)
@theme_option
@projection_option
@module_option
@click.option("-c", "code", metavar="CODE", help="Run this code, as python -c does.")
@click.option(
    "--if-lost",
    type=OneOf(["end", "run"]),
    help="Should paraviz itself be killed, the program is to end, or to run on: end while it is "
    "watched in the app, run without it.",
)
@click.option(
    "--keep-background",
    is_flag=True,
    help="Processes that the program leaves behind run on; else they are ended, and told.",
)
@click.option(
    "--grace",
    callback=seconds,
    metavar="S",
    help="A program that is asked to end may take S seconds, and is then killed; else it may take "
    "as long as it does, and one second where it is paraviz that asks.",
)
@interpreter_options
@program_argument
def run(
    headless: bool,
    output: Path | None,
    quiet: bool,
    kernel: Literal["auto", "off", "require"],
    time_limit: float | None,
    on_hang: float | None,
    then: Literal["continue", "end"],
    python: str,
    follow: bool,
    schedule: str,
    theme: str,
    projection: bool,
    module: str | None,
    code: str | None,
    if_lost: Literal["end", "run"] | None,
    keep_background: bool,
    grace: float | None,
    interpreter: tuple[str, ...],
    words: tuple[str, ...],
) -> int:
    """Run PROGRAM and watch it: a scenario's name, a file or folder, -m MODULE, -c CODE, or - for
    what comes by standard input.

    Everything after PROGRAM belongs to the program: paraviz run printers --locked
    """
    from paraviz.programs import catalogue
    from paraviz.programs.interpreter import interpreter_for

    python = python or click.get_current_context().obj or ""
    named = module is not None or code is not None
    if not named and not words:
        raise UsageError(_("run needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    if module is not None:
        runnable = catalogue.module(module)
    elif code is not None:
        runnable = catalogue.code(code)
    elif words[0] == "-":
        if not headless:
            raise UsageError(_("the program is read from standard input: run --headless -"))
        if sys.stdin is not None and sys.stdin.isatty():
            raise UsageError(_("there is no program on standard input, which is a terminal"))
        runnable = catalogue.standard_input()
    else:
        runnable = catalogue.find(words[0])
    argv = words if named else words[1:]
    if keep_background and if_lost == "end":
        raise UsageError(_("what is to run on in the background cannot be ended with paraviz"))
    runnable.values(argv)
    if schedule:
        from paraviz.schedule.showing import run_along

        def shown_along(trace: Trace, path: Path) -> int:
            from paraviz.tui.start import show_trace

            return int(show_trace(trace, path, look_of(theme, projection=projection)))

        return run_along(
            runnable,
            argv,
            schedule,
            python=python,
            output=output,
            show=None if headless or not on_terminal() else shown_along,
        )
    if kernel == "require":
        from paraviz.kernel import perf

        perf.require()
    _check_on_hang(on_hang, then, headless=headless)
    if headless:
        from paraviz.commands.headless import run_headless

        return run_headless(
            runnable,
            argv,
            output=output,
            time_limit_s=time_limit,
            summary=not quiet,
            kernel=kernel,
            python=python,
            follow=follow,
            options=interpreter,
            if_lost=if_lost or "run",
            keep_background=keep_background,
            grace_s=grace,
            on_hang=_on_hang(on_hang, then, output),
        )
    need_terminal("run", "run --headless")
    interpreter_for(runnable, python)
    hasten()
    from paraviz.session.care import GRACE_S, Care
    from paraviz.tui.start import show_run

    care = Care(
        if_lost or "end",
        keep_background=keep_background,
        grace_s=GRACE_S if grace is None else grace,
    )
    look = look_of(theme, projection=projection)
    return int(
        show_run(
            runnable,
            argv,
            time_limit_s=time_limit,
            save_to=output,
            kernel=kernel,
            python=python,
            follow=follow,
            options=interpreter,
            care=care,
            look=look,
        )
    )


def _check_on_hang(on_hang: float | None, then: str, *, headless: bool) -> None:
    """Raises UsageError."""
    if on_hang is None:
        if then != "continue":
            raise UsageError(_("--then says what --on-hang does, which is missing"))
    elif not headless:
        raise UsageError(_("--on-hang needs --headless: in the app one sees it"))
    elif sys.platform != "linux":
        raise UsageError(_("--on-hang asks the system who ran, and only Linux tells"))


def _on_hang(
    on_hang: float | None, then: Literal["continue", "end"], output: Path | None
) -> OnHang | None:
    if on_hang is None:
        return None
    from paraviz.commands.hanging import OnHang

    return OnHang(on_hang, then, output)


@click.command("open", cls=Command)
@lang_option
@theme_option
@projection_option
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def open_(theme: str, projection: bool, file: Path) -> int:
    """Look at a recording, or at another tool's Chrome trace."""
    from paraviz.commands.progress_bar import load_shown
    from paraviz.user.recent_files import remember

    hasten()
    look = look_of(theme, projection=projection)
    trace = load_shown(file)
    need_terminal("open", "info")
    remember(file)
    from paraviz.tui.start import show_trace

    return int(show_trace(trace, file, look))
