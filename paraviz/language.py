"""The language of texts: English, or German where that is asked for or is the locale's."""

from __future__ import annotations

import os
from typing import Literal, get_args

from paraviz.errors import UsageError

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_LOCALE_VARIABLES = ("PARAVIZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""In the order that decides; those after the first as POSIX has them."""

_chosen: Language | None = None


def choose(name: str) -> None:
    """Take this language from now on. Raises UsageError for one that there is not."""
    global _chosen
    for language in LANGUAGES:
        if language == name:
            _chosen = language
            return
    from paraviz.words import _

    words = _("--lang takes one of {known}, not {text!r}")
    raise UsageError(words.format(known=", ".join(LANGUAGES), text=name))


def current() -> Language:
    """The language that was chosen, else the environment's, else English."""
    if _chosen is not None:
        return _chosen
    for variable in _LOCALE_VARIABLES:
        value = os.environ.get(variable)
        if value:
            return "de" if value.lower().partition("_")[0].partition(".")[0] == "de" else "en"
    return "en"
