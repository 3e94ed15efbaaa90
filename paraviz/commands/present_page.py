"""`paraviz present --html`: a deck as one page, with the runs of its blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from paraviz.errors import WriteError
from paraviz.text.translation import _, ngettext

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.lecture.deck import Deck
    from paraviz.lecture.sidecar import Sidecar


def write_deck(
    deck: Deck,
    sidecar: Sidecar,
    out: Path,
    *,
    runs: bool = True,
    notes: bool = False,
    theme: str = "",
    python: str = "",
    time_limit_s: float | None = None,
) -> int:
    """Write the page, and the recordings into a folder beside it. Returns how many blocks did
    otherwise than expected. Raises ParavizError."""
    from paraviz.formats import check_place, save
    from paraviz.lecture import checking
    from paraviz.lecture.sidecar import binding_of, unbound
    from paraviz.tui.page.deck import BlockOnPage, deck_page
    from paraviz.user.atomic_write import replacing

    check_place(out)
    limit = checking.TIME_LIMIT_S if time_limit_s is None else time_limit_s
    bound = {block.number: binding_of(deck, sidecar, slide, block) for slide, block in deck.blocks}
    shown = {number: BlockOnPage(binding) for number, binding in bound.items()}
    folder = out.with_name(f"{out.stem}-runs")
    wrong = 0
    try:
        found_all = checking.ran(deck, sidecar, python=python, time_limit_s=limit)
        for found, trace in found_all if runs else ():
            name = ""
            if trace is not None:
                folder.mkdir(exist_ok=True)
                name = f"{folder.name}/block-{found.number}.pviz"
                save(trace, out.with_name(folder.name) / f"block-{found.number}.pviz")
            shown[found.number] = BlockOnPage(bound[found.number], found, trace, name)
            wrong += not found.as_expected
            if not found.as_expected:
                where = _("block {number}, slide {slide}")
                said = where.format(number=found.number, slide=found.slide)
                click.echo(f"✗ {said} · {found.title}: {'; '.join(found.differs)}", err=True)
        for binding in unbound(deck, sidecar):
            wrong += 1
            words = _("✗ no block is meant by {name!r}")
            click.echo(words.format(name=binding.slide or binding.number), err=True)
        text = deck_page(deck, shown, theme=theme, notes=notes)
        with replacing(out) as stream:
            stream.write(text.encode())
    except OSError as error:
        raise WriteError(f"{error.filename or out}: {error.strerror or error}") from error
    _tell(deck, out, sum(each.trace is not None for each in shown.values()), len(text.encode()))
    return wrong


def _tell(deck: Deck, out: Path, recorded: int, size: int) -> None:
    slides = ngettext("{count:,} slide", "{count:,} slides", len(deck.slides))
    runs = ngettext("{count:,} recorded run", "{count:,} recorded runs", recorded)
    words = _("{file}: {slides}, {runs}, {size:,} kB")
    click.echo(
        words.format(
            file=out,
            slides=slides.format(count=len(deck.slides)),
            runs=runs.format(count=recorded),
            size=max(size // 1000, 1),
        )
    )
