"""The wire format of protocol buffers, no more than is needed: numbers of fields with their values.

A file may be anything: what reads past its end, or is no field, raises `Broken`; nothing is copied
and nothing nests here, so that time and memory are bounded by the file's length.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Iterator

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10
_LONGEST_TEXT = 500


class Broken(ValueError):
    """No message stands there."""


class Message(Struct):
    """The fields of a message: the numbers of each, and where its bytes stand."""

    data: bytes
    numbers: dict[int, list[int]] = field(default_factory=dict)
    pieces: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

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
            return value & 0xFFFF_FFFF_FFFF_FFFF, place + 1
        shift += 7
    raise Broken


def message(data: bytes, at: int, end: int) -> Message:
    """The fields that stand there. Raises Broken."""
    numbers: dict[int, list[int]] = {}
    pieces: dict[int, list[tuple[int, int]]] = {}
    while at < end:
        tag = data[at]
        if tag < 0x80:
            at += 1
        else:
            tag, at = varint(data, at, end)
        kind, number = tag & 7, tag >> 3
        if not number:
            raise Broken
        if kind == VARINT:
            value, at = varint(data, at, end)
            numbers.setdefault(number, []).append(value)
            continue
        if kind == BYTES:
            length, at = varint(data, at, end)
            if length > end - at:
                raise Broken
            pieces.setdefault(number, []).append((at, at + length))
            at += length
            continue
        size = {FIXED64: 8, FIXED32: 4}.get(kind, 0)
        if not size or size > end - at:
            raise Broken
        numbers.setdefault(number, []).append(int.from_bytes(data[at : at + size], "little"))
        at += size
    return Message(data, numbers, pieces)
