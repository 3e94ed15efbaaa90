"""What the user chose the last time and chooses now, under what the command line says."""

from __future__ import annotations

from dataclasses import replace

from msgspec import Struct

from paraviz.user.settings import load, save

from .themes import DEFAULT_THEME, fitting, known


class Look(Struct, frozen=True):
    """What the command line says of how everything looks."""

    theme: str = ""
    """The name of a theme; "" for the one chosen last."""
    projection: bool = False
    """Whether everything is large; it may have been chosen all the same."""


class Layout(Struct, frozen=True):
    """How a run is laid out, whichever it is. The names are those of `Settings`."""

    grouping: str = ""
    order: str = ""
    resources: bool = True
    cpus: bool = False
    texts: bool = True
    source: bool = False


class Choices:
    """Settings that are kept from one time to the next."""

    def __init__(self, look: Look) -> None:
        """Look them up; `look` goes before them."""
        self._settings, self.trouble = load()
        kept = self._settings
        self.projection = look.projection or kept.projection
        """Whether everything is large."""
        theme = look.theme or (kept.theme if kept.theme in known() else DEFAULT_THEME)
        self.theme = fitting(theme, projection=self.projection)
        """The name of the theme to begin with."""
        self.toured = kept.toured
        """Whether the tour was shown before."""
        self.keeps_runs = kept.keep_runs
        """Whether the last runs are kept unasked."""
        self.layout = Layout(**{name: getattr(kept, name) for name in Layout.__struct_fields__})
        """How runs are laid out to begin with."""

    def keep(self, **chosen: str | bool) -> None:
        """Remember a choice for the next time."""
        settings = replace(self._settings, **chosen)  # type: ignore[arg-type]
        if settings != self._settings:
            self._settings = settings
            save(settings)
