"""Events that are no JSON as msgspec has it: read one by one, as loosely as the standard library
reads, and then once more without what no JSON has. What cannot be read then costs that event.

Tracers write NaN, commas before a bracket, newlines and halves of characters in texts, no commas
between events, and bytes of other encodings.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from paraviz.formats.undecodable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

Event = TypeVar("Event", bound=msgspec.Struct)

_HALVES = re.compile("[\ud800-\udfff]")
_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
_NEXT = re.compile(rb'[,\n}][ \t\r\n]*(?=\{[ \t\r\n]*")')


def ends_of(piece: bytes | memoryview) -> tuple[NDArray[np.intp], int]:
    """Where events that are whole end, and right behind the `]` that closes them all (0 where there
    is none), by counting brackets outside strings.

    `piece` begins where an event begins.
    """
    # What is escaped is blanked first; of a row of backslashes pair by pair from the left.
    plain = bytes(piece).replace(rb"\\", b"  ").replace(rb"\"", b"  ")
    codes = np.frombuffer(plain, np.uint8)
    outside = np.cumsum(codes == ord('"'), dtype=np.int32) % 2 == 0
    opening = outside & ((codes == ord("{")) | (codes == ord("[")))
    closing = outside & ((codes == ord("}")) | (codes == ord("]")))
    depth = np.cumsum(opening.astype(np.int8) - closing.astype(np.int8), dtype=np.int32)
    ends = np.flatnonzero(closing & (depth == 0))
    beyond = np.flatnonzero(depth < 0)
    closed = int(beyond[0]) + 1 if len(beyond) and codes[beyond[0]] == ord("]") else 0
    if len(beyond):
        ends = ends[ends < beyond[0]]
    return ends + 1, closed


def next_begin(content: memoryview, at: int) -> int:
    """Where the next event seems to begin after one that never ends; 0 where there is none."""
    found = _NEXT.search(content, at + 1)
    return found.end() if found else 0


def one_by_one(
    piece: bytes | memoryview, decoder: msgspec.json.Decoder[Event]
) -> Iterator[tuple[int, Event | None]]:
    """The events of a piece with where each begins in it, None for what is none."""
    content, begin = bytes(piece), 0
    ends, _ = ends_of(content)
    for end in ends.tolist():
        text = content[begin:end]
        place = begin + len(text) - len(text.lstrip(b" \t\r\n,"))
        begin = end
        # Anything between two events belongs to neither.
        first = text.find(b"{")
        between = text[: first if first >= 0 else len(text)].strip(b" \t\r\n,")
        if between:
            yield place, None
            place += len(between)
        if first >= 0:
            yield place, loosely(text[first:], decoder)


def loosely(text: bytes, decoder: msgspec.json.Decoder[Event]) -> Event | None:
    """An event, however it is written; None where it cannot be read or has fields of other
    types."""
    try:
        return decoder.decode(text)
    except msgspec.ValidationError:
        return None
    except UNREADABLE:
        pass
    plain = text.decode("utf-8", "replace")
    for attempt in (plain, _COMMA.sub(lambda found: found[1] or "", plain)):
        try:
            value = _clean(json.loads(attempt, strict=False))
            return decoder.decode(msgspec.json.encode(value))
        except (ValueError, *UNREADABLE):
            continue
    return None


def without_commas(text: bytes) -> bytes:
    """JSON without commas before brackets."""
    plain = text.decode("utf-8", "replace")
    return _COMMA.sub(lambda found: found[1] or "", plain).encode()


def _clean(value: Any) -> Any:
    """A value whose texts have no halves of characters. (What is no number is encoded as null.)"""
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value)
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
