"""The colours: four themes, and what any other theme falls back to.

The colours began with Okabe and Ito's palette (Color Universal Design, 2008); then they were moved
apart, as little as it takes, until states and workers differ for people with protanopia,
deuteranopia and tritanopia too (`tests/render/test_colors.py` has the distances). A state is never
told by its colour alone, see `render.glyphs.STATE_GLYPHS`. The themes for a projector have more
contrast.
"""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

from paraviz.errors import UsageError
from paraviz.text.translation import _

_DARK_TONES = {
    "worker-0": "#cbd0d9",
    "worker-1": "#22c4f4",
    "worker-2": "#de8a00",
    "worker-3": "#0aeeb3",
    "worker-4": "#cc80bd",
    "worker-5": "#6a9aff",
    "worker-6": "#cacd35",
    "worker-7": "#e0a77e",
    "on-worker": "#0b0e14",
    "tone-cpu": "#fdff0a",
    "tone-gil": "#6e70e4",
    "tone-lock": "#d4532f",
    "tone-blocked": "#7a7889",
    "tone-overview": "#8fa3c0",
    "tone-cursor": "#ffffff",
    "tone-on-cursor": "#0b0e14",
    "tone-quiet": "#8d9ab0",
    "tone-faint": "#4a566b",
}
_LIGHT_TONES = {
    "worker-0": "#333f51",
    "worker-1": "#0766a7",
    "worker-2": "#a25a00",
    "worker-3": "#04845d",
    "worker-4": "#ca007c",
    "worker-5": "#0c33bd",
    "worker-6": "#5b7f35",
    "worker-7": "#7e4736",
    "on-worker": "#ffffff",
    "tone-cpu": "#8f9003",
    "tone-gil": "#5d5fff",
    "tone-lock": "#9c1d00",
    "tone-blocked": "#555f6e",
    "tone-overview": "#64789a",
    "tone-cursor": "#000000",
    "tone-on-cursor": "#ffffff",
    "tone-quiet": "#566379",
    "tone-faint": "#a4afbf",
}
_PROJECTION_DARK_TONES = {
    "worker-0": "#b8bcc8",
    "worker-1": "#2d9cc0",
    "worker-2": "#f0a205",
    "worker-3": "#1ecb96",
    "worker-4": "#d47297",
    "worker-5": "#8280ff",
    "worker-6": "#aae06e",
    "worker-7": "#bc9166",
    "on-worker": "#000000",
    "tone-cpu": "#ffff20",
    "tone-gil": "#cfa0ff",
    "tone-lock": "#e85d0e",
    "tone-blocked": "#4676b3",
    "tone-overview": "#b8c4d8",
    "tone-cursor": "#ffffff",
    "tone-on-cursor": "#000000",
    "tone-quiet": "#d0d6e0",
    "tone-faint": "#8d96a6",
}
_PROJECTION_LIGHT_TONES = {
    "worker-0": "#585c80",
    "worker-1": "#0070cd",
    "worker-2": "#9d3d00",
    "worker-3": "#017e6c",
    "worker-4": "#842b60",
    "worker-5": "#0029ff",
    "worker-6": "#486c28",
    "worker-7": "#9d5f4b",
    "on-worker": "#ffffff",
    "tone-cpu": "#817b00",
    "tone-gil": "#5734a8",
    "tone-lock": "#870000",
    "tone-blocked": "#727c93",
    "tone-overview": "#4a5566",
    "tone-cursor": "#000000",
    "tone-on-cursor": "#ffffff",
    "tone-quiet": "#333b48",
    "tone-faint": "#757f8d",
}

PARAVIZ_DARK = Theme(
    name="paraviz-dark",
    primary="#56b4e9",
    secondary="#9d85f2",
    accent="#f0a30a",
    warning="#f0e442",
    error="#ff7a5c",
    success="#1fc796",
    foreground="#e3e8f0",
    background="#0f131a",
    surface="#161c26",
    panel="#1e2634",
    dark=True,
    variables=_DARK_TONES,
)
PARAVIZ_LIGHT = Theme(
    name="paraviz-light",
    primary="#0072b2",
    secondary="#7350d6",
    accent="#a05000",
    warning="#7d6800",
    error="#bd340b",
    success="#006f52",
    foreground="#1a2230",
    background="#fbfcfe",
    surface="#f0f3f8",
    panel="#e3e8f0",
    dark=False,
    variables=_LIGHT_TONES,
)
PROJECTION_DARK = Theme(
    name="paraviz-projection-dark",
    primary="#2d9cc0",
    secondary="#cfa0ff",
    accent="#ffc14d",
    warning="#ffff20",
    error="#ff8a70",
    success="#1ecb96",
    foreground="#ffffff",
    background="#000000",
    surface="#10141b",
    panel="#1b212c",
    dark=True,
    variables=_PROJECTION_DARK_TONES,
)
PROJECTION_LIGHT = Theme(
    name="paraviz-projection-light",
    primary="#0070cd",
    secondary="#5734a8",
    accent="#8a3d00",
    warning="#817b00",
    error="#a81400",
    success="#00663f",
    foreground="#000000",
    background="#ffffff",
    surface="#f3f5f9",
    panel="#e3e8f0",
    dark=False,
    variables=_PROJECTION_LIGHT_TONES,
)
PROJECTED = {
    PARAVIZ_DARK.name: PROJECTION_DARK.name,
    PARAVIZ_LIGHT.name: PROJECTION_LIGHT.name,
}
"""What shows a theme on a projector, with more contrast."""
_EVERYDAY = {projected: everyday for everyday, projected in PROJECTED.items()}
THEMES = (PARAVIZ_DARK, PARAVIZ_LIGHT, PROJECTION_DARK, PROJECTION_LIGHT)
DEFAULT_THEME = PARAVIZ_DARK.name


def tones(*, dark: bool) -> dict[str, str]:
    """The variables a theme of somebody else's lacks."""
    return dict(_DARK_TONES if dark else _LIGHT_TONES)


def fitting(theme: str, *, projection: bool) -> str:
    """The theme, as it is on a projector or on an ordinary screen; somebody else's is the same."""
    theme = _EVERYDAY.get(theme, theme)
    return PROJECTED.get(theme, theme) if projection else theme


def opposite(theme: str, *, dark: bool) -> str:
    """A light theme for a dark one, and a dark one for a light one."""
    everyday = (PARAVIZ_LIGHT if dark else PARAVIZ_DARK).name
    return fitting(everyday, projection=theme in _EVERYDAY)


def known() -> tuple[str, ...]:
    """The names of all themes, ours first."""
    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


def check(theme: str) -> None:
    """Raises UsageError if there is no such theme."""
    if theme not in known():
        words = _("there is no theme {theme!r}; there are {known}")
        raise UsageError(words.format(theme=theme, known=", ".join(known())))
