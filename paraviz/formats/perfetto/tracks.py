"""Tracks and what happened on them, with what each sequence of packets has in common: names that
stand for numbers, defaults, clocks."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from paraviz.formats.perfetto.wire import Message

_NO_TYPE, SLICE_BEGIN, SLICE_END, INSTANT, COUNTER = range(5)
_INTERNED_LIMIT = 1 << 20
_LEGACY_TYPES = {
    ord("B"): SLICE_BEGIN,
    ord("E"): SLICE_END,
    ord("i"): INSTANT,
    ord("I"): INSTANT,
    ord("n"): INSTANT,
    ord("b"): SLICE_BEGIN,
    ord("S"): SLICE_BEGIN,
    ord("e"): SLICE_END,
    ord("F"): SLICE_END,
}
_COMPLETE, _ASYNC = ord("X"), frozenset(b"bSeFn")


class Sequence(Struct):
    """What packets of one writer have in common."""

    names: dict[int, str] = field(default_factory=dict)
    track: int = 0
    clock: int = 0
    thread: tuple[int, int] | None = None
    """pid and tid, in the older form."""
    micros: int = 0

    def forget(self) -> None:
        """It begins anew."""
        self.names.clear()
        self.track = self.clock = 0


class Track(Struct):
    """Something that things happen on: a thread, a process, a counter, or whatever was named."""

    name: str = ""
    parent: int = 0
    pid: int = 0
    tid: int = 0
    is_thread: bool = False
    is_process: bool = False
    is_counter: bool = False
    adds_up: bool = False
    unit: int = 1
    begins: list[tuple[int, str]] = field(default_factory=list)
    spans: list[tuple[int, int, str]] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    times: array[int] = field(default_factory=lambda: array("q"))
    values: array[float] = field(default_factory=lambda: array("d"))

    @property
    def is_empty(self) -> bool:
        """Whether nothing happened on it."""
        return not (self.spans or self.begins or self.marks)


class Tracks:
    """What came so far."""

    def __init__(self) -> None:
        self.known: dict[int, Track] = {}
        self.process_names: dict[int, str] = {}
        self.thread_names: dict[int, str] = {}
        self.processes: dict[int, int] = {}
        """The process of each thread."""
        self.steps: list[tuple[int, int, int, bool]] = []
        """Flows: when, which, on which track, whether it ends there."""
        self.last = -(1 << 62)
        self.passed = 0
        """Events that are of no kind that is drawn."""

    def describe(self, told: Message) -> None:
        """A track, by its descriptor. Raises Broken."""
        track = self.track(told.number(1))
        track.name = told.text(2) or told.text(10) or told.text(13) or track.name
        track.parent = told.number(5) or track.parent
        if thread := told.message(4):
            track.is_thread = True
            track.pid, track.tid = thread.signed(1), thread.signed(2)
            self.processes[track.tid] = track.pid
            if name := thread.text(5):
                self.thread_names[track.tid] = name
        elif process := told.message(3):
            track.is_process, track.pid = True, process.signed(1)
            if name := process.text(6) or process.text(2):
                self.process_names[track.pid] = name
        if counter := told.message(8):
            track.is_counter = True
            track.adds_up, track.unit = bool(counter.number(5)), counter.signed(4, 1) or 1

    def tree(self, told: Message) -> None:
        """Processes and threads as the system lists them. Raises Broken."""
        for process in told.messages(1):
            if name := process.text(3):
                self.process_names.setdefault(process.signed(1), name.rpartition("/")[2] or name)
        for thread in told.messages(2):
            tid = thread.signed(1)
            self.processes[tid] = thread.signed(3)
            if name := thread.text(2):
                self.thread_names.setdefault(tid, name)

    def track(self, number: int) -> Track:
        """The track of a number."""
        return self.known.setdefault(number, Track())

    def take(self, event: Message, at: int, sequence: Sequence) -> None:
        """An event on a track. Raises Broken."""
        kind, number = event.number(9), event.number(11, sequence.track)
        legacy = event.message(6)
        name = event.text(23)
        if not name:
            name = sequence.names.get(event.number(10), "")
        phase = legacy.number(2) if legacy else 0
        if legacy and not event.has(11) and (sequence.thread or phase in _ASYNC):
            number = self._legacy_track(legacy, phase, sequence)
        track = self.track(number)
        self.last = max(self.last, at)
        if legacy:
            name = name or sequence.names.get(legacy.number(1), "")
            if phase == _COMPLETE:
                end = at + max(0, legacy.signed(3)) * 1_000
                track.spans.append((at, min(end, at + (1 << 55)), name))
            kind = kind or _LEGACY_TYPES.get(phase, _NO_TYPE)
        if kind == SLICE_BEGIN:
            track.begins.append((at, name))
        elif kind == SLICE_END:
            if track.begins:
                since, begun = track.begins.pop()
                track.spans.append((since, max(at, since), begun))
        elif kind == INSTANT:
            track.marks.append((at, name))
        elif kind == COUNTER:
            self._count(track, event, at)
        elif phase != _COMPLETE:
            self.passed += 1
        for flow in event.packed(36) + event.numbers.get(47, []):
            self.steps.append((at, flow, number, False))
        for flow in event.packed(42) + event.numbers.get(48, []):
            self.steps.append((at, flow, number, True))

    def _legacy_track(self, legacy: Message, phase: int, sequence: Sequence) -> int:
        pid, tid = sequence.thread or (0, 0)
        pid, tid = legacy.signed(18) or pid, legacy.signed(19) or tid
        number = legacy.number(6) or legacy.number(10) or legacy.number(11)
        key = hash((pid, number if phase in _ASYNC else None, tid)) | 1 << 70
        track = self.track(key)
        track.pid, track.tid = pid, tid
        track.is_thread = phase not in _ASYNC
        return key

    def _count(self, track: Track, event: Message, at: int) -> None:
        track.is_counter = True
        value = event.double(44) if event.has(44) else float(event.signed(30))
        track.times.append(at)
        track.values.append(value)


def intern(told: Message, sequence: Sequence) -> None:
    """Names that stand for numbers from here on. Raises Broken."""
    for each in told.messages(2):
        if len(sequence.names) < _INTERNED_LIMIT:
            sequence.names[each.number(1)] = each.text(2)
