"""The language of texts: English, or German where that is asked for or is the locale's.

The command line decides, then PARAVIZ_LANG, then what was chosen in the app, then the locale.
"""

from __future__ import annotations

import os
from typing import Literal, get_args

from paraviz.errors import UsageError

Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_OWN_VARIABLE = "PARAVIZ_LANG"
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
"""In the order that decides, as POSIX has them."""

_chosen: Language | None = None
_preferred: Language | None = None


def choose(name: str) -> None:
    """Take this language from now on. Raises UsageError for one that there is not."""
    global _chosen
    for language in LANGUAGES:
        if language == name:
            _chosen = language
            return
    from paraviz.text.translation import _

    words = _("--lang takes one of {known}, not {text!r}")
    raise UsageError(words.format(known=", ".join(LANGUAGES), text=name))


def prefer(name: str) -> None:
    """Take this language rather than the locale's, if there is one of that name."""
    global _preferred
    _preferred = next((language for language in LANGUAGES if language == name), None)


def current() -> Language:
    """The language that was chosen, else the environment's, else English."""
    if _chosen is not None:
        return _chosen
    if not os.environ.get(_OWN_VARIABLE) and _preferred is not None:
        return _preferred
    for variable in (_OWN_VARIABLE, *_LOCALE_VARIABLES):
        value = os.environ.get(variable)
        if value:
            return "de" if value.lower().partition("_")[0].partition(".")[0] == "de" else "en"
    return "en"
