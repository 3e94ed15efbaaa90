"""The command that lets one be the scheduler of a program."""

from __future__ import annotations

import sys

import click

from paraviz.commands.in_app import hasten, need_terminal
from paraviz.commands.options import (
    ProgramCommand,
    lang_option,
    module_option,
    program_argument,
    python_option,
)
from paraviz.errors import UsageError
from paraviz.text.translation import _


@click.command(cls=ProgramCommand, context_settings={"allow_interspersed_args": False})
@lang_option
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Speak JSON on stdin and stdout, a line each, for other programs.",
)
@click.option("--schedule", metavar="SCHEDULE", default="", help="Begin behind this schedule.")
@python_option
@module_option
@program_argument
def steer(
    as_json: bool, schedule: str, python: str, module: str | None, words: tuple[str, ...]
) -> int:
    """Be the scheduler of PROGRAM: it stands still, and you say which thread goes on, step by step,
    back and forth."""
    from paraviz.programs import catalogue

    python = python or click.get_current_context().obj or ""
    if module is None and not words:
        raise UsageError(_("steer needs a PROGRAM: a scenario's name, a file, or -m MODULE"))
    runnable = catalogue.module(module) if module is not None else catalogue.find(words[0])
    argv = words if module is not None else words[1:]
    if schedule:
        from pathlib import Path

        from paraviz.schedule.replaying import schedule_in

        schedule = schedule_in(schedule, Path())
    if not as_json:
        need_terminal(_("steering"), "steer --json")
        hasten()
        from paraviz.tui.start import show_steering

        return int(show_steering(runnable, argv, python=python, schedule=schedule))
    from paraviz.steering.speaking import speak
    from paraviz.steering.steering import Steering
    from paraviz.text import language

    # What machines read is never translated.
    language.choose("en")

    def tell(line: str) -> None:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()

    with Steering(runnable, argv, python=python, schedule=schedule) as steering:
        speak(steering, runnable.name, sys.stdin, tell)
    return 0
