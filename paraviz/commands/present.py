"""The command that presents a deck, or checks that all of it runs."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands.helping import Command
from paraviz.commands.in_app import hasten, need_terminal
from paraviz.commands.options import FILE, lang_option, python_option
from paraviz.commands.wrong_use import OneOf, seconds
from paraviz.text.translation import _, ngettext


@click.command(cls=Command)
@lang_option
@click.option("--check", is_flag=True, help="Run every block without a screen; say what differs.")
@click.option("--json", "as_json", is_flag=True, help="With --check: write JSON.")
@click.option(
    "--speaker",
    is_flag=True,
    help="In another terminal: notes, the next slide and the clock, in step with the slides.",
)
@click.option(
    "--html",
    type=FILE,
    metavar="OUT",
    help="Run every block, and write slides and runs as one page, such as OUT.html.",
)
@click.option("--no-runs", is_flag=True, help="With --html: run nothing; slides alone.")
@click.option("--notes", is_flag=True, help="With --html: the speaker's notes as well.")
@click.option(
    "--theme",
    type=OneOf(["dark", "light"]),
    metavar="dark|light",
    help="With --html: dark or light; as the reader's system prefers, if not said.",
)
@click.option(
    "--sidecar",
    type=FILE,
    metavar="FILE",
    help="What the blocks are bound to, instead of DECK.toml.",
)
@click.option(
    "--time-limit",
    callback=seconds,
    metavar="S",
    help="With --check or --html: S seconds a block; 60.",
)
@python_option
@click.argument("deck", metavar="DECK.md", type=FILE)
def present(
    check: bool,
    as_json: bool,
    speaker: bool,
    html: Path | None,
    no_runs: bool,
    notes: bool,
    theme: str | None,
    sidecar: Path | None,
    time_limit: float | None,
    python: str,
    deck: Path,
) -> int:
    """Present a deck in Markdown whose code runs: slides, and enter runs the code as lanes.

    Nothing runs without a key. Exit code of --check and --html: 1 if a block does otherwise than
    expected.
    """
    from paraviz.lecture.deck import read_deck
    from paraviz.lecture.sidecar import sidecar_of

    python = python or click.get_current_context().obj or ""
    read = read_deck(deck)
    bound = sidecar_of(deck, sidecar)
    if html is None and (no_runs or notes or theme):
        raise click.UsageError(_("--no-runs, --notes and --theme are for --html"))
    if html is not None:
        if check or as_json or speaker:
            raise click.UsageError(_("--html, --check and --speaker: one of them"))
        from paraviz.commands.present_page import write_deck

        wrong = write_deck(
            read,
            bound,
            html,
            runs=not no_runs,
            notes=notes,
            theme=theme or "",
            python=python,
            time_limit_s=time_limit,
        )
        return 1 if wrong else 0
    if speaker:
        if check or as_json:
            raise click.UsageError(_("--html, --check and --speaker: one of them"))
        need_terminal(_("the speaker's screen"), "present --check")
        hasten()
        from paraviz.tui.start import show_speaker

        return int(show_speaker(read, bound))
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
