"""The command for levels: programs with a goal for whoever is the scheduler."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from paraviz.commands.helping import Command
from paraviz.commands.in_app import hasten, need_terminal
from paraviz.commands.options import lang_option, python_option

if TYPE_CHECKING:
    from paraviz.levels.level import Level


@click.command(cls=Command)
@lang_option
@click.option("--list", "listed", is_flag=True, help="Only list them, with the stars reached.")
@click.option("--check", is_flag=True, help="Try all schedules of each: whether its goal holds.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for other programs.")
@python_option
@click.argument("files", nargs=-1, metavar="[LEVEL]...")
def levels(listed: bool, check: bool, as_json: bool, python: str, files: tuple[str, ...]) -> int:
    """Play the scheduler: levels with a goal, in the order of the lecture, or a LEVEL of your own.

    A level is one Python program with a goal in its docstring. Exit code of --check: 1 if one of
    them does not hold.
    """
    from paraviz.levels.level import read_level
    from paraviz.levels.shipped import levels as shipped

    names = {each.name: each for each in shipped()}
    chosen = [names.get(each) or read_level(Path(each)) for each in files] or list(names.values())
    if check:
        return _check(chosen, python, as_json=as_json)
    if listed or as_json:
        _list(chosen, as_json=as_json)
        return 0
    need_terminal("levels", "levels --list")
    hasten()
    from paraviz.tui.start import show_levels

    return int(show_levels(chosen, python=python))


def _list(chosen: list[Level], *, as_json: bool) -> None:
    from paraviz.text.sanitizer import shown
    from paraviz.user.level_progress import reached

    stars = reached()
    if as_json:
        rows = [
            {
                "name": each.name,
                "title": each.title,
                "text": each.text,
                "impossible": each.impossible,
                "mend": each.mend,
                "fewest": each.fewest,
                "stars": stars.get(each.key, 0),
            }
            for each in chosen
        ]
        click.echo(json.dumps(rows))
        return
    width = max(len(each.name) for each in chosen)
    for each in chosen:
        got = stars.get(each.key, 0)
        click.echo(shown(f"{'★' * got:<3}  {each.name:<{width}}  {each.told[0]}"))


def _check(chosen: list[Level], python: str, *, as_json: bool) -> int:
    from paraviz.levels.judging import checked, explored
    from paraviz.text.sanitizer import shown

    wrong, rows = 0, []
    for each in chosen:
        found = explored(each.path, python)
        what = checked(each, found)
        wrong += what is not None
        rows.append(
            {
                "name": each.name,
                "holds": what is None,
                "message": what.english if what is not None else "",
                "schedules": found.schedules,
                "exhausted": found.exhausted,
            }
        )
        if not as_json:
            click.echo(
                shown(f"{'✗' if what else '✓'} {each.name}{f': {what.told}' if what else ''}")
            )
    if as_json:
        click.echo(json.dumps(rows))
    return 1 if wrong else 0
