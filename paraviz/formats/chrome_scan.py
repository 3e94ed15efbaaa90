"""Finding the events in a Chrome trace, and decoding them a batch at a time.

A document is an array of events, or an object with one under `traceEvents`. It may end anywhere,
since tracers that are killed leave it so; what came before counts. Batches keep memory bounded:
decoded events take several times the room of their text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from paraviz.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterator

Event = TypeVar("Event", bound=msgspec.Struct)

BATCH_BYTES = 4 << 20
"""Text decoded at a time."""
EVENT_LIMIT = 64 << 20
"""Bytes that one event may take."""

_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)
_SPACE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_EVENTS_KEY = re.compile(rb'"traceEvents"[ \t\r\n]*:[ \t\r\n]*(?=\[)')
_OTHER_KEY = re.compile(rb'"otherData"[ \t\r\n]*:[ \t\r\n]*\{"paraviz"')
_BETWEEN = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*(?=\{)")
_TRAILING = b" \t\r\n"
_KEY_WITHIN = 4 << 20
"""How far into a damaged document its events are sought."""


class _Top(msgspec.Struct):
    """A document in object form."""

    traceEvents: msgspec.Raw = msgspec.Raw()
    otherData: msgspec.Raw = msgspec.Raw()


class Document:
    """A Chrome trace, its events not yet decoded."""

    def __init__(self, content: memoryview) -> None:
        """Find the events. Raises FormatError where there cannot be any."""
        self.other_data = msgspec.Raw(b"{}")
        """The member `otherData`."""
        self.cut_off = False
        """Whether it ends before its end; of events only known after the last batch."""
        self.skipped = 0
        """Events passed over since their fields are of other types than the format's."""
        begin = _SPACE.match(content).end()  # type: ignore[union-attr]
        content = content[begin:]
        if bytes(content[:1]) == b"[":
            self._events = content
        elif bytes(content[:1]) == b"{":
            self._events = self._member(content)
        else:
            raise FormatError("neither a Chrome trace nor any other JSON object")

    def _member(self, content: memoryview) -> memoryview:
        """The events of a document in object form; of a damaged one to the end of the file."""
        try:
            top = msgspec.json.decode(content, type=_Top)
        except _UNREADABLE as error:
            found = _EVENTS_KEY.search(content[:_KEY_WITHIN])
            if not found:
                raise FormatError(f"damaged: {_reason(error)}") from error
            self.cut_off = True
            if _OTHER_KEY.search(content[: found.start()]):
                self.other_data = msgspec.Raw(b'{"paraviz":{}}')
            return content[found.end() :]
        self.other_data = top.otherData if memoryview(top.otherData) else self.other_data
        events = memoryview(top.traceEvents)
        if bytes(events[:1]) != b"[":
            raise FormatError("no Chrome trace: it has no traceEvents")
        return events

    def batches(self, event_type: type[Event]) -> Iterator[list[Event]]:
        """All events in the order of the file. Raises FormatError for what is no JSON."""
        decoder = msgspec.json.Decoder(list[event_type])  # type: ignore[valid-type]
        body, whole = _within_brackets(self._events)
        at, size = 0, BATCH_BYTES
        while at < len(body):
            piece = bytes(body[at : at + size])
            last = at + size >= len(body)
            length = len(piece) if last else _guess_boundary(piece)
            events = self._decode(decoder, event_type, piece[:length]) if length else None
            if events is None:
                length = _exact_boundary(piece)
                if not length and not last:
                    size *= 2
                    if size > EVENT_LIMIT:
                        raise FormatError("damaged: an event is too long")
                    continue
                events = self._decode(decoder, event_type, piece[:length], must=True)
                if last:
                    whole, length = False, len(piece)
            yield events or []
            at += length
            size = BATCH_BYTES
            between = _BETWEEN.match(body, at)
            at = between.end() if between else at
        self.cut_off = self.cut_off or not whole

    def _decode(
        self,
        decoder: msgspec.json.Decoder[list[Event]],
        event_type: type[Event],
        piece: bytes,
        *,
        must: bool = False,
    ) -> list[Event] | None:
        """Decode events with commas between. What is no JSON gives None, or FormatError if it
        `must` be."""
        listed = b"[%b]" % piece
        try:
            try:
                return decoder.decode(listed)
            except msgspec.ValidationError:
                return self._decode_one_by_one(event_type, listed)
        except _UNREADABLE as error:
            if must:
                raise FormatError(f"damaged: {_reason(error)}") from error
            return None

    def _decode_one_by_one(self, event_type: type[Event], listed: bytes) -> list[Event]:
        """Those events that have the format's types."""
        decoder = msgspec.json.Decoder(event_type)
        events = []
        for raw in msgspec.json.decode(listed, type=list[msgspec.Raw]):
            try:
                events.append(decoder.decode(raw))
            except _UNREADABLE:
                self.skipped += 1
        return events


def _within_brackets(events: memoryview) -> tuple[memoryview, bool]:
    """What stands between an array's brackets, and whether the closing one is there."""
    end = len(events)
    while end > 1 and events[end - 1] in _TRAILING:
        end -= 1
    whole = end > 1 and events[end - 1] == ord("]")
    end -= whole
    while end > 1 and events[end - 1] in _TRAILING + b",":
        end -= 1
    begin = _SPACE.match(events, 1).end()  # type: ignore[union-attr]
    return events[min(begin, end) : end], whole


def _guess_boundary(piece: bytes) -> int:
    """Where an event most likely ends: the last `}` with `, {` after it; 0 if there is none."""
    at = len(piece)
    while (at := piece.rfind(b"}", 0, at)) >= 0:
        if _BETWEEN.match(piece, at + 1):
            return at + 1
    return 0


def _exact_boundary(piece: bytes) -> int:
    """Where the last event that is whole ends, by counting brackets outside strings; 0 if none is.

    `piece` begins where an event begins.
    """
    # What is escaped is blanked first; of a row of backslashes pair by pair from the left.
    plain = piece.replace(rb"\\", b"  ").replace(rb"\"", b"  ")
    codes = np.frombuffer(plain, np.uint8)
    outside = np.cumsum(codes == ord('"'), dtype=np.int32) % 2 == 0
    opening = outside & ((codes == ord("{")) | (codes == ord("[")))
    closing = outside & ((codes == ord("}")) | (codes == ord("]")))
    depth = np.cumsum(opening.astype(np.int8) - closing.astype(np.int8), dtype=np.int32)
    ends = np.flatnonzero(closing & (depth == 0))
    beyond = np.flatnonzero(depth < 0)
    if len(beyond):
        ends = ends[ends < beyond[0]]
    return int(ends[-1]) + 1 if len(ends) else 0


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it nests too deeply"
    return "its text is not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error)
