"""The command that tries a program under all its schedules."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands.options import (
    FILE,
    ProgramCommand,
    lang_option,
    module_option,
    program_argument,
    python_option,
)
from paraviz.commands.wrong_use import OneOf, seconds
from paraviz.errors import UsageError
from paraviz.text.translation import _


@click.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@click.option(
    "--search",
    type=OneOf(["auto", "all", "random", "pct"]),
    default="auto",
    metavar="auto|all|random|pct",
    help="Which schedules: all that differ, some by chance, some by changing priorities, or the "
    "first as far as time allows and then by turns (auto).",
)
@click.option(
    "--time-limit", callback=seconds, metavar="S", help="Stop after S seconds; 10 if not said."
)
@click.option(
    "--schedules", type=click.IntRange(min=1), metavar="N", help="Stop after N schedules."
)
@click.option(
    "--steps",
    type=OneOf(["access", "line", "opcode"]),
    default="access",
    metavar="access|line|opcode",
    help="Where a thread may be stopped: where it touches what others touch, too (access), at each "
    "line, or at each instruction.",
)
@click.option(
    "--distrust-sleeps",
    is_flag=True,
    help="Also what can only happen if a sleep of 50 ms or more is too short is a fault.",
)
@click.option(
    "--confirm",
    is_flag=True,
    help="Then look for each outcome in up to 2,000 real runs, in which threads change as often as "
    "they can, for as long as --time-limit says.",
)
@click.option(
    "-o",
    "--output",
    type=FILE,
    metavar="FILE",
    help="Write a recording of the worst outcome to FILE, along its shortest schedule.",
)
@python_option
@module_option
@program_argument
def explore(
    as_json: bool,
    search: str,
    time_limit: float | None,
    schedules: int | None,
    steps: str,
    distrust_sleeps: bool,
    confirm: bool,
    output: Path | None,
    python: str,
    module: str | None,
    words: tuple[str, ...],
) -> int:
    """Run PROGRAM under control again and again, each time with another order of its threads, and
    say which outcomes it can have.

    Exit code 1: a fault was found; 0: all schedules were tried and there is none; 3: there is none
    among those that were tried.
    """
    from paraviz.programs import catalogue
    from paraviz.schedule.asking import explore as explored
    from paraviz.schedule.machine import as_json as json_of
    from paraviz.schedule.telling import as_text

    python = python or click.get_current_context().obj or ""
    if module is None and not words:
        raise UsageError(_("explore needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    runnable = catalogue.module(module) if module is not None else catalogue.find(words[0])
    argv = words if module is not None else words[1:]
    found = explored(
        runnable,
        argv,
        python=python,
        search=search,
        time_limit_s=time_limit,
        schedules=schedules or 0,
        grain=steps,
        distrusts_sleeps=distrust_sleeps,
    )
    if confirm and not found.was_stopped:
        from paraviz.schedule.asking import TIME_LIMIT_S
        from paraviz.schedule.real_runs import confirmed

        limit = TIME_LIMIT_S if time_limit is None else time_limit
        found = confirmed(found, runnable, argv, time_limit_s=limit, python=python)
    if output is not None:
        from paraviz.schedule.showing import write_worst

        write_worst(found, runnable, argv, output, python)
    click.echo(json_of(found) if as_json else as_text(found, runnable.name))
    return found.exit_code
