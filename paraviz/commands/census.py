"""The command that counts how real runs of a program end."""

from __future__ import annotations

import contextlib
import time

import click

from paraviz.commands.options import (
    ProgramCommand,
    lang_option,
    module_option,
    program_argument,
    python_option,
)
from paraviz.commands.wrong_use import seconds
from paraviz.errors import UsageError
from paraviz.text.translation import _

_LIMIT_S = 60.0


@click.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@click.option(
    "--runs",
    type=click.IntRange(min=1),
    default=100,
    metavar="N",
    help="How often; 100 if not said.",
)
@click.option(
    "--time-limit", callback=seconds, metavar="S", help="Stop after S seconds; 60 if not said."
)
@click.option(
    "--switch-interval",
    callback=seconds,
    metavar="S",
    help="How long a thread has the GIL at most while others want it; as the interpreter has it if "
    "not said.",
)
@click.option("--no-explore", is_flag=True, help="Do not look for what else is possible.")
@python_option
@module_option
@program_argument
def census(
    as_json: bool,
    runs: int,
    time_limit: float | None,
    switch_interval: float | None,
    no_explore: bool,
    python: str,
    module: str | None,
    words: tuple[str, ...],
) -> int:
    """Run PROGRAM N times as it is, and say how often each outcome and each order of output and of
    locks' hand-overs came up, and how many outcomes are possible at all.

    Locks and print are wrapped, so that what they do is noted.
    """
    from paraviz.programs import catalogue
    from paraviz.schedule.asking import explore as explored
    from paraviz.schedule.census import Census
    from paraviz.schedule.census import as_json as json_of
    from paraviz.schedule.census import as_text as text_of
    from paraviz.schedule.real_runs import real_runs

    python = python or click.get_current_context().obj or ""
    if module is None and not words:
        raise UsageError(_("census needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    runnable = catalogue.module(module) if module is not None else catalogue.find(words[0])
    argv = words if module is not None else words[1:]
    counted = Census()
    began = time.monotonic()
    with contextlib.suppress(KeyboardInterrupt):
        for run in real_runs(
            runnable,
            argv,
            runs=runs,
            time_limit_s=_LIMIT_S if time_limit is None else time_limit,
            python=python,
            switch_s=switch_interval or 0.0,
            notes=True,
        ):
            counted.add(run)
    counted.seconds = time.monotonic() - began
    if not no_explore:
        counted.explored = explored(runnable, argv, python=python, distrusts_sleeps=True)
    click.echo(json_of(counted) if as_json else text_of(counted, runnable.name))
    return 0
