"""The packets of a trace, one after the other, also those that were compressed."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from paraviz.formats.perfetto.wire import Broken, Message, message, varint

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PACKET = 0x0A
_COMPRESSED = 50
_LONGEST = 256 << 20
"""Bytes of a packet."""
_RATIO = 300
_RATIO_FROM = 64 << 20
_TRIED = 3
"""Packets that tell whether a file is a trace."""
_HIGHEST = 2_000
"""Numbers of fields beyond that no packet has."""


def looks_like_perfetto(content: memoryview) -> bool:
    """Whether a file begins with packets."""
    at, found = 0, 0
    begin = bytes(content[: 1 << 20])
    while found < _TRIED and at < len(begin) and begin[at] == _PACKET:
        try:
            length, inner = varint(begin, at + 1, len(begin))
            if inner + length > len(begin):
                # The rest of a large one tells no more than its length does.
                return found > 0 or (length <= len(content) and length > len(begin) // 2)
            if not _is_packet(message(begin, inner, inner + length)):
                return False
        except Broken:
            return False
        at, found = inner + length, found + 1
    # A text may begin with empty lines.
    return found > 0 and (at >= len(begin) or begin[at] == _PACKET or found >= _TRIED) and at > 2


def _is_packet(packet: Message) -> bool:
    numbers = packet.numbers.keys() | packet.pieces.keys()
    return bool(numbers) and max(numbers) <= _HIGHEST


class Packets:
    """Those of a file."""

    def __init__(self, content: memoryview, heard: Callable[[int], None]) -> None:
        self._content = content
        self._heard = heard
        self._unpacked = 0
        self.at = 0
        """Where the packet that is looked at stands."""
        self.cut_off = False
        self.broken = 0
        self.first_broken = -1

    def __iter__(self) -> Iterator[Message]:
        """All that can be read; others are counted."""
        at, content = 0, self._content
        while at < len(content):
            head = bytes(content[at : at + 11])
            if head[0] != _PACKET:
                # Nothing says where the next one begins.
                self.cut_off = True
                return
            try:
                length, inner = varint(head, 1, len(head))
            except Broken:
                self.cut_off = True
                return
            begin = at + inner
            self.at = at
            if length > len(content) - begin:
                self.cut_off = True
                return
            yield from self._packets(bytes(content[begin : begin + min(length, _LONGEST)]), at)
            at = begin + length
            self._heard(at)

    def _packets(self, data: bytes, place: int) -> Iterator[Message]:
        try:
            packet = message(data, 0, len(data))
            if not packet.has(_COMPRESSED):
                yield packet
                return
            for begin, end in packet.pieces.get(_COMPRESSED, ()):
                yield from self._inside(self._unpack(data[begin:end]), place)
        except (Broken, zlib.error):
            self.spoilt(place)

    def spoilt(self, place: int) -> None:
        """A packet could not be read."""
        self.broken += 1
        self.first_broken = place if self.first_broken < 0 else self.first_broken

    def _unpack(self, packed: bytes) -> bytes:
        allowed = max(_RATIO_FROM, len(self._content) * _RATIO) - self._unpacked
        unpacked = zlib.decompressobj().decompress(packed, max(1, min(allowed, _LONGEST)))
        self._unpacked += len(unpacked)
        if len(unpacked) >= allowed:
            raise Broken
        return unpacked

    def _inside(self, data: bytes, place: int) -> Iterator[Message]:
        at = 0
        while at < len(data):
            if data[at] != _PACKET:
                raise Broken
            length, begin = varint(data, at + 1, len(data))
            if length > len(data) - begin:
                raise Broken
            try:
                yield message(data, begin, begin + length)
            except Broken:
                self.spoilt(place)
            at = begin + length
