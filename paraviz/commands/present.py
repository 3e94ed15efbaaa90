"""The command that presents a deck, or checks that all of it runs."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands.helping import Command
from paraviz.commands.in_app import hasten, need_terminal
from paraviz.commands.options import FILE, lang_option, python_option
from paraviz.commands.wrong_use import seconds
from paraviz.text.translation import _, ngettext


@click.command(cls=Command)
@lang_option
@click.option("--check", is_flag=True, help="Run every block without a screen; say what differs.")
@click.option("--json", "as_json", is_flag=True, help="With --check: write JSON.")
@click.option(
    "--sidecar",
    type=FILE,
    metavar="FILE",
    help="What the blocks are bound to, instead of DECK.toml.",
)
@click.option(
    "--time-limit", callback=seconds, metavar="S", help="With --check: S seconds a block; 60."
)
@python_option
@click.argument("deck", metavar="DECK.md", type=FILE)
def present(
    check: bool,
    as_json: bool,
    sidecar: Path | None,
    time_limit: float | None,
    python: str,
    deck: Path,
) -> int:
    """Present a deck in Markdown whose code runs: slides, and enter runs the code as lanes.

    Nothing runs without a key. Exit code of --check: 1 if a block does otherwise than expected.
    """
    from paraviz.lecture.deck import read_deck
    from paraviz.lecture.sidecar import sidecar_of

    python = python or click.get_current_context().obj or ""
    read = read_deck(deck)
    bound = sidecar_of(deck, sidecar)
    if not check:
        need_terminal(_("presenting"), "present --check")
        hasten()
        from paraviz.tui.start import show_deck

        return int(show_deck(read, bound, python=python))
    import json

    from paraviz.lecture import checking
    from paraviz.lecture.sidecar import unbound

    if as_json:
        from paraviz.text import language

        language.choose("en")
    found = []
    limit = checking.TIME_LIMIT_S if time_limit is None else time_limit
    for each in checking.checked(read, bound, python=python, time_limit_s=limit):
        found.append(each)
        if not as_json:
            mark = "✓" if each.as_expected else "✗"
            where = _("block {number}, slide {slide}").format(number=each.number, slide=each.slide)
            told = "; ".join(each.differs) or _("as expected")
            click.echo(f"{mark} {where} · {each.title}: {told}")
    lost = unbound(read, bound)
    if as_json:
        told_all = checking.as_json(read, found) | {"unbound": len(lost)}
        click.echo(json.dumps(told_all, indent=2))
    else:
        for binding in lost:
            name = binding.slide or binding.number
            click.echo(_("✗ no block is meant by {name!r}").format(name=name))
        right = sum(each.as_expected for each in found)
        words = ngettext(
            "{right:,} of {count:,} block as expected",
            "{right:,} of {count:,} blocks as expected",
            len(found),
        )
        click.echo(words.format(right=right, count=len(found)))
    return 1 if lost or any(not each.as_expected for each in found) else 0
