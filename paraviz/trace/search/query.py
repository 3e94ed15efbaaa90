"""What to look for in a trace, on one line: words, and how long a state lasts.

    worker-1                a word: in a lane's label, in what an event is about, in a place in the
                            source, in what was written
    "two words"             the same, with spaces
    name:lock               in a lane's label or in the name of what an event is about
    lane:worker-1           in a lane's label
    kind:write              events of a kind, as `events.KIND_NAMES` calls them
    text:hello              in what was written at once
    at:work.py:12           in a file, a line or a function of the source
    wait>1ms  run>=5us      states that last longer or shorter; `wait` is any wait, `span` what the
                            program marked as one or ran as a task

All of several terms have to hold. Upper and lower case are alike.
"""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from paraviz import events as ev
from paraviz.errors import UsageError
from paraviz.text.durations import LONG_UNITS
from paraviz.text.translation import _
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Iterable

Field = Literal["any", "name", "lane", "kind", "text", "at"]
FIELDS: tuple[Field, ...] = get_args(Field)

STATES: dict[str, tuple[State, ...]] = {
    "wait": (State.WAITING_GIL, State.WAITING_LOCK, State.WAITING_CPU, State.BLOCKED),
    "run": (State.RUNNING,),
    "gil": (State.WAITING_GIL,),
    "lock": (State.WAITING_LOCK,),
    "cpu": (State.WAITING_CPU,),
    "blocked": (State.BLOCKED,),
}
"""States by what they are called in a query."""
SPAN = "span"
LONGEST_NS = 1 << 62
"""No state is longer."""

_UNITS = {"ns": 1, "us": 10**3, "µs": 10**3, "μs": 10**3, "ms": 10**6}
_UNITS |= {sign: length for length, sign in LONG_UNITS}
_LENGTH = re.compile(r"([0-9]{1,18}(?:[.,][0-9]{0,18})?)(ns|us|µs|μs|ms|min|s|h|d)")
_TERM = re.compile(
    rf"""(?P<field>{"|".join(FIELDS[1:])}):(?:"(?P<whole>[^"]*)"|(?P<value>[^\s"]*))
    |(?P<what>{"|".join((*STATES, SPAN))})\s*(?P<than>[<>]=?)\s*(?P<length>\S*)
    |(?P<unknown>\w+)[<>]=?{_LENGTH.pattern}(?!\S)
    |"(?P<quoted>[^"]*)"
    |(?P<word>\S+)""",
    re.VERBOSE | re.IGNORECASE,
)


class QueryError(UsageError):
    """A query cannot be understood."""

    def __init__(self, message: str, column: int) -> None:
        words = _("{message} (column {column})")
        super().__init__(words.format(message=message, column=column))
        self.column = column
        """Where in the line, from 1."""


class Word(Struct, frozen=True):
    """A text to be found."""

    field: Field
    """Where to look."""
    text: str
    """As it was typed, not empty."""
    kinds: tuple[int, ...] = ()
    """The kinds of events it stands for, if `field` is `kind`."""


class Query(Struct, frozen=True):
    """What to look for: what is of this sort, this long, and has all these words."""

    sort: Literal["events", "states", "spans"]
    """What a match is; among events also the life of a lane that has all words in its label."""
    words: tuple[Word, ...]
    """All of them have to hold."""
    states: frozenset[State] = frozenset()
    """Of states, which."""
    least_ns: int = 0
    """Of states and spans, how long at least."""
    most_ns: int = LONGEST_NS
    """And at most."""


class _Length(Struct, frozen=True):
    """A term like `wait>1ms`."""

    what: str
    least_ns: int
    most_ns: int


def parse(text: str) -> Query:
    """Understand one line. Raises QueryError, which says where it does not."""
    words: list[Word] = []
    lengths: list[_Length] = []
    at = 0
    while (at := at + _spaces(text, at)) < len(text):
        term = _TERM.match(text, at)
        # The last branch takes whatever is no space.
        assert term is not None
        if term["what"]:
            lengths.append(_length(term))
            _check_sorts(lengths, at + 1)
        else:
            words.append(_word(term, text))
        at = term.end()
    if not words and not lengths:
        raise QueryError(_("there is nothing to look for"), 1)
    return _query(tuple(words), lengths)


def _spaces(text: str, at: int) -> int:
    """How many there are from a place on."""
    return len(text[at:]) - len(text[at:].lstrip())


def _query(words: tuple[Word, ...], lengths: list[_Length]) -> Query:
    if not lengths:
        return Query("events", words)
    least = max(each.least_ns for each in lengths)
    most = min(each.most_ns for each in lengths)
    if lengths[0].what == SPAN:
        return Query("spans", words, frozenset(), least, most)
    states = frozenset.intersection(*(frozenset(STATES[each.what]) for each in lengths))
    return Query("states", words, states, least, most)


def _check_sorts(lengths: list[_Length], column: int) -> None:
    """Refuse what nothing can be."""
    sorts = {each.what for each in lengths}
    if SPAN in sorts and len(sorts) > 1:
        raise QueryError(_("a span is no state: ask for the one or the other"), column)
    states = [frozenset(STATES[what]) for what in sorts if what != SPAN]
    if states and not frozenset.intersection(*states):
        raise QueryError(_("nothing is in two states at once"), column)


def _length(term: re.Match[str]) -> _Length:
    found = _LENGTH.fullmatch(term["length"].lower())
    if found is None:
        words = _('how long is "{text}"? a number and ns, us, ms, s, min, h or d, as in wait>1ms')
        raise QueryError(words.format(text=term["length"]), term.start("length") + 1)
    than, ns = term["than"], Fraction(found[1].replace(",", ".")) * _UNITS[found[2]]
    least, most = 0, LONGEST_NS
    if than == ">":
        least = math.floor(ns) + 1
    elif than == ">=":
        least = math.ceil(ns)
    elif than == "<":
        most = math.ceil(ns) - 1
    else:
        most = math.floor(ns)
    return _Length(term["what"].lower(), min(least, LONGEST_NS), min(most, LONGEST_NS))


def _word(term: re.Match[str], text: str) -> Word:
    column = term.start() + 1
    if term["unknown"]:
        words = _('no state is called "{text}"; there are {known}')
        known = ", ".join((*STATES, SPAN))
        raise QueryError(words.format(text=term["unknown"], known=known), column)
    if (term["word"] or text[term.end() : term.end() + 1]).startswith('"'):
        raise QueryError(_("a quotation mark has no partner"), column)
    value = term["word"] or term["quoted"] or term["whole"] or term["value"]
    if not value:
        raise QueryError(_("there is nothing to look for"), column)
    field: Field = next((each for each in FIELDS if each == (term["field"] or "").lower()), "any")
    return Word(field, value, _kinds(value, column) if field == "kind" else ())


def _kinds(text: str, column: int) -> tuple[int, ...]:
    """The kinds of events of this name, else those with the text in their names."""
    wanted = text.lower()
    names = ev.KIND_NAMES.items()
    kinds = tuple(kind for kind, name in names if name == wanted)
    kinds = kinds or tuple(kind for kind, name in names if wanted in name)
    if not kinds:
        words = _('no event is called "{text}"; there are {known}')
        known = _listed(ev.KIND_NAMES.values())
        raise QueryError(words.format(text=text, known=known), column)
    return kinds


def _listed(names: Iterable[str]) -> str:
    """Names of one word, each once: those of more can be found by a part."""
    return ", ".join(dict.fromkeys(name for name in names if " " not in name))
