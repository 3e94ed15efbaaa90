"""The choices a user made in the app, kept in the platform's folder for settings.

What cannot be read there is as if nothing had been chosen, and is told once; what cannot be written
is not kept. Nobody is kept from work by either.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILE = "settings.json"
_LARGEST = 100_000
"""Bytes of a file that is read."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was chosen, and what is so unless something else was."""

    theme: str = ""
    """The name of a theme."""
    language: str = ""
    """One of `language.LANGUAGES`."""
    projection: bool = False
    """Whether everything is large."""
    toured: bool = False
    """Whether the tour was shown; nobody is shown it twice unasked."""
    grouping: str = ""
    """What workers are grouped by; "" for what suits them."""
    order: str = ""
    """What workers are sorted by."""
    resources: bool = True
    """Whether locks and counters stand below them."""
    cpus: bool = False
    """Whether CPUs do."""
    texts: bool = True
    """Whether output and source stand below the timeline."""
    source: bool = False
    """Whether it is the source where there is room for one of them."""
    keep_runs: bool = True
    """Whether the last runs are kept unasked."""


def load() -> tuple[Settings, str]:
    """The settings, and in one line what is wrong with their file, or ""."""
    try:
        file = _file()
        if file.stat().st_size > _LARGEST:
            raise ValueError
        kept = json.loads(file.read_text("utf-8"))
        if not isinstance(kept, dict):
            raise ValueError
        return _checked(kept), ""
    except FileNotFoundError:
        return Settings(), ""
    except OSError as error:
        words = _("The settings cannot be read: {error}")
        return Settings(), words.format(error=error.strerror or error)
    except (ValueError, RecursionError):
        words = _("The settings in {file} are damaged; the app begins as if there were none.")
        return Settings(), words.format(file=file)


def save(settings: Settings) -> None:
    """Keep these; whoever reads meanwhile reads the old ones or the new ones."""
    try:
        file = _file()
        file.parent.mkdir(parents=True, exist_ok=True)
        from paraviz.user.atomic_write import replacing

        with replacing(file) as stream:
            stream.write(json.dumps(asdict(settings), indent=1).encode())
    except OSError:
        return


def _checked(kept: Mapping[str, object]) -> Settings:
    """What of a file is known here; a newer version may have written more. Raises ValueError."""
    known = asdict(Settings())
    found = {name: value for name, value in kept.items() if name in known}
    for name, value in found.items():
        if type(value) is not type(known[name]):
            raise ValueError
    return Settings(**found)  # type: ignore[arg-type]


def _file() -> Path:
    from platformdirs import user_config_path

    return user_config_path("paraviz", appauthor=False) / _FILE
