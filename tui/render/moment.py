"""Times as a person types them."""

from __future__ import annotations

import re

from paraviz.errors import UsageError
from paraviz.text.durations import LONG_UNITS
from paraviz.text.translation import _

from .times import UNITS

_NUMBER = r"\d{1,18}(?:[.,]\d{0,18})?"
_TYPED = re.compile(
    rf"\s*([+-]?)\s*((?:\d{{1,9}}\s*(?:d|h|min)\s+)*)({_NUMBER})\s*(%|d|h|min|s|ms|µs|us|ns)?\s*"
)
_PART = re.compile(r"(\d+)\s*(\w+)")
_LENGTHS = {"us": 1_000, **{sign: length for length, sign in (*LONG_UNITS, *UNITS)}}


def typed_time(text: str, now_ns: int, start_ns: int, end_ns: int) -> int:
    """ "12.5 ms", "2 h 5 min", "+3 ms" from now on, "50%" of start … end; without a unit
    milliseconds. With a sign a percentage is from now on, too.

    Raises UsageError.
    """
    match = _TYPED.fullmatch(text)
    if match is None:
        raise UsageError(_not_a_time(text))
    sign, long_parts, digits, unit = match.groups()
    if long_parts and unit in (None, "%"):
        raise UsageError(_not_a_time(text))
    number = float(digits.replace(",", "."))
    if unit == "%":
        length = round((end_ns - start_ns) * number / 100)
        return start_ns + length if not sign else _moved(now_ns, sign, length)
    length = round(number * _LENGTHS[unit or "ms"])
    length += sum(int(count) * _LENGTHS[each] for count, each in _PART.findall(long_parts))
    return _moved(now_ns, sign, length) if sign else length


def typed_length(text: str) -> int:
    """A length in ns as a person types it: "12.5 ms"; without a unit milliseconds.

    Raises UsageError.
    """
    match = _TYPED.fullmatch(text)
    if match is None or match[1] or match[4] == "%":
        raise UsageError(_("a length is like 12.5 ms or 3 us, not {text!r}").format(text=text))
    return typed_time(text, 0, 0, 0)


def _moved(now_ns: int, sign: str, length: int) -> int:
    return now_ns + length if sign == "+" else now_ns - length


def _not_a_time(text: str) -> str:
    return _("a time is like 12.5 ms, +3 us, 2 h 5 min or 50%, not {text!r}").format(text=text)
