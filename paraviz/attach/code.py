"""What a code object's tables tell of an instruction: its line, and how deep the stack is that an
exception there would leave alone. Formats: locations.md and exception_handling_notes.md in Objects/
of CPython (InternalDocs since 3.14).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NO_COLUMNS, _LONG, _NONE = 13, 14, 15
_ONE_LINE = range(10, 13)


def line_at(table: bytes, first: int, offset: int) -> int:
    """The line of the instruction at so many bytes from the first one; 0 where it has none."""
    at, line, place = 0, first, 0

    def varint() -> int:
        nonlocal place
        value, shift, byte = 0, 0, 64
        while byte & 64 and place < len(table):
            byte = table[place]
            place += 1
            value |= (byte & 63) << shift
            shift += 6
        return value

    while place < len(table):
        head = table[place]
        place += 1
        code, length = head >> 3 & 15, (head & 7) + 1
        if code in (_NO_COLUMNS, _LONG):
            folded = varint()
            line += -(folded >> 1) if folded & 1 else folded >> 1
        if code == _LONG:
            for _ in range(3):
                varint()
        elif code in _ONE_LINE:
            line += code - _ONE_LINE.start
            place += 2
        elif code < _ONE_LINE.start:
            place += 1
        at += 2 * length
        if offset < at:
            return 0 if code == _NONE else line
    return 0


def live_depth(table: bytes, offset: int) -> int:
    """How many operands are sure to be live at that instruction."""
    numbers = _numbers(table)
    for start in numbers:
        length, _, depth_and_lasti = next(numbers, 0), next(numbers, 0), next(numbers, 0)
        if start * 2 <= offset < (start + length) * 2:
            return depth_and_lasti >> 1
    return 0


def _numbers(table: bytes) -> Iterator[int]:
    value = 0
    for byte in table:
        value = value << 6 | byte & 63
        if not byte & 64:
            yield value
            value = 0
