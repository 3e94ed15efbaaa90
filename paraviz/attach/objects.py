"""Python's objects in another process's memory: their types, texts, numbers and attributes.

An address of an object is a number, 0 where there is none. What is not what it should be raises
Unreadable; the methods that look something up return 0 then.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

from paraviz.attach.memory import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.attach.layouts import Layout
    from paraviz.attach.memory import Memory

_MOST_CHARACTERS = 4_096
_MOST_ENTRIES = 50_000
"""Of a dict or list that are looked through."""
_MOST_DIGITS = 3
_TYPE, _SIZE, _ITEMS = 8, 16, 24
_TYPE_NAME, _BASIC_SIZE, _FLAGS = 24, 32, 168
_MANAGED_DICT, _INLINE_VALUES = 1 << 4, 1 << 2
_DICT_KEYS, _DICT_VALUES = 32, 40
_KEYS_HEAD = 32
_DICTS = ("dict", "collections.OrderedDict", "collections.defaultdict")
_CODECS = {1: "latin-1", 2: "utf-16-le", 4: "utf-32-le"}


class Objects:
    """Objects of one process."""

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self.memory, self.layout = memory, layout
        self._truth = 24
        """Where a bool has its digit."""
        self._types: dict[int, str] = {}
        self._names: dict[tuple[int, int], list[tuple[str, int]]] = {}

    def type_name(self, one: int) -> str:
        """What the type of an object is called: "Condition", "_thread.lock". Raises Unreadable."""
        kind = self.memory.word(one + _TYPE)
        if kind not in self._types:
            at = self.memory.word(kind + _TYPE_NAME)
            raw, nul, _ = self.memory.bytes(at, 64).partition(b"\0")
            if not nul:
                raise Unreadable(one)
            try:
                self._types[kind] = raw.decode("utf-8")
            except UnicodeDecodeError as error:
                raise Unreadable(one) from error
        return self._types[kind]

    def type_or_none(self, one: int) -> str:
        """Likewise, or "" for what is no object."""
        try:
            return self.type_name(one) if one else ""
        except Unreadable:
            return ""

    def text(self, one: int) -> str:
        """A text, cut where it is long. Raises Unreadable for anything else."""
        if self.type_name(one) != "str":
            raise Unreadable(one)
        length, state = self.memory.word(one + 16), self.memory.int32(one + 32)
        width, is_ascii = state >> 2 & 7, state >> 6 & 1
        if width not in _CODECS or not state >> 5 & 1:
            raise Unreadable(one)
        # Of one that is not ASCII a copy in UTF-8 is known there; up to 3.11 one of wchar_t, too.
        more = 0 if is_ascii else 24 if self.layout.version < (3, 12) else 16
        at = one + self.layout.ascii + more
        raw = self.memory.bytes(at, min(length, _MOST_CHARACTERS) * width)
        return raw.decode(_CODECS[width], "replace")

    def blob(self, one: int) -> bytes:
        """The bytes of a `bytes`. Raises Unreadable for anything else."""
        if self.type_name(one) != "bytes":
            raise Unreadable(one)
        return self.memory.bytes(one + 32, self.memory.word(one + _SIZE))

    def integer(self, one: int) -> int:
        """An `int` that is not too large. Raises Unreadable for anything else."""
        if self.type_name(one) != "int":
            raise Unreadable(one)
        (head,) = struct.unpack("<q", self.memory.bytes(one + _SIZE, 8))
        if self.layout.version < (3, 12):
            digits, sign = abs(head), -1 if head < 0 else 1
        else:
            digits, sign = head >> 3, (1, 0, -1, 1)[head & 3]
        if not 0 <= digits <= _MOST_DIGITS:
            raise Unreadable(one)
        raw = struct.unpack(f"<{digits}I", self.memory.bytes(one + _ITEMS, 4 * digits))
        value: int = sum(digit << 30 * place for place, digit in enumerate(raw))
        return sign * value

    def is_true(self, one: int) -> bool:
        """Whether it is `True`; of what is not sure it is taken to be."""
        try:
            return self.type_name(one) != "bool" or self.memory.byte(one + self._truth) != 0
        except Unreadable:
            return True

    def sequence(self, one: int) -> tuple[int, ...]:
        """The items of a list or tuple. Raises Unreadable for anything else."""
        kind, count = self.type_name(one), self.memory.word(one + _SIZE)
        if kind not in ("list", "tuple") or count > _MOST_ENTRIES:
            raise Unreadable(one)
        own = one + self.layout.tuple_items
        at = own if kind == "tuple" else self.memory.word(one + _ITEMS)
        return self.memory.words(at, count)

    def size(self, one: int) -> int:
        """How many items a list, tuple, dict or deque has. Raises Unreadable for anything else."""
        if self.type_name(one) not in ("list", "tuple", "dict", "collections.deque"):
            raise Unreadable(one)
        return self.memory.word(one + _SIZE)

    def items(self, one: int) -> Iterator[tuple[int, int]]:
        """Keys and values of a dict. Raises Unreadable."""
        if self.type_name(one) not in _DICTS:
            raise Unreadable(one)
        keys, values = self.memory.words(one + _DICT_KEYS, 2)
        for place, (key, value) in enumerate(self._entries(keys)):
            if values:
                value = self.memory.word(self._first_value(values) + 8 * place)
            if key and value:
                yield key, value

    def attribute(self, one: int, name: str) -> int:
        """What an object has by a name of its own: 0 where it has none."""
        try:
            return next((value for key, value in self.attributes(one) if key == name), 0)
        except Unreadable:
            return 0

    def attributes(self, one: int) -> list[tuple[str, int]]:
        """All that an object has by names of its own. Raises Unreadable."""
        kind, memory = self.memory.word(one + _TYPE), self.memory
        flags = memory.word(kind + _FLAGS)
        if not flags & _MANAGED_DICT:
            return []
        values, own = 0, 0
        if self.layout.version < (3, 12):
            values, own = memory.words(one - 32, 2)
        elif self.layout.version < (3, 13):
            own = memory.word(one - 24)
            if own & 1:
                values, own = own + 1, 0
        else:
            own = memory.word(one - 24)
            inline = one + memory.word(kind + _BASIC_SIZE)
            if flags & _INLINE_VALUES and memory.byte(inline + 3):
                values = inline
        if not values:
            return [
                (self.text(key), value)
                for key, value in (self.items(own) if own else ())
                if self.type_name(key) == "str"
            ]
        names = self._known_names(memory.word(kind + self.layout.cached_keys))
        found = memory.words(self._first_value(values), len(names))
        return [(name, value) for (name, _), value in zip(names, found, strict=True) if value]

    def path(self, one: int, *names: str) -> int:
        """An attribute of an attribute: 0 where there is none."""
        for name in names:
            one = self.attribute(one, name) if one else 0
        return one

    def _first_value(self, values: int) -> int:
        return values if self.layout.version < (3, 13) else values + 8

    def _known_names(self, keys: int) -> list[tuple[str, int]]:
        count = self.memory.word(keys + 24)
        if (keys, count) not in self._names:
            self._names[keys, count] = [(self.text(key), key) for key, _ in self._entries(keys)]
        return self._names[keys, count]

    def _entries(self, keys: int) -> list[tuple[int, int]]:
        """Keys and values of a table of keys."""
        head = self.memory.bytes(keys, _KEYS_HEAD)
        index_bytes, kind = head[9], head[10]
        (count,) = struct.unpack_from("<Q", head, 24)
        if index_bytes > 24 or kind > 2 or count > _MOST_ENTRIES:
            raise Unreadable(keys)
        at, size = keys + _KEYS_HEAD + (1 << index_bytes), 2 if kind else 3
        found = self.memory.words(at, size * count)
        return list(zip(found[size - 2 :: size], found[size - 1 :: size], strict=True))
