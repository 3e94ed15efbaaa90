"""Commands that keep a recording in another form."""

from __future__ import annotations

from pathlib import Path

import click

from paraviz.commands import completion
from paraviz.commands.helping import Command
from paraviz.commands.options import (
    FILE,
    lang_option,
    projection_option,
    size,
)
from paraviz.commands.wrong_use import OneOf
from paraviz.errors import FormatError, WriteError


@click.command(cls=Command)
@lang_option
@click.argument("source", type=FILE, metavar="IN", shell_complete=completion.recordings)
@click.argument("target", type=FILE, metavar="OUT")
def convert(source: Path, target: Path) -> int:
    """Convert between formats, by suffix: .pviz, .json, .json.gz."""
    from paraviz.commands.progress_bar import load_shown, save_shown
    from paraviz.formats import check_target

    check_target(target)
    save_shown(load_shown(source), target)
    return 0


@click.command(cls=Command)
@lang_option
@click.option(
    "--parts",
    default="",
    metavar="NAMES",
    help="What is left out: argv, source, output, paths, with commas between; all unless named.",
)
@click.argument("source", type=FILE, metavar="IN", shell_complete=completion.recordings)
@click.argument("target", type=FILE, metavar="OUT")
def redact(parts: str, source: Path, target: Path) -> int:
    """Write a recording without what is nobody else's business, to share it."""
    from paraviz.commands.progress_bar import load_shown, save_shown
    from paraviz.formats import check_target
    from paraviz.trace.redaction import parts_of, redacted

    wanted = parts_of(parts)
    check_target(target)
    save_shown(redacted(load_shown(source), wanted), target)
    return 0


@click.command(cls=Command)
@lang_option
@click.argument("source", type=FILE, metavar="IN", shell_complete=completion.recordings)
@click.argument("target", type=FILE, metavar="OUT")
def salvage(source: Path, target: Path) -> int:
    """Write what is whole in a damaged recording (.pviz), and say what is missing."""
    from paraviz.commands.progress_bar import save_shown
    from paraviz.formats import check_target
    from paraviz.formats.native.salvage import salvaged
    from paraviz.text.notices import told_notice
    from paraviz.text.sanitizer import shown

    check_target(target)
    try:
        trace = salvaged(source)
    except FormatError as error:
        raise FormatError(f"{shown(str(source))}: {error.message}") from error
    except OSError as error:
        raise FormatError(f"{shown(str(source))}: {error.strerror or error}") from error
    save_shown(trace, target)
    click.echo(f"paraviz: {shown(told_notice(trace.notices[-1]))}", err=True)
    return 0


@click.command(cls=Command)
@lang_option
@click.option(
    "-o",
    "--output",
    type=FILE,
    required=True,
    metavar="OUT",
    help="OUT.svg, OUT.png or, as plain text, OUT.txt",
)
@click.option(
    "--size",
    default="120x36",
    callback=size,
    metavar="WxH",
    help="Width and height in cells, such as 120x36.",
)
@click.option(
    "--theme",
    default="paraviz-dark",
    metavar="NAME",
    help="paraviz-dark, paraviz-light, or one of Textual's.",
)
@projection_option
@click.option(
    "--range", "stretch", metavar="A..B", help="Only what lies between, such as 5ms..20ms."
)
@click.option("--at", metavar="T", help="The cursor's place, such as 12.5ms or 50%.")
@click.option(
    "--lanes", default="", metavar="WORDS", help="Only workers with WORDS in their names."
)
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def screenshot(
    output: Path,
    size: tuple[int, int],
    theme: str,
    projection: bool,
    stretch: str | None,
    at: str | None,
    lanes: str,
    file: Path,
) -> int:
    """Draw a recording as the app shows it."""
    from paraviz.commands.progress_bar import load_shown
    from paraviz.formats import check_place
    from paraviz.tui.picture import write
    from paraviz.tui.view_options import view_of

    check_place(output)
    trace = load_shown(file)
    view = view_of(trace, stretch=stretch, at=at, lanes=lanes)
    try:
        write(trace, output, size=size, theme=theme, view=view, projection=projection)
    except OSError as error:
        raise WriteError(f"{output}: {error.strerror or error}") from error
    return 0


@click.command(cls=Command)
@lang_option
@click.option(
    "-o", "--output", type=FILE, required=True, metavar="OUT", help="The page, such as run.html."
)
@click.option(
    "--theme",
    type=OneOf(["dark", "light"]),
    metavar="dark|light",
    help="Dark or light; as the reader's system prefers, if not said.",
)
@click.argument("file", type=FILE, shell_complete=completion.recordings)
def page(output: Path, theme: str | None, file: Path) -> int:
    """Write a recording as one page for a browser, which needs no server and no network."""
    from paraviz.commands.progress_bar import load_shown
    from paraviz.formats import check_place
    from paraviz.tui.page.writing import write_page

    check_place(output)
    trace = load_shown(file)
    try:
        write_page(trace, output, theme or "")
    except OSError as error:
        raise WriteError(f"{output}: {error.strerror or error}") from error
    return 0
