"""What paraviz does about the framework it stands on."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from textual.app import App
from textual.filter import Monochrome, NoColor

from paraviz.text.sanitizer import shown

from .driver import enduring
from .safe_lines import SAFE_LINES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.strip import Strip

DEBUG_VARIABLE = "PARAVIZ_DEBUG"
_NO_COLOR = "NO_COLOR"


class QuietApp(App[None]):
    """An app whose own faults end it with one line, not with a screenful of traceback, and that
    leaves the environment as it is for the programs it runs.

    Textual has no public way to choose what is printed after a crash, and takes NO_COLOR out of the
    environment.
    """

    def __init__(self) -> None:
        no_color = os.environ.get(_NO_COLOR)
        super().__init__()
        if no_color is not None:
            os.environ[_NO_COLOR] = no_color

    def get_driver_class(self) -> type[Driver]:
        """What reads and writes the terminal, and survives it."""
        return enduring(super().get_driver_class())

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What is done to each row that is drawn; at last, nothing goes out that commands."""
        return [*super().get_line_filters(), SAFE_LINES]

    def _fatal_error(self) -> None:
        if os.environ.get(DEBUG_VARIABLE):
            super()._fatal_error()
            return
        error = sys.exc_info()[1] or self._exception
        self._exit_renderables.append(
            f"paraviz: a fault of its own: {type(error).__name__}: {shown(str(error))}"
            f" ({DEBUG_VARIABLE}=1 shows where)"
        )
        self._close_messages_no_wait()


FRAMES_A_SECOND = 120
"""Textual draws on a grid of 60: a frame that takes a little longer than a step of it waits for the
next one, and comes at half the pace."""


def set_pace() -> None:
    """Draw on a finer grid, and let the garbage collector look at what there is now less often:
    a full collection takes as long as several frames.

    Textual takes its pace from an environment variable, which observed programs would inherit.
    """
    import gc

    from textual import screen

    vars(screen)["UPDATE_PERIOD"] = 1 / FRAMES_A_SECOND
    gc.freeze()
    gc.enable()
    gc.set_threshold(10_000, 20, 50)


def begin_with_theme(app: App[None], name: str) -> None:
    """Take a theme before the app runs. Set as usual it would have all styles read a second time,
    which is a tenth of the way to the first frame."""
    app.set_reactive(App.theme, name)
    dark = app.current_theme.dark
    app.set_class(dark, "-dark-mode", update=False)
    app.set_class(not dark, "-light-mode", update=False)
    app.stylesheet.set_variables(app.get_css_variables())


def in_full_colour(app: App[None]) -> None:
    """Draw for pictures, whatever colours the terminal has and is to have.

    Textual asks the environment, and keeps what it was told in private.
    """
    app.no_color = False
    app._filters = [each for each in app._filters if not isinstance(each, (Monochrome, NoColor))]
    app.console._color_system = ColorSystem.TRUECOLOR


def screen_strips(app: App[None]) -> list[Strip]:
    """The rows of the screen as they are shown.

    Textual renders whole screens for its own SVG export only; the compositor is private.
    """
    from textual.strip import Strip

    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    rows = getattr(update, "strips", [])
    return [Strip.join(list(row)) for row in rows]
