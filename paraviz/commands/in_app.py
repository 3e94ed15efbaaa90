"""What commands do before a screen is opened."""

from __future__ import annotations

import gc
import sys
from typing import Any

from paraviz.errors import UsageError
from paraviz.text.translation import _


def look_of(theme: str, *, projection: bool) -> Any:
    """How the app is to look. Raises UsageError."""
    from paraviz.tui.choices import Look
    from paraviz.tui.themes import check

    if theme:
        check(theme)
    return Look(theme, projection)


def hasten() -> None:
    """Collect no garbage until the app runs (`compat.set_pace`): all that is imported stays."""
    gc.disable()


def on_terminal() -> bool:
    """Whether the app could be shown."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def need_terminal(what: str, instead: str) -> None:
    if not on_terminal():
        words = _("{what} opens in the app, which needs a terminal; try paraviz {instead}")
        raise UsageError(words.format(what=what, instead=instead))
