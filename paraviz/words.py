"""The app's own words in the current language: gettext's catalogues, English as it is written.

`python -m tests.words` collects what is marked here by `_`, `N_`, `ngettext` and `phrase`. English
costs a look at the language: neither `gettext` nor a file is touched. What machines read (JSON,
recordings, exit codes) and what lives in the observed process is never translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz import language

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "paraviz"
LOCALES = Path(__file__).with_name("locales")


def _(text: str) -> str:
    """The text in the current language."""
    lang = language.current()
    # The catalogue's head stands under the empty text.
    return text if lang == "en" or not text else _catalogue(lang).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    """The form for so many, in the current language."""
    lang = language.current()
    if lang == "en":
        return one if count == 1 else many
    return _catalogue(lang).ngettext(one, many, count)


def N_(text: str) -> str:
    """The text itself: marks one that is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Phrase:
    """A sentence with its values, put into a language when it is shown."""

    one: str
    """English, with named placeholders."""
    many: str
    """Its plural, or ""; the value `count` tells which is meant."""
    values: tuple[tuple[str, object], ...]
    """What the placeholders stand for; a phrase, or a tuple of them, is told in the same way."""

    @property
    def english(self) -> str:
        """For machines."""
        values = dict(self.values)
        plural = self.many and values["count"] != 1
        told = {name: _english(value) for name, value in values.items()}
        return (self.many if plural else self.one).format(**told)

    @property
    def told(self) -> str:
        """In the current language."""
        values = dict(self.values)
        if self.many:
            words = ngettext(self.one, self.many, int(str(values["count"])))
        else:
            words = _(self.one)
        return words.format(**{name: _told(value) for name, value in values.items()})


def phrase(one: str, many: str = "", **values: object) -> Phrase:
    """A sentence to be told later; where it has a plural, one of the values is `count`."""
    return Phrase(one, many, tuple(values.items()))


def _english(value: object) -> object:
    if isinstance(value, Phrase):
        return value.english
    return ", ".join(each.english for each in value) if isinstance(value, tuple) else value


def _told(value: object) -> object:
    if isinstance(value, Phrase):
        return value.told
    return ", ".join(each.told for each in value) if isinstance(value, tuple) else value


@cache
def _catalogue(lang: language.Language) -> NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, LOCALES, [lang])
