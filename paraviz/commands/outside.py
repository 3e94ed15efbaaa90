"""Commands that look at a program which runs already."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands.helping import Command
from paraviz.commands.options import FILE, lang_option
from paraviz.errors import UsageError
from paraviz.text.translation import _


def _number(pid: str) -> int:
    """Raises UsageError where it is none of a process."""
    if not (pid.isascii() and pid.isdecimal() and 0 < int(pid) < 1 << 31):
        words = _("PID is the number of a process, not {text!r}")
        raise UsageError(words.format(text=pid))
    return int(pid)


@click.command(cls=Command)
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@click.option("--all-threads", is_flag=True, help="Also those that libraries have for themselves.")
@click.argument("pid", metavar="PID")
def look(as_json: bool, all_threads: bool, pid: str) -> int:
    """Look once at a running program: who waits for what, at which line, and who holds it.

    PID is a process; those that it started are looked at, too. Nothing runs in them, and they are
    not stopped. Python 3.11 to 3.14.
    """
    number = _number(pid)
    import json

    from paraviz.attach.as_json import as_json as for_machines
    from paraviz.attach.look import look as look_at
    from paraviz.attach.telling import refusal, told

    found = look_at(number)
    click.echo(json.dumps(for_machines(found)) if as_json else told(found, all_threads=all_threads))
    first = found.processes[0]
    if first.refused:
        words = _("process {pid}: {why}; this is what the system tells of it")
        click.echo("paraviz: " + words.format(pid=pid, why=refusal(first)), err=True)
        return 2
    return 0


@click.command(cls=Command)
@lang_option
@click.option("--headless", is_flag=True, help="Without the app, which cannot do this yet.")
@click.option(
    "-o",
    "--output",
    type=FILE,
    metavar="FILE",
    required=True,
    help="Write the recording there.",
)
@click.option(
    "--for",
    "for_s",
    type=click.FloatRange(0, min_open=True),
    metavar="S",
    help="Look for so many seconds; otherwise until Ctrl-C, or the program's end.",
)
@click.argument("pid", metavar="PID")
def attach(headless: bool, output: Path, for_s: float | None, pid: str) -> int:
    """Record a running program from outside, by looking at it again and again.

    PID is a process; those that it started are recorded, too. Nothing runs in them, and they are
    not stopped. Python 3.11 to 3.14.
    """
    number = _number(pid)
    if not headless:
        raise UsageError(_("attach has no live view yet: it takes --headless -o FILE"))
    from paraviz.commands.attached import record

    return record(number, output, for_s)


@click.command(cls=Command)
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
def doctor(as_json: bool) -> int:
    """Say what paraviz can see here, what is missing, and the setting that gives it."""
    import json

    from paraviz.doctor import as_json as for_machines
    from paraviz.doctor import checks, told
    from paraviz.text import language

    if as_json:
        language.choose("en")
    found = list(checks())
    click.echo(json.dumps(for_machines(found)) if as_json else told(found))
    return 0
