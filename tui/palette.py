"""Inks as styles: the one place where the names of tones become a theme's colours."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import ColorSystem
from rich.style import Style
from textual.color import Color

from .render.inks import WORKER_TONES, Ink

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App

_DENSITY = {"cpu": 0.5, "gil": 0.3, "lock": 0.35, "blocked": 0.16, "overview": 0.3}
"""How much of its cell the pattern of a state inks: its tint is as light as that."""
_LATER = 0.42
"""How much of a worker's colour is left in text not yet written."""
_NAMED = ("cursor", "on-cursor", "quiet", "faint")


_FEW = (ColorSystem.STANDARD, ColorSystem.WINDOWS)
"""Terminals that make one colour of many."""


class Palette:
    """The styles of one theme."""

    def __init__(self, variables: Mapping[str, str], *, few: bool = False) -> None:
        """Read the tones from a theme's variables. Where there are `few` colours, or none, nothing
        is tinted: a tint would be no other colour than that of the worker on it."""
        background = Color.parse(variables["background"])
        colors = {
            "text": Color.parse(variables["foreground"]),
            "error": Color.parse(variables["error"]),
            "key": Color.parse(variables["accent"]),
            "good": Color.parse(variables["success"]),
            "panel": Color.parse(variables["panel"]),
            "on-worker": Color.parse(variables["on-worker"]),
        }
        for name in _NAMED:
            colors[name] = Color.parse(variables[f"tone-{name}"])
        for name, density in _DENSITY.items():
            colors[name] = Color.parse(variables[f"tone-{name}"])
            tint = background if few else background.blend(colors[name], density)
            colors[f"{name}-tint"] = tint
        for number in range(WORKER_TONES):
            color = Color.parse(variables[f"worker-{number}"])
            colors[f"worker-{number}"] = color
            colors[f"worker-{number}-later"] = background.blend(color, _LATER)
        self._colors = colors
        self._styles: dict[Ink, Style] = {}

    def style(self, ink: Ink) -> Style:
        """The style of an ink."""
        style = self._styles.get(ink)
        if style is None:
            style = Style(
                color=self._colors[ink.fore].rich_color if ink.fore else None,
                bgcolor=self._colors[ink.back].rich_color if ink.back else None,
                bold="bold" in ink.mood or None,
                italic="italic" in ink.mood or None,
                underline="underline" in ink.mood or None,
            )
            self._styles[ink] = style
        return style


@lru_cache(maxsize=4)
def _palette(variables: tuple[tuple[str, str], ...], *, few: bool) -> Palette:
    return Palette(dict(variables), few=few)


def palette_of(app: App[object]) -> Palette:
    """The palette of the app's theme."""
    few = app.no_color or app.console._color_system in _FEW
    return _palette(tuple(sorted(app.theme_variables.items())), few=few)
