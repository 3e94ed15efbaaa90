"""Pictures: a trace, or the screen of the running app, as SVG, PNG or plain text."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from .app import ParavizApp
from .compat import in_full_colour, screen_strips
from .svg import svg as strips_to_svg
from .themes import DEFAULT_THEME, check, fitting

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.pilot import Pilot
    from textual.screen import Screen

    from paraviz.trace import Trace

SIZE = (120, 36)
SUFFIXES = (".svg", ".png", ".txt")
_PATIENCE_S = 0.01


class View(Struct, frozen=True):
    """What a picture shows of a trace."""

    name: str = ""
    """What the program is called; "" for its own name."""
    at_ns: int | None = None
    """Where the cursor is."""
    lane_index: int = 0
    """The worker that is chosen."""
    between_ns: tuple[int, int] | None = None
    """The stretch that is shown; None for the whole run."""
    lanes: str = ""
    """Only workers with all these words in their names are shown."""
    keys: Sequence[str] = ()
    """Keys that are pressed last."""


WHOLE = View()


def svg(
    trace: Trace,
    size: tuple[int, int] = SIZE,
    theme: str = DEFAULT_THEME,
    *,
    name: str | None = None,
    at_ns: int | None = None,
    lane_index: int = 0,
    between_ns: tuple[int, int] | None = None,
    keys: Sequence[str] = (),
    projection: bool = False,
) -> str:
    """The run screen of a trace, `size` in columns and rows; for the rest see `View`.

    The same arguments give the same bytes. Blocks; may be called with or without a running loop.
    """
    view = View(name or "", at_ns, lane_index, between_ns, "", keys)
    return drawn(trace, ".svg", view, size, theme, projection=projection)


def drawn(
    trace: Trace,
    suffix: str,
    view: View = WHOLE,
    size: tuple[int, int] = SIZE,
    theme: str = DEFAULT_THEME,
    *,
    projection: bool = False,
) -> str:
    """The run screen of a trace, as SVG or (suffix .txt) as plain text."""
    from .screens.run import RunScreen

    return _screen(
        lambda _: RunScreen(view.name or trace.program.name, trace=trace),
        partial(_arrange, view),
        *(size, theme, app_text if suffix == ".txt" else app_svg),
        projection=projection,
    )


async def _arrange(view: View, pilot: Pilot[None]) -> None:
    """Show what is to be shown."""
    from msgspec.structs import replace

    from .render.tracks import Track
    from .widgets.run import RunView

    shown = pilot.app.screen.query_one(RunView)
    # An app that failed has no view any more; leaving it raises why.
    while shown.view is None or not shown.view.whole or not shown.judged:
        if not pilot.app.is_running or pilot.app.return_code:
            return
        await pilot.pause(_PATIENCE_S)
    if view.lanes:
        shown.arrangement = replace(shown.arrangement, words=view.lanes)
    shown.choose(Track("lane", view.lane_index))
    shown.cursor_ns = view.at_ns
    if view.between_ns is not None and shown.viewport is not None:
        shown.viewport = shown.viewport.between(*view.between_ns)
    await pilot.press(*view.keys)


def write(
    trace: Trace,
    path: Path,
    *,
    size: tuple[int, int] = SIZE,
    theme: str = DEFAULT_THEME,
    view: View = WHOLE,
    projection: bool = False,
) -> None:
    """Write the picture of a trace, as SVG, PNG or text by the file's suffix, whole or not at all.

    Raises UsageError for another suffix or an unknown theme, OSError.
    """
    from paraviz.errors import UsageError
    from paraviz.text.translation import _
    from paraviz.user.atomic_write import replacing

    if path.suffix not in SUFFIXES:
        raise UsageError(_("{file}: a picture is an .svg, a .png or a .txt").format(file=path))
    check(theme)
    picture = drawn(trace, path.suffix, view, size, theme, projection=projection)
    with replacing(path) as file:
        file.write(png(picture) if path.suffix == ".png" else picture.encode())


def screen_svg(
    first: Callable[[ParavizApp], Screen[None]],
    arrange: Callable[[Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = SIZE,
    theme: str = DEFAULT_THEME,
) -> str:
    """Any screen as SVG, after `arrange` has put it in order. Blocks."""
    return _screen(first, arrange, size, theme, app_svg)


def _screen(
    first: Callable[[ParavizApp], Screen[None]],
    arrange: Callable[[Pilot[None]], Awaitable[None]],
    size: tuple[int, int],
    theme: str,
    taken: Callable[[ParavizApp], str],
    *,
    projection: bool = False,
) -> str:
    """What `taken` makes of a screen."""
    theme = fitting(theme, projection=True) if projection else theme

    async def take() -> str:
        app = ParavizApp(first, theme=theme, projection=projection)
        in_full_colour(app)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await arrange(pilot)
            await pilot.pause()
            return taken(app)

    # A thread of its own: the caller's may have a loop that runs, and signal handlers of its own.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(partial(asyncio.run, take())).result()


def app_svg(app: ParavizApp) -> str:
    """What the app shows now."""
    variables = app.theme_variables
    return strips_to_svg(
        screen_strips(app), variables["background"], variables["foreground"], app.title
    )


def app_text(app: ParavizApp) -> str:
    """What the app shows now, without colours."""
    return "".join(f"{strip.text.rstrip()}\n" for strip in screen_strips(app))


def save_screen(app: ParavizApp, suffix: str = "svg") -> Path:
    """Write what the app shows into the working directory, as svg, png or txt, never over a file.

    Raises OSError.
    """
    from paraviz.text.translation import _

    text = app_text(app) if suffix == "txt" else app_svg(app)
    content = png(text) if suffix == "png" else text.encode()
    for number in range(1, 10_000):
        path = Path(f"paraviz-{number}.{suffix}")
        try:
            with path.open("xb") as file:
                file.write(content)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(_("there are ten thousand pictures here already"))


def png(picture: str, zoom: float = 1.0) -> bytes:
    """An SVG of ours as PNG, with the fonts that come along: the same on every machine."""
    import resvg_py

    with as_file(files(__package__ or "tui") / "fonts") as folder:
        fonts = sorted(str(path) for path in Path(folder).glob("*.ttf"))
        options: dict[str, Any] = {"zoom": zoom} if zoom != 1.0 else {}
        rendered = resvg_py.svg_to_bytes(
            svg_string=picture,
            skip_system_fonts=True,
            font_files=fonts,
            monospace_family="DejaVu Sans Mono",
            **options,
        )
    return bytes(rendered)
