"""The app's own words in the current language: gettext's catalogues, English as it is written.

`python -m tools.words` collects what is marked here by `_`, `N_`, `ngettext` and `phrase`. English
costs a look at the language: neither `gettext` nor a file is touched. What machines read (JSON,
recordings, exit codes) and what lives in the observed process is never translated.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.text import language

if TYPE_CHECKING:
    from gettext import NullTranslations

DOMAIN = "paraviz"
LOCALES = Path(__file__).parents[1] / "locales"
_MARKS = str.maketrans({",": ".", ".": ",", "%": " %"})


def _(text: str) -> str:
    """The text in the current language."""
    lang = language.current()
    # The catalogue's head stands under the empty text.
    if lang == "en" or not text:
        return text
    return _filled(_catalogue(lang).gettext(text))


def ngettext(one: str, many: str, count: int) -> str:
    """The form for so many, in the current language."""
    lang = language.current()
    if lang == "en":
        return one if count == 1 else many
    return _filled(_catalogue(lang).ngettext(one, many, count))


def localized(text: str) -> str:
    """A number as Python writes it, with the marks of the current language: `1,234.5` and `52%` are
    `1.234,5` and `52 %` in German."""
    return text if language.current() == "en" else text.translate(_MARKS)


def percent(part: float, whole: float) -> str:
    """A share as a person reads it: `52%`, and `< 1%` rather than nothing of it."""
    share = part / whole
    return localized(f"{share:.0%}" if share >= 0.01 or part <= 0 else "< 1%")


class Numeral(str):
    """A number as English writes it, with its unit: told with the marks of the current language
    where it stands in a text."""

    __slots__ = ()


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


def _filled(text: str) -> str:
    """The text; its numbers are told in the current language when it is filled in."""
    # Loaded for another language only.
    from paraviz.text.localized import Told

    return Told(text)


@cache
def _catalogue(lang: language.Language) -> NullTranslations:
    import gettext

    return gettext.translation(DOMAIN, LOCALES, [lang])
