"""Pictures: a trace, or the screen of the running app, as SVG; an SVG as PNG."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .app import ParavizApp
from .compat import screen_strips
from .svg import svg as strips_to_svg
from .themes import DEFAULT_THEME, THEMES

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from textual.pilot import Pilot
    from textual.screen import Screen

    from paraviz.trace import Trace

SIZE = (120, 36)


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
) -> str:
    """The run screen of a trace, `size` in columns and rows.

    `at_ns` puts the cursor there, `between_ns` shows that stretch only, `keys` are pressed last.
    The same arguments give the same bytes. Blocks; may be called with or without a running loop.
    """
    from .render.tracks import Track
    from .screens.run import RunScreen
    from .widgets.run import RunView

    async def arrange(pilot: Pilot[None]) -> None:
        view = pilot.app.screen.query_one(RunView)
        view.choose(Track("lane", lane_index))
        view.cursor_ns = at_ns
        if between_ns is not None and view.viewport is not None:
            view.viewport = view.viewport.between(*between_ns)
        await pilot.press(*keys)

    title = trace.program.name if name is None else name
    return screen_svg(lambda _: RunScreen(title, trace=trace), arrange, size, theme)


def write(
    trace: Trace, path: Path, *, size: tuple[int, int] = SIZE, theme: str = DEFAULT_THEME
) -> None:
    """Write the picture of a trace, as SVG or PNG by the file's suffix, whole or not at all.

    Raises UsageError for another suffix or an unknown theme, OSError.
    """
    from paraviz.errors import UsageError
    from paraviz.formats.atomic import replacing
    from paraviz.words import _

    if path.suffix not in (".svg", ".png"):
        raise UsageError(_("{file}: a picture is an .svg or a .png").format(file=path))
    known = [each.name for each in THEMES]
    if theme not in known:
        words = _("there is no theme {theme!r}; there are {known}")
        raise UsageError(words.format(theme=theme, known=", ".join(known)))
    picture = svg(trace, size, theme)
    with replacing(path) as file:
        file.write(png(picture) if path.suffix == ".png" else picture.encode())


def screen_svg(
    first: Callable[[ParavizApp], Screen[None]],
    arrange: Callable[[Pilot[None]], Awaitable[None]],
    size: tuple[int, int] = SIZE,
    theme: str = DEFAULT_THEME,
) -> str:
    """Any screen as SVG, after `arrange` has put it in order. Blocks."""

    async def take() -> str:
        app = ParavizApp(first, theme=theme)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await arrange(pilot)
            await pilot.pause()
            return app_svg(app)

    # A thread of its own: the caller's may have a loop that runs, and signal handlers of its own.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(partial(asyncio.run, take())).result()


def app_svg(app: ParavizApp) -> str:
    """What the app shows now."""
    variables = app.theme_variables
    return strips_to_svg(
        screen_strips(app), variables["background"], variables["foreground"], app.title
    )


def save_screen(app: ParavizApp) -> Path:
    """Write what the app shows into the working directory, never over a file. Raises OSError."""
    from paraviz.words import _

    text = app_svg(app)
    for number in range(1, 10_000):
        path = Path(f"paraviz-{number}.svg")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
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
