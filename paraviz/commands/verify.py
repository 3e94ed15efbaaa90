"""The command that says whether a program does the same observed as plain."""

from __future__ import annotations

import json
from pathlib import Path

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
    "--runs", type=click.IntRange(min=1), default=3, metavar="N", help="How often each; 3."
)
@click.option("--time-limit", callback=seconds, metavar="S", help="S seconds a run at most; 60.")
@python_option
@module_option
@program_argument
def verify(
    as_json: bool,
    runs: int,
    time_limit: float | None,
    python: str,
    module: str | None,
    words: tuple[str, ...],
) -> int:
    """Run PROGRAM plain and observed in turns, and say what differs: output, exit code, exceptions,
    files written.

    Each run has a copy of this folder to itself, and no input. Exit code 1: something differs.
    """
    from paraviz.programs import catalogue
    from paraviz.verifying.comparing import as_json as json_of
    from paraviz.verifying.comparing import compared
    from paraviz.verifying.running import Runner
    from paraviz.verifying.scratch import is_small
    from paraviz.verifying.telling import told

    python = python or click.get_current_context().obj or ""
    if module is None and not words:
        raise UsageError(_("verify needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    runnable = catalogue.module(module) if module is not None else catalogue.find(words[0])
    argv = words if module is not None else words[1:]
    here: Path | None = Path.cwd()
    if not is_small(Path.cwd()):
        here = None
        note = _("this folder is too large to be copied: each run begins in an empty one")
        click.echo(f"paraviz: {note}", err=True)
    limit = _LIMIT_S if time_limit is None else time_limit
    runner = Runner(runnable, argv, python=python, time_limit_s=limit, folder=here)
    found = compared([run for _number in range(runs) for run in runner.both()])
    click.echo(json.dumps(json_of(found, runnable.name)) if as_json else told(found, runnable.name))
    return found.exit_code
