"""How lanes and programs end: in English in a trace, told in the current language here."""

from __future__ import annotations

import re
from functools import cache

from paraviz.text.translation import N_, Phrase, phrase

_ENDINGS = (
    N_("ended"),
    N_("returned"),
    N_("cancelled"),
    N_("stopped"),
    N_("stopped at its time limit of {seconds} s"),
    N_("stopped after its grace of {seconds} s"),
    N_("cut off: paraviz was lost"),
    N_("stopped being recorded"),
    N_("stopped being recorded when nobody had run for {seconds} s"),
    N_("exit {code}"),
    N_("exited with {code}"),
    N_("killed by signal {number}"),
    N_("killed by {signal}"),
    N_("replaced by {program}"),
    N_("raised {exception}"),
)
"""How lanes and programs end, as traces have it; the name of an exception stays."""


def ending(reason: str) -> str:
    """How a lane or a program ended, in the current language."""
    return ending_phrase(reason).told


def ending_phrase(reason: str) -> Phrase:
    """How a lane or a program ended, to be told later."""
    for words in _ENDINGS:
        found = _pattern(words).fullmatch(reason)
        if found is not None:
            return phrase(words, **found.groupdict())
    return phrase("{reason}", reason=reason)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """What words with placeholders match."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(words)))
