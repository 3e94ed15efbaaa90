"""The wire format of protocol buffers, no more than is needed: numbers of fields with their values.

A file may be anything: what reads past its end, or is no field, raises `Broken`; nothing is copied
and nothing nests here, so that time and memory are bounded by the file's length.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_LONGEST_TEXT = 500
_SEVEN = 0x7F
_LAST_SHIFT = 63
_WIDEST = 0xFFFF_FFFF_FFFF_FFFF


class Broken(ValueError):
    """No message stands there."""


class Message(Struct):
    """The fields of a message: the numbers of each, and where its bytes stand."""

    data: bytes
    numbers: dict[int, list[int]]
    pieces: dict[int, list[tuple[int, int]]]

    def number(self, at: int, default: int = 0) -> int:
        """The last value of a field, without a sign."""
        found = self.numbers.get(at)
        return found[-1] if found else default

    def signed(self, at: int, default: int = 0) -> int:
        """The last value of a field, with a sign."""
        value = self.number(at, default)
        return value - (1 << 64) if value >= 1 << 63 else value

    def double(self, at: int) -> float:
        """The last value of a field of 64 bits as a float."""
        return float(struct.unpack("<d", struct.pack("<Q", self.number(at)))[0])

    def text(self, at: int) -> str:
        """The last text of a field."""
        found = self.pieces.get(at)
        if not found:
            return ""
        begin, end = found[-1]
        whole = self.data[begin : min(end, begin + 4 * _LONGEST_TEXT)]
        return whole.decode("utf-8", "replace")[:_LONGEST_TEXT]

    def raw(self, at: int) -> bytes:
        """The last bytes of a field, if they are as short as a name."""
        found = self.pieces.get(at)
        return self.data[found[-1][0] : min(found[-1][1], found[-1][0] + 64)] if found else b""

    def texts(self, at: int) -> list[str]:
        """All texts of a field."""
        return [
            self.data[begin : min(end, begin + 4 * _LONGEST_TEXT)].decode("utf-8", "replace")
            for begin, end in self.pieces.get(at, ())
        ]

    def message(self, at: int) -> Message | None:
        """The last message in a field. Raises Broken."""
        found = self.pieces.get(at)
        return message(self.data, *found[-1]) if found else None

    def messages(self, at: int) -> Iterator[Message]:
        """All messages in a field. Raises Broken."""
        for begin, end in self.pieces.get(at, ()):
            yield message(self.data, begin, end)

    def packed(self, at: int) -> list[int]:
        """All numbers of a repeated field, packed or not. Raises Broken."""
        found = list(self.numbers.get(at, ()))
        for begin, end in self.pieces.get(at, ()):
            while begin < end:
                value, begin = varint(self.data, begin, end)
                found.append(value)
        return found

    def has(self, at: int) -> bool:
        """Whether a field is there."""
        return at in self.numbers or at in self.pieces


def varint(data: bytes, at: int, end: int) -> tuple[int, int]:
    """A number, and where it ends. Raises Broken."""
    value = shift = 0
    for place in range(at, min(at + _LONGEST_VARINT, end)):
        byte = data[place]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _WIDEST, place + 1
        shift += 7
    raise Broken


def message(data: bytes, at: int, end: int) -> Message:
    """The fields that stand there. Raises Broken.

    Numbers are read in place, since a call for each would take twice the time. What would read
    past the end of the message is found by where the last field ends.
    """
    numbers: dict[int, list[int]] = {}
    pieces: dict[int, list[tuple[int, int]]] = {}
    try:
        while at < end:
            tag = data[at]
            at += 1
            if tag > _SEVEN:
                tag, at = varint(data, at - 1, end)
            kind, number = tag & 7, tag >> 3
            if kind in (VARINT, BYTES):
                value = data[at]
                at += 1
                if value > _SEVEN:
                    value &= _SEVEN
                    shift = 7
                    while True:
                        byte = data[at]
                        at += 1
                        value |= (byte & _SEVEN) << shift
                        if byte <= _SEVEN:
                            break
                        shift += 7
                        if shift > _LAST_SHIFT:
                            raise Broken
                if kind == VARINT:
                    value &= _WIDEST
                    if number in numbers:
                        numbers[number].append(value)
                    else:
                        numbers[number] = [value]
                else:
                    at += value
                    if number in pieces:
                        pieces[number].append((at - value, at))
                    else:
                        pieces[number] = [(at - value, at)]
                    if at > end:
                        raise Broken
            elif kind in (FIXED64, FIXED32):
                size = 8 if kind == FIXED64 else 4
                numbers.setdefault(number, []).append(
                    int.from_bytes(data[at : at + size], "little")
                )
                at += size
            else:
                raise Broken
    except IndexError as error:
        raise Broken from error
    if at != end or 0 in numbers or 0 in pieces:
        raise Broken
    return Message(data, numbers, pieces)
