"""The interpreter of a process, where it can be read: its threads and their frames."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.attach.code import line_at, live_depth
from paraviz.attach.layouts import layout_of
from paraviz.attach.memory import Memory, Unreadable
from paraviz.attach.objects import Objects
from paraviz.kernel.runtime import others_of, place_of, runtime_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.attach.layouts import Layout

_MOST_INTERPRETERS = 64
_MOST_THREADS = 4_096
_MOST_FRAMES = 400
"""Of a thread that are read, the innermost ones."""
_MOST_SLOTS = 4_096
_EXCEPTION_TABLE, _CODE_NAMES = 40, 32
_SHIMS = ("<shim>", "__init__")
"""The files of what 3.12 has below each call from C, and 3.13 behind the making of an object."""
_CELL = 0x40 | 0x80
_TAGS = 3
"""Since 3.14 the lowest bits of a reference on a stack are no part of the address."""


class Frame(Struct, frozen=True):
    """One frame of a thread."""

    file: str
    function: str
    """Its qualified name."""
    line: int
    variables: dict[str, int]
    """Addresses of the values."""
    live: tuple[int, ...]
    """Operands that are sure to be live."""
    room: tuple[int, ...]
    """All operands, also what is left of former ones."""
    code: int
    globals: int
    """Addresses."""


class Interpreter:
    """The interpreter of a process."""

    def __init__(self, memory: Memory, layout: Layout, runtime: range) -> None:
        self.memory, self.layout, self.runtime = memory, layout, runtime
        self.objects = Objects(memory, layout)
        self._files: dict[int, tuple[str, str, int, bytes, bytes, tuple[str, ...], bytes]] = {}
        self._gils: tuple[range, ...] | None = None

    def is_gil(self, futex: int) -> bool:
        """Whether whoever waits for this futex waits for a GIL."""
        if futex in self.runtime:
            return True
        if self._gils is None:
            try:
                self._gils = others_of(self.memory.pid, self.runtime)
            except (OSError, ValueError):
                self._gils = ()
        return any(futex in each for each in self._gils)

    def states(self) -> Iterator[tuple[int, int, int]]:
        """(address of its state, tid, ident) of each thread. Raises Unreadable."""
        memory, layout = self.memory, self.layout
        interpreter = memory.word(self.runtime.start + layout.interpreters_head)
        seen: set[int] = set()
        for _ in range(_MOST_INTERPRETERS):
            if not interpreter:
                return
            state = memory.word(interpreter + layout.threads_head)
            while state and state not in seen and len(seen) < _MOST_THREADS:
                seen.add(state)
                tid = memory.word(state + layout.native_thread_id)
                yield state, tid, memory.word(state + layout.thread_id)
                state = memory.word(state + layout.next_thread)
            interpreter = memory.word(interpreter + layout.next_interpreter)

    def frames(self, state: int) -> tuple[Frame, ...]:
        """The frames of a thread, the innermost first. Raises Unreadable."""
        layout, memory = self.layout, self.memory
        at = memory.word(state + layout.current_frame)
        if layout.cframe_frame >= 0:
            at = memory.word(at + layout.cframe_frame)
        found: list[Frame] = []
        for _ in range(_MOST_FRAMES):
            if not at:
                break
            code = memory.word(at + layout.executable) & ~_TAGS
            if code and self.objects.type_or_none(code) == "code":
                frame = self._frame(at, code)
                if frame.file not in _SHIMS:
                    found.append(frame)
            at = memory.word(at + layout.previous)
        return tuple(found)

    def _frame(self, at: int, code: int) -> Frame:
        layout, memory = self.layout, self.memory
        file, function, first, lines, exceptions, names, kinds = self._code(code)
        offset = memory.word(at + layout.instruction) - code - layout.adaptive
        size = memory.int32(code + layout.stacksize)
        if not 0 <= size <= _MOST_SLOTS:
            raise Unreadable(code)
        slots = memory.words(at + layout.localsplus, len(names) + size)
        words = tuple(map(self._address, slots))
        room = words[len(names) :]
        variables = {
            name: self._value(word, kinds[place] if place < len(kinds) else 0)
            for place, (name, word) in enumerate(zip(names, words, strict=False))
            if word
        }
        return Frame(
            file,
            function,
            line_at(lines, first, offset),
            variables,
            room[: live_depth(exceptions, offset)],
            room,
            code,
            memory.word(at + layout.globals),
        )

    def _address(self, word: int) -> int:
        if self.layout.version < (3, 14):
            return word
        return 0 if word & _TAGS == _TAGS else word & ~_TAGS

    def _value(self, word: int, kind: int) -> int:
        if kind & _CELL and self.objects.type_or_none(word) == "cell":
            return self.memory.word(word + 16)
        return word

    def _code(self, code: int) -> tuple[str, str, int, bytes, bytes, tuple[str, ...], bytes]:
        """What a code object says of itself: it never changes."""
        if code not in self._files:
            layout, memory, objects = self.layout, self.memory, self.objects
            names = objects.sequence(memory.word(code + layout.names))
            if len(names) > _MOST_SLOTS:
                raise Unreadable(code)
            self._files[code] = (
                objects.text(memory.word(code + layout.filename)),
                objects.text(memory.word(code + layout.qualname)),
                memory.int32(code + layout.firstlineno),
                objects.blob(memory.word(code + layout.linetable)),
                objects.blob(memory.word(code + _EXCEPTION_TABLE)),
                tuple(map(objects.text, names)),
                objects.blob(memory.word(code + layout.kinds)),
            )
        return self._files[code]

    def names_used(self, code: int) -> frozenset[str]:
        """The attributes and globals that a code object names."""
        try:
            names = self.objects.sequence(self.memory.word(code + _CODE_NAMES))
            return frozenset(map(self.objects.text, names[:_MOST_SLOTS]))
        except Unreadable:
            return frozenset()

    def close(self) -> None:
        """Let go of its memory."""
        self.memory.close()


def version_of(pid: int, memory: Memory) -> tuple[int, int] | None:
    """Major and minor version of a process's Python; None where there is none. Raises OSError."""
    place = place_of(pid, b"Py_Version")
    if place is None:
        return None
    try:
        number = memory.word(place.start)
    except Unreadable:
        return None
    return number >> 24 & 255, number >> 16 & 255


def interpreter_of(pid: int) -> tuple[Interpreter | None, tuple[int, int] | None]:
    """A process's interpreter, None where it cannot be read, and the version of its Python, None
    where it is none. Raises OSError where the process has ended or may not be looked at."""
    runtime = runtime_of(pid)
    memory = Memory(pid)
    try:
        version = version_of(pid, memory) if runtime is not None else None
        layout = layout_of(memory, runtime.start, version) if runtime and version else None
    except Unreadable:
        layout = None
    except BaseException:
        memory.close()
        raise
    if runtime is None or layout is None:
        memory.close()
        return None, version
    return Interpreter(memory, layout, runtime), version
