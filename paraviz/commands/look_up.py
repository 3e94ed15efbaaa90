"""Commands that look things up."""

from __future__ import annotations

from pathlib import Path

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
@click.argument("a", type=FILE, shell_complete=completion.recordings)
@click.argument("b", type=FILE, shell_complete=completion.recordings)
def compare(as_json: bool, in_app: bool, theme: str, projection: bool, a: Path, b: Path) -> int:
    """Compare two recordings: figures side by side, and what B has more than A."""
    from paraviz.commands.progress_bar import load_shown

    if not in_app:
        from paraviz.programs.switches import told

        click.echo(told(load_shown(a), load_shown(b), as_json=as_json), nl=False)
        return 0
    look = look_of(theme, projection=projection)
    traces = load_shown(a), load_shown(b)
    need_terminal("compare --open", "compare")
    hasten()
    from paraviz.tui.start import show_comparison
    from paraviz.user.recent_files import remember

    for each in (b, a):
        remember(each)
    return int(show_comparison(*traces, look))
