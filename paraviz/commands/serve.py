"""The command that serves the app to browsers."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands.helping import Command
from paraviz.commands.options import FILE, lang_option
from paraviz.errors import UsageError
from paraviz.text.translation import _, ngettext

_LOOPBACK = "127.0.0.1"
_DECKS = (".md", ".markdown")


@click.command(cls=Command)
@lang_option
@click.option("--host", default=_LOOPBACK, metavar="ADDRESS", help="Where to listen; 127.0.0.1.")
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=8_800,
    metavar="N",
    help="At which port; 8800. 0: any that is free.",
)
@click.option(
    "--visitors",
    type=click.IntRange(1, 500),
    default=30,
    metavar="N",
    help="So many at once at most; 30.",
)
@click.option("--let-run", is_flag=True, help="Visitors may run programs here, as you may.")
@click.option("--sidecar", type=FILE, metavar="FILE", help="Of a deck, instead of DECK.toml.")
@click.argument("file", required=False, metavar="[DECK.md | FILE]", type=FILE)
def serve(
    host: str, port: int, visitors: int, let_run: bool, sidecar: Path | None, file: Path | None
) -> int:
    """Show a recording, a deck or the gallery in browsers.

    Only who has the address that is printed gets in; visitors look, and run nothing.
    """
    import asyncio
    import json

    from paraviz.text import language

    kind = _kind(file)
    _look_at(kind, file, sidecar)
    try:
        from paraviz.serving import server
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("paraviz"):
            raise
        words = _("to serve, textual-serve is needed: pip install 'paraviz[serve]'")
        raise UsageError(words) from error
    asked = {
        "kind": kind,
        "path": str(file.resolve()) if file else "",
        "sidecar": str(sidecar.resolve()) if sidecar else "",
        "language": language.current(),
        "runs": let_run,
    }

    def told(address: str) -> None:
        click.echo(address)
        _tell(host, visitors, let_run=let_run)

    serving = server.serve(
        server.visitor_command(json.dumps(asked)),
        file.name if file else "paraviz",
        host=host,
        port=port,
        most=visitors,
        told=told,
    )
    try:
        asyncio.run(serving)
    except OSError as error:
        raise UsageError(f"{host}:{port}: {error.strerror or error}") from error
    return 0


def _kind(file: Path | None) -> str:
    if file is None:
        return "gallery"
    return "deck" if file.suffix.lower() in _DECKS else "recording"


def _look_at(kind: str, file: Path | None, sidecar: Path | None) -> None:
    """What cannot be read is said now, not to the first visitor. Raises ParavizError."""
    if sidecar is not None and kind != "deck":
        raise click.UsageError(_("--sidecar is for a deck"))
    if file is None:
        return
    if kind == "deck":
        from paraviz.lecture.deck import read_deck
        from paraviz.lecture.sidecar import sidecar_of

        read_deck(file)
        sidecar_of(file, sidecar)
    else:
        from paraviz.formats import load

        load(file)


def _tell(host: str, visitors: int, *, let_run: bool) -> None:
    """What visitors can do, and who can become one."""
    if let_run:
        click.echo(_("Visitors can run programs on this machine, with your rights."))
    else:
        click.echo(_("Visitors can look around; nothing runs, and nothing is written."))
    words = ngettext(
        "At most {count:,} at once. The address is the key: who has it gets in.",
        "At most {count:,} at once. The address is the key: who has it gets in.",
        visitors,
    )
    click.echo(words.format(count=visitors))
    if host not in (_LOOPBACK, "::1", "localhost"):
        said = _("Others can reach this machine at {host}, and read along: it is not encrypted.")
        click.echo(said.format(host=host))
    click.echo(_("ctrl c ends it."))
