"""Texts of a language that writes numbers in its own way: filled in, they have its marks."""

from __future__ import annotations

from string import Formatter

from paraviz.text.translation import Numeral, localized

_COUNTS_AND_SHARES = tuple(",.%fg")
"""What is in the format of a number that is written for people."""


class Told(str):
    """A text with placeholders, the numbers in which are told by `translation.localized`."""

    __slots__ = ()

    def format(self, *values: object, **named: object) -> str:
        """As `str.format`."""
        return _FILLING.vformat(self, values, named)


class _Filling(Formatter):
    def format_field(self, value: object, format_spec: str) -> str:
        """A value by its format, with the marks of the current language if it is a number."""
        text = format(value, format_spec)
        is_number = isinstance(value, float | Numeral) or any(
            mark in format_spec for mark in _COUNTS_AND_SHARES
        )
        return localized(text) if is_number else text


_FILLING = _Filling()
