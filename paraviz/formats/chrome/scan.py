"""Finding the events in a Chrome trace, and decoding them a batch at a time.

A document is an array of events, or an object with one under `traceEvents`. It may end anywhere,
since tracers that are killed leave it so; what came before counts. Batches are so small that the
events of one are decoded into the memory of those before, which the caches of a CPU still hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.chrome.lenient import (
    ends_of,
    loosely,
    next_begin,
    one_by_one,
    without_commas,
)
from paraviz.formats.progress import unheard
from paraviz.formats.undecodable import UNREADABLE, reason
from paraviz.text.translation import _

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
_TRIES = 100
"""So many events that never end are passed over."""
_TAIL_LIMIT = 64 << 20
"""Bytes behind the events that are looked at."""


class _Bare(msgspec.Struct):
    """What tells an event from a document."""

    ph: str = ""


class _Top(msgspec.Struct):
    """A document in object form."""

    traceEvents: msgspec.Raw = msgspec.Raw()
    otherData: msgspec.Raw = msgspec.Raw()
    samples: msgspec.Raw = msgspec.Raw()
    stackFrames: msgspec.Raw = msgspec.Raw()


class Document:
    """A Chrome trace, its events not yet decoded."""

    def __init__(self, content: memoryview, heard: Callable[[int], None] = unheard) -> None:
        """Find the events; `heard` is told after each batch how many bytes are done with. Raises
        FormatError where there cannot be any."""
        self.other_data = msgspec.Raw(b"{}")
        """The member `otherData`; where it stands behind the events, only known after the last
        batch."""
        self.samples = msgspec.Raw(b"[]")
        """The member `samples`, in the same way."""
        self.frames = msgspec.Raw(b"{}")
        """The member `stackFrames`."""
        self.cut_off = False
        """Whether it ends before its end; only known after the last batch."""
        self.skipped = 0
        """Events passed over since their fields are of other types than the format's, or are no
        JSON."""
        self.first_skipped = -1
        """Where the first of them stands, in bytes from the begin; -1 where there is none."""
        self._is_bare = False
        self.why = ""
        """What is wrong with it, in the current language."""
        self._tries = _TRIES
        self._more: list[memoryview] = []
        self._content = content
        self._heard = heard
        begin = _SPACE.match(content).end()  # type: ignore[union-attr]
        form = bytes(content[begin : begin + 1])
        if form not in (b"[", b"{"):
            raise FormatError(_("neither a Chrome trace nor any other JSON object"))
        self._is_bare = form == b"{" and self._begins_with_an_event(begin)
        self._is_object = form == b"{" and not self._is_bare
        if self._is_object:
            self._begin = self._events_at(begin)
        else:
            self._begin = begin if self._is_bare else begin + 1

    def _begins_with_an_event(self, begin: int) -> bool:
        """Whether events stand there without anything around them, one a line for instance."""
        piece = self._content[begin : begin + BATCH_BYTES]
        ends, _ = ends_of(piece)
        if not len(ends):
            return False
        first = loosely(bytes(piece[: int(ends[0])]), msgspec.json.Decoder(_Bare))
        return first is not None and bool(first.ph)

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
            return found[0]
        self._keep(top)
        self._content, self._is_object = _listed(memoryview(top.traceEvents)), False
        return 1

    def _keep(self, top: _Top) -> None:
        if memoryview(top.otherData):
            self.other_data = msgspec.Raw(bytes(top.otherData))
        if memoryview(top.samples):
            self.samples = msgspec.Raw(bytes(top.samples))
        if memoryview(top.stackFrames):
            self.frames = msgspec.Raw(bytes(top.stackFrames))

    def batches(self, event_type: type[Event], *, loose: bool = False) -> Iterator[list[Event]]:
        """All events in the order of the file. What is raw in one does not outlive its batch.
        What is no JSON raises FormatError or, if `loose`, costs that event."""
        yield from self._batches(event_type, loose=loose)
        for more in self._more:
            self._content, self._begin = more, 1
            self._is_object = False
            yield from self._batches(event_type, loose=loose)

    def _batches(self, event_type: type[Event], *, loose: bool) -> Iterator[list[Event]]:
        content = self._content
        decoder = msgspec.json.Decoder(list[event_type])  # type: ignore[valid-type]
        at, size = self._begin, BATCH_BYTES
        while True:
            at = _SEPARATORS.match(content, at).end()  # type: ignore[union-attr]
            self._heard(at)
            if at >= len(content):
                self.cut_off |= not self._is_bare
                return
            if content[at] == ord("]") or (self._is_bare and content[at] == ord("}")):
                self._take_tail(at + 1)
                return
            last = at + size >= len(content)
            stop = len(content) if last else _guess_boundary(content, at, at + size)
            events = None if last or not stop else self._decode(decoder, event_type, at, stop)
            if events is None:
                ends, closed = ends_of(content[at : at + size])
                stop = int(ends[-1]) if len(ends) else 0
                if not stop and not closed and not last:
                    size *= 2
                    if size > EVENT_LIMIT:
                        raise damaged(_("an event is too long"))
                    continue
                if not stop and not closed:
                    # It never ends: the next one may be whole.
                    begin = next_begin(content, at) if loose and self._tries else 0
                    if not begin:
                        self.cut_off = True
                        return
                    self._tries -= 1
                    self._skip(at)
                    at, size = begin, BATCH_BYTES
                    continue
                if loose:
                    events = self._decode_loosely(event_type, at, at + stop)
                else:
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
            text = b"".join((b'{"traceEvents":[]', tail))
            top = _top(text) or _top(without_commas(text))
            if top:
                self._keep(top)
                # The same key once more.
                if (
                    bytes(memoryview(top.traceEvents)[:1]) == b"["
                    and len(memoryview(top.traceEvents)) > 2
                ):
                    self._more.append(memoryview(bytes(top.traceEvents)))
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
                return self._decode_one_by_one(event_type, listed, begin)
        except UNREADABLE as error:
            if must:
                raise damaged(reason(error, listed)) from error
            return None

    def _decode_one_by_one(self, event_type: type[Event], listed: bytes, begin: int) -> list[Event]:
        """Those events that have the format's types."""
        decoder = msgspec.json.Decoder(event_type)
        events, at = [], 1
        for raw in msgspec.json.decode(listed, type=list[msgspec.Raw]):
            try:
                events.append(decoder.decode(raw))
            except UNREADABLE:
                at = listed.find(raw, at)
                self._skip(begin + at - 1)
        return events

    def _decode_loosely(self, event_type: type[Event], begin: int, end: int) -> list[Event]:
        """Those events that can be read."""
        events = []
        decoder = msgspec.json.Decoder(event_type)
        for place, event in one_by_one(self._content[begin:end], decoder):
            if event is None:
                self._skip(begin + place)
                self.why = self.why or _why(decoder, self._content[begin + place : end])
            else:
                events.append(event)
        return events

    def _skip(self, place: int) -> None:
        self.skipped += 1
        if self.first_skipped < 0:
            self.first_skipped = place


def _why(decoder: msgspec.json.Decoder[Event], text: memoryview) -> str:
    """Why an event at the begin of a text cannot be read."""
    ends, _closed = ends_of(text)
    event = text[: int(ends[0])] if len(ends) else text
    try:
        decoder.decode(event)
    except UNREADABLE as error:
        return reason(error, event)
    return ""


def _listed(events: memoryview) -> memoryview:
    """What stands under `traceEvents`, as the text of a list. Raises FormatError."""
    if bytes(events[:1]) == b'"':
        # Somebody wrote the list as a text.
        events = memoryview(msgspec.json.decode(events, type=str).strip().encode())
    if bytes(events[:5]) == b"null":
        events = memoryview(b"[]")
    if bytes(events[:1]) != b"[":
        raise FormatError(_("no Chrome trace: it has no traceEvents"))
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
