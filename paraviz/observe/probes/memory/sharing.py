"""What the probes for shared memory have in common: objects for elements, values as integers.

Stamps and values, so that an order can be proved. Under the lock of a Value or an Array a stamp is
taken inside it: the order of stamps is the order of the accesses. Without a lock a read is stamped
after it and a write before it, so that who is seen to write after a read did write after it: of two
updates that are told to overlap, one was lost. What can be wrong there: which of the two, since
writes less than a microsecond apart (or parted from their stamps by the operating system) may stand
in the wrong order; the value before, which may be older than what was overwritten; and a read just
beside a write, which may stand after it with the old value: such a loss is not told.

What is an object: a Value, a field of a structure in a Value, an element of an Array or of a
ShareableList; and the whole of those two, for slices and for elements of what is longer than
`ELEMENTS`. Events of the whole have the number of elements as their value; its typecode is "".
Elements are numbered when they are first used.

What cannot be seen: `SharedMemory.buf`, a NumPy array or memoryview over any of it, the fields of a
structure without a lock, elements that are no plain values, and what C code does.
"""

from __future__ import annotations

import struct

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at, is_programs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from paraviz.observe.recorder import Recorder

ELEMENTS = 4_096
"""Of what has more elements than this they are not told apart."""

_DOUBLE = struct.Struct("=d")
_BITS = struct.Struct("=q")


class Memory:
    """What reports accesses in this process."""

    def __init__(self, recorder: Recorder) -> None:
        """`recorder`: to whom."""
        self.recorder = recorder
        self.site = recorder.programs_site
        self.here = recorder.here
        self._made = 0

    def new_key(self) -> str:
        """A key for what is made here, like no other in the run."""
        self._made += 1
        return f"{self.recorder.pid}:{self._made}"

    def read(self, word: int, value: int, at: int) -> None:
        """Report a read stamped `at`. `word`: the element's number and the site, shifted."""
        self.here.extend((at, ev.MEMORY_READ | word, value, ev.EXTRA))

    def wrote(self, word: int, before: int, after: int, at: int) -> None:
        """Report a write stamped `at`."""
        old, new = ev.MEMORY_BEFORE | word, ev.MEMORY_WRITE | word
        self.here.extend((at, old, before, ev.EXTRA, at, new, after, ev.EXTRA))


class PythonMark:
    """What is known of something in shared memory; as `core.Mark`."""

    __slots__ = ("_whole", "length", "owner", "typecode")

    def __init__(self, owner: object, typecode: str, length: int) -> None:
        """`owner`: what carries this mark; a copy of it, which is not shared, carries it as well.
        `typecode`: of the value or of every element; `length`: of an array, else -1."""
        self.owner = id(owner)
        self.typecode, self.length = typecode, length
        self._whole = 0


if TYPE_CHECKING:
    _Mark = PythonMark
else:
    _Mark = PythonMark if core is None else core.Mark


class Shared(_Mark):
    """A shared variable, array or list, as this process knows it: the numbers of its parts."""

    __slots__ = ("_kind", "_parts", "_recorder", "key")

    def __init__(
        self, memory: Memory, owner: object, kind: str, key: str, typecode: str, length: int = -1
    ) -> None:
        """`kind` and `key`: as objects are described; the rest is of the mark."""
        super().__init__(owner, typecode, length)
        self._recorder = memory.recorder
        self._parts: dict[object, int] = {}
        self._kind, self.key = kind, key

    def made_at(self, place: dict[str, object]) -> None:
        """Describe it where it is made."""
        self._whole = self._described(self.key, "" if self.length >= 0 else self.typecode, place)

    def whole(self) -> int:
        """The number of all of it, shifted to where a word has it."""
        if not self._whole:
            self.made_at({})
        return self._whole

    def part(self, index: int | str, typecode: str) -> int:
        """The number of an element, or of a field by its name, shifted. A part whose values change
        their type is another object from then on."""
        number = self._parts.get((index, typecode))
        if number is None:
            part = f".{index}" if isinstance(index, str) else f"[{index}]"
            of = {"of": self.key, "part": part}
            number = self._described(f"{self.key}{part}:{typecode}", typecode, of)
            self._parts[index, typecode] = number
        return number

    def _described(self, key: str, typecode: str, fields: Any) -> int:
        number = self._recorder.new_object(kind=self._kind, key=key, typecode=typecode, **fields)
        return number << ev.KIND_BITS


def place_of_maker() -> dict[str, object]:
    """File and line of the nearest frame that is the program's own; empty where there is none."""
    frame: FrameType | None = frame_at(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if is_programs(file) and not file.startswith("<"):
            return {"file": file, "line": frame.f_lineno}
        frame = frame.f_back
    return {}


def as_integer(value: Any) -> int:
    """A value as an event has it: int64, the bits of a C double, or a character's number."""
    if type(value) is int and value < 1 << 63:
        return value
    if isinstance(value, float):
        return int(_BITS.unpack(_DOUBLE.pack(value))[0])
    if isinstance(value, bytes | str):
        return ord(value)
    return int(value) - (1 << 64 if value >= 1 << 63 else 0)
