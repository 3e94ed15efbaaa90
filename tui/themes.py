"""The colours: two themes, and what any other theme falls back to.

The workers' colours begin with Okabe and Ito's palette (Color Universal Design, 2008), lightened
or darkened for the background; the colours of states keep away from them. A state is never told
by its colour alone, see `render.glyphs.STATE_GLYPHS`.
"""

from __future__ import annotations

from textual.theme import Theme

_DARK_TONES = {
    "worker-0": "#d5dbe6",
    "worker-1": "#56b4e9",
    "worker-2": "#f0a30a",
    "worker-3": "#1fc796",
    "worker-4": "#e58ec0",
    "worker-5": "#6f9bff",
    "worker-6": "#c3d94e",
    "worker-7": "#d9a077",
    "on-worker": "#0b0e14",
    "tone-cpu": "#f0e442",
    "tone-gil": "#9d85f2",
    "tone-lock": "#f2643d",
    "tone-blocked": "#71829c",
    "tone-overview": "#8fa3c0",
    "tone-cursor": "#ffffff",
    "tone-on-cursor": "#0b0e14",
    "tone-quiet": "#8d9ab0",
    "tone-faint": "#4a566b",
}
_LIGHT_TONES = {
    "worker-0": "#4a5568",
    "worker-1": "#0072b2",
    "worker-2": "#b35c00",
    "worker-3": "#00795a",
    "worker-4": "#a8447f",
    "worker-5": "#3d4fc4",
    "worker-6": "#637200",
    "worker-7": "#85502b",
    "on-worker": "#ffffff",
    "tone-cpu": "#a58a00",
    "tone-gil": "#7350d6",
    "tone-lock": "#c93a0e",
    "tone-blocked": "#64748c",
    "tone-overview": "#64789a",
    "tone-cursor": "#000000",
    "tone-on-cursor": "#ffffff",
    "tone-quiet": "#566379",
    "tone-faint": "#a4afbf",
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
    accent="#b35c00",
    warning="#a58a00",
    error="#c93a0e",
    success="#00795a",
    foreground="#1a2230",
    background="#fbfcfe",
    surface="#f0f3f8",
    panel="#e3e8f0",
    dark=False,
    variables=_LIGHT_TONES,
)
THEMES = (PARAVIZ_DARK, PARAVIZ_LIGHT)
DEFAULT_THEME = PARAVIZ_DARK.name


def tones(*, dark: bool) -> dict[str, str]:
    """The variables a theme of somebody else's lacks."""
    return dict(_DARK_TONES if dark else _LIGHT_TONES)
