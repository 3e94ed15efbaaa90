"""Commands that look things up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from paraviz.commands import completion
from paraviz.commands.helping import Command
from paraviz.commands.in_app import hasten, look_of, need_terminal
from paraviz.commands.options import (
    FILE,
    lang_option,
    projection_option,
    theme_option,
)
from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.trace import Trace


@click.command("list", cls=Command)
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
def list_(as_json: bool) -> int:
    """List the scenarios with their parameters."""
    from paraviz.commands.listing import listing_json, listing_text

    click.echo(listing_json() if as_json else listing_text())
    return 0


@click.command(cls=Command)
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def info(as_json: bool, file: Path) -> int:
    """Say what a recording holds: lanes, states, locks, totals."""
    import json

    from paraviz.analysis.reports.summary_text import summary_text
    from paraviz.commands.progress_bar import load_shown

    trace = load_shown(file)
    if as_json:
        from paraviz.analysis.reports.info_json import told

        click.echo(json.dumps(told(trace)))
    else:
        click.echo(summary_text(trace))
    return 0


@click.command(cls=Command)
@lang_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@click.option("--open", "in_app", is_flag=True, help="Show both in the app, on one clock.")
@theme_option
@projection_option
@click.option(
    "--runs",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Run A and B, programs with their arguments in quotes, so often each; 5 tell.",
)
@click.argument("a", shell_complete=completion.recordings)
@click.argument("b", shell_complete=completion.recordings)
def compare(
    as_json: bool, in_app: bool, theme: str, projection: bool, runs: int | None, a: str, b: str
) -> int:
    """Compare two recordings: figures side by side, and what B has more than A.

    A and B may be folders of recordings, or with --runs programs: then medians are compared, and
    what is no more than chance is said to be.
    """
    from paraviz.commands.compare_runs import recordings_of, run_in_turns
    from paraviz.commands.progress_bar import load_shown

    sides = ([], []) if runs is not None else (recordings_of(a), recordings_of(b))
    several = runs is not None or max(map(len, sides)) > 1
    if several and in_app:
        raise UsageError(_("--open shows two recordings; of more, or of --runs, there is a table"))
    look = look_of(theme, projection=projection)
    if runs is not None:
        traces = run_in_turns((a, b), runs)
        click.echo(_of_several(*traces, as_json=as_json), nl=False)
        return 0
    first, second = ([load_shown(path) for path in side] for side in sides)
    if several:
        click.echo(_of_several(first, second, as_json=as_json), nl=False)
        return 0
    if not in_app:
        from paraviz.programs.switches import told

        click.echo(told(first[0], second[0], as_json=as_json), nl=False)
        return 0
    need_terminal("compare --open", "compare")
    hasten()
    from paraviz.tui.start import show_comparison
    from paraviz.user.recent_files import remember

    for each in (*sides[1], *sides[0]):
        remember(each)
    return int(show_comparison(first[0], second[0], look))


def _of_several(a: list[Trace], b: list[Trace], *, as_json: bool) -> str:
    """Several runs of two sides compared, for people or as JSON; ends in a newline."""
    import json

    from paraviz.analysis.reports.several_text import several_text
    from paraviz.analysis.several import as_json as for_json
    from paraviz.analysis.several import several
    from paraviz.programs.switches import names_of

    found = several(a, b)
    if as_json:
        return json.dumps(for_json(found)) + "\n"
    return several_text(found, names_of(a[0], b[0]))
