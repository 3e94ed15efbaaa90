"""Finding the events in a Chrome trace, and decoding them a batch at a time.

A document is an array of events, or an object with one under `traceEvents`. It may end anywhere,
since tracers that are killed leave it so; what came before counts. Batches are so small that the
events of one are decoded into the memory of those before, which the caches of a CPU still hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec
import numpy as np

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.progress import unheard
from paraviz.formats.undecodable import UNREADABLE, reason
from paraviz.words import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Event = TypeVar("Event", bound=msgspec.Struct)

BATCH_BYTES = 256 << 10
"""Text decoded at a time."""
EVENT_LIMIT = 64 << 20
"""Bytes that one event may take."""

_SPACE = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_SEPARATORS = re.compile(rb"[ \t\r\n,]*")
_EVENTS_KEY = re.compile(rb'"traceEvents"[ \t\r\n]*:[ \t\r\n]*\[')
_BETWEEN = re.compile(rb"[ \t\r\n]*,[ \t\r\n]*\{")
_NEAR = 4 << 10
"""Bytes before a batch's end in which the end of an event is sought first."""
_KEY_TRIES = 8
"""Places at which the events may seem to begin, in texts for instance."""
_TAIL_LIMIT = 64 << 20
"""Bytes behind the events that are looked at."""


class _Top(msgspec.Struct):
    """A document in object form."""

    traceEvents: msgspec.Raw = msgspec.Raw()
    otherData: msgspec.Raw = msgspec.Raw()


class Document:
    """A Chrome trace, its events not yet decoded."""

    def __init__(self, content: memoryview, heard: Callable[[int], None] = unheard) -> None:
        """Find the events; `heard` is told after each batch how many bytes are done with. Raises
        FormatError where there cannot be any."""
        self.other_data = msgspec.Raw(b"{}")
        """The member `otherData`; where it stands behind the events, only known after the last
        batch."""
        self.cut_off = False
        """Whether it ends before its end; only known after the last batch."""
        self.skipped = 0
        """Events passed over since their fields are of other types than the format's."""
        self._content = content
        self._heard = heard
        begin = _SPACE.match(content).end()  # type: ignore[union-attr]
        form = bytes(content[begin : begin + 1])
        if form not in (b"[", b"{"):
            raise FormatError(_("neither a Chrome trace nor any other JSON object"))
        self._is_object = form == b"{"
        self._begin = self._events_at(begin) if self._is_object else begin + 1

    def _events_at(self, begin: int) -> int:
        """Where the first event stands in a document in object form."""
        found = []
        for match in _EVENTS_KEY.finditer(self._content, begin):
            found.append(match.end())
            # Had the key stood in a text or in another object, this were no JSON.
            top = _top(b"".join((self._content[begin : match.end()], b"]}")))
            if top:
                self._keep(top)
                return match.end()
            if len(found) >= _KEY_TRIES:
                break
        try:
            top = msgspec.json.decode(self._content[begin:], type=_Top)
        except UNREADABLE as error:
            if not found:
                raise damaged(reason(error, self._content[begin:])) from error
            self.cut_off = True
            return found[0]
        self._keep(top)
        self._content, self._is_object = memoryview(top.traceEvents), False
        if bytes(self._content[:1]) != b"[":
            raise FormatError(_("no Chrome trace: it has no traceEvents"))
        return 1

    def _keep(self, top: _Top) -> None:
        if memoryview(top.otherData):
            self.other_data = msgspec.Raw(bytes(top.otherData))

    def batches(self, event_type: type[Event]) -> Iterator[list[Event]]:
        """All events in the order of the file. What is raw in one does not outlive its batch.
        Raises FormatError for what is no JSON."""
        content = self._content
        decoder = msgspec.json.Decoder(list[event_type])  # type: ignore[valid-type]
        at, size = self._begin, BATCH_BYTES
        while True:
            at = _SEPARATORS.match(content, at).end()  # type: ignore[union-attr]
            self._heard(at)
            if at >= len(content):
                self.cut_off = True
                return
            if content[at] == ord("]"):
                self._take_tail(at + 1)
                return
            last = at + size >= len(content)
            stop = len(content) if last else _guess_boundary(content, at, at + size)
            events = None if last or not stop else self._decode(decoder, event_type, at, stop)
            if events is None:
                stop, closed = _exact_boundary(content[at : at + size])
                if not stop and not closed and not last:
                    size *= 2
                    if size > EVENT_LIMIT:
                        raise damaged(_("an event is too long"))
                    continue
                if not stop and not closed:
                    self.cut_off = True
                    return
                events = self._decode(decoder, event_type, at, at + stop, must=True)
                # What is closed without an event in it, such as [1, 2], is passed over.
                stop = at + (stop or closed - 1)
            yield events or []
            at, size = stop, BATCH_BYTES

    def _take_tail(self, at: int) -> None:
        """What stands behind the events."""
        tail = self._content[at:]
        if not self._is_object:
            self.cut_off |= _SEPARATORS.match(tail).end() < len(tail)  # type: ignore[union-attr]
        elif len(tail) <= _TAIL_LIMIT:
            top = _top(b"".join((b'{"traceEvents":[]', tail)))
            if top:
                self._keep(top)
            else:
                self.cut_off = True
        self._heard(len(self._content))

    def _decode(
        self,
        decoder: msgspec.json.Decoder[list[Event]],
        event_type: type[Event],
        begin: int,
        end: int,
        *,
        must: bool = False,
    ) -> list[Event] | None:
        """Decode events with commas between. What is no JSON gives None, or FormatError if it
        `must` be."""
        listed = b"".join((b"[", self._content[begin:end], b"]"))
        try:
            try:
                return decoder.decode(listed)
            except msgspec.ValidationError:
                return self._decode_one_by_one(event_type, listed)
        except UNREADABLE as error:
            if must:
                raise damaged(reason(error, listed)) from error
            return None

    def _decode_one_by_one(self, event_type: type[Event], listed: bytes) -> list[Event]:
        """Those events that have the format's types."""
        decoder = msgspec.json.Decoder(event_type)
        events = []
        for raw in msgspec.json.decode(listed, type=list[msgspec.Raw]):
            try:
                events.append(decoder.decode(raw))
            except UNREADABLE:
                self.skipped += 1
        return events


def _top(text: bytes) -> _Top | None:
    """A document without its events; None for what is no JSON."""
    try:
        return msgspec.json.decode(text, type=_Top)
    except UNREADABLE:
        return None


def _guess_boundary(content: memoryview, begin: int, end: int) -> int:
    """Where an event most likely ends: the last `}` with `, {` after it; 0 if there is none."""
    for first in (max(begin, end - _NEAR), begin):
        piece = bytes(content[first:end])
        at = len(piece)
        while (at := piece.rfind(b"}", 0, at)) >= 0:
            if _BETWEEN.match(piece, at + 1):
                return first + at + 1
    return 0


def _exact_boundary(piece: memoryview) -> tuple[int, int]:
    """Where the last event that is whole ends, and right behind the `]` that closes them all, by
    counting brackets outside strings; 0 where there is none.

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
    return (int(ends[-1]) + 1 if len(ends) else 0), closed
