"""The program's source with each worker's line in the gutter."""

from __future__ import annotations

import io
import keyword
import tokenize
from typing import TYPE_CHECKING

from .characters import one_cell
from .inks import PLAIN, QUIET, Ink, Piece, Row, cut, row_text, worker

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

MARKS = 3
"""Workers that have a mark of their own in one line; of more their number is told."""
GUTTER = MARKS + 2
_KEYWORD = Ink("text", mood="bold")
_TEXT = Ink("overview")
_HERE = "panel"
_BEGIN, _END = (
    frozenset(getattr(tokenize, f"{letter}STRING_{part}", -1) for letter in "FT")
    for part in ("START", "END")
)
"""From Python 3.12 on, strings with something in braces come in parts."""


def coloured(source: str) -> list[Row]:
    """The lines of a program, keywords, texts and comments told apart. What cannot be read as
    Python is plain."""
    # `splitlines` would also end a line where Python does not, as at a form feed.
    lines = io.StringIO(source, newline=None).read().expandtabs(4).split("\n")
    if not lines[-1]:
        lines.pop()
    inks: list[list[tuple[int, int, Ink]]] = [[] for _ in lines]
    try:
        readline = io.StringIO("\n".join(lines) + "\n").readline
        for token in _whole_strings(tokenize.generate_tokens(readline)):
            ink = _ink(token)
            if ink is not None:
                _spread(inks, lines, token, ink)
    except (tokenize.TokenError, SyntaxError, ValueError):
        # A ValueError: half a surrogate pair, which the tokenizer cannot encode.
        pass
    return [_row(line, spans) for line, spans in zip(lines, inks, strict=True)]


def _whole_strings(tokens: Iterable[tokenize.TokenInfo]) -> Iterator[tokenize.TokenInfo]:
    """Strings as one token each, with what stands in their braces, in every Python."""
    begun: list[tokenize.TokenInfo] = []
    for token in tokens:
        if token.type in _BEGIN:
            begun.append(token)
        elif token.type in _END:
            first = begun.pop()
            token = first._replace(type=tokenize.STRING, string="", end=token.end)
        if not begun:
            yield token


def _ink(token: tokenize.TokenInfo) -> Ink | None:
    if token.type == tokenize.COMMENT:
        return QUIET
    if token.type == tokenize.STRING:
        return _TEXT
    if token.type == tokenize.NAME and keyword.iskeyword(token.string):
        return _KEYWORD
    return None


def _spread(
    inks: list[list[tuple[int, int, Ink]]],
    lines: Sequence[str],
    token: tokenize.TokenInfo,
    ink: Ink,
) -> None:
    """A token may go over several lines."""
    (first, begin), (last, end) = token.start, token.end
    for number in range(first, min(last, len(lines)) + 1):
        start = begin if number == first else 0
        stop = end if number == last else len(lines[number - 1])
        if first < number == last and token.type == tokenize.STRING and token.string:
            # Python 3.12 counts bytes there, where the string is one token.
            stop = len(token.string) - token.string.rfind("\n") - 1
        inks[number - 1].append((start, stop, ink))


def _row(line: str, spans: list[tuple[int, int, Ink]]) -> Row:
    row: Row = []
    at = 0
    for begin, stop, ink in spans:
        start = max(begin, at)
        if start > at:
            row.append((line[at:start], PLAIN))
        row.append((line[start:stop], ink))
        at = max(at, stop)
    if at < len(line):
        row.append((line[at:], PLAIN))
    return [(one_cell(text), ink) for text, ink in row if text]


def source_row(line: Row, number: int, workers: Sequence[int], columns: int, *, here: bool) -> Row:
    """One line with its number, the marks of the workers that are there before it; `here` is the
    chosen worker's."""
    gutter = _gutter(workers)
    digits: Piece = (f"{number:4} ", Ink("cursor", mood="bold") if here else QUIET)
    room = max(columns - GUTTER - len(digits[0]), 0)
    shown = cut(line, room)
    if not here:
        return [*gutter, digits, *shown]
    rest = " " * (room - len(row_text(shown)))
    return [
        *gutter,
        digits,
        *((text, ink._replace(back=_HERE)) for text, ink in [*shown, (rest, PLAIN)]),
    ]


def _gutter(workers: Sequence[int]) -> Row:
    if not workers:
        return [(" " * GUTTER, PLAIN)]
    if len(workers) > MARKS:
        count = str(len(workers)) if len(workers) < 1_000 else "1k+"
        return [("▶", Ink(worker(workers[0]))), (f"×{count}".ljust(GUTTER - 1), QUIET)]
    marks: Row = [("▶", Ink(worker(lane))) for lane in workers]
    return [(" " * (GUTTER - 1 - len(marks)), PLAIN), *marks, (" ", PLAIN)]


def lines_of_workers(places: Mapping[int, int], chosen: int) -> dict[int, list[int]]:
    """The workers of each line, the chosen one first. `places`: the line of each worker."""
    found: dict[int, list[int]] = {}
    for lane, line in places.items():
        found.setdefault(line, []).append(lane)
    for lanes in found.values():
        lanes.sort(key=lambda lane: (lane != chosen, lane))
    return found
