"""Reading Perfetto's protobuf traces: events on tracks, and the kernel's record of who ran.

Threads are lanes; what happens on a track that is no thread's stands in a lane of its own, those of
one name and parent together. The states of a thread that the kernel told of are what it did: it
ran, waited for a CPU, was blocked. Other lanes run inside their spans, as with every trace that
says no more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.errors import FormatError
from paraviz.formats.checks import damaged
from paraviz.formats.gathered import Near, moment
from paraviz.formats.perfetto.clocks import MONOTONIC, Clocks
from paraviz.formats.perfetto.lanes import Lanes
from paraviz.formats.perfetto.packets import Packets
from paraviz.formats.perfetto.sched import Sched
from paraviz.formats.perfetto.tracks import Sequence, Tracks, intern
from paraviz.formats.perfetto.wire import Broken, Message
from paraviz.text.notices import (
    CUT_OFF,
    FOREIGN,
    FOREIGN_KERNEL,
    LOST_BY_TOOL,
    MISTYPED,
    NOT_SHOWN,
    RECORDS,
    TIMELESS,
    counted,
)
from paraviz.text.translation import _, phrase
from paraviz.trace import Program, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SAYS_NOTHING = frozenset({33, 35, 36, 45, 69, 72, 89, 9, 103, 106})
"""Packets about the recording itself."""
_ABOUT_PACKETS = frozenset({3, 8, 10, 12, 13, 41, 42, 50, 58, 59, 79, 87, 88, 98})
"""Fields that packets of all kinds have."""
_CLEARED = 1


class _Reader:
    def __init__(self) -> None:
        self._near = Near()
        self.tracks, self.sched, self.clocks = Tracks(), Sched(self._near), Clocks()
        self.timeless = self.others = self.lost = 0
        self._sequences: dict[int, Sequence] = {}

    def take(self, packet: Message) -> None:
        """The next packet. Raises Broken."""
        number = packet.number(10)
        sequence = self._sequences.setdefault(number, Sequence())
        if packet.number(13) & _CLEARED or packet.number(41):
            sequence.forget()
            self.clocks.forget(number)
        self.lost += bool(packet.number(42))
        if defaults := packet.message(59):
            sequence.clock = defaults.number(58, sequence.clock)
            if events := defaults.message(11):
                sequence.track = events.number(11, sequence.track)
        if interned := packet.message(12):
            intern(interned, sequence)
        if snapshot := packet.message(6):
            self.clocks.snapshot(snapshot, number)
        known = True
        if event := packet.message(11):
            at = self._at(packet, event, number, sequence)
            if at is None or not self._near(at):
                self.timeless += 1
            else:
                self.tracks.take(event, at, sequence)
        elif track := packet.message(60):
            self.tracks.describe(track)
        elif bundle := packet.message(1):
            self.sched.take(bundle)
        elif tree := packet.message(2):
            self.tracks.tree(tree)
        elif thread := packet.message(44):
            sequence.thread = thread.signed(1), thread.signed(2)
            sequence.micros = thread.signed(6)
            self.tracks.processes[thread.signed(2)] = thread.signed(1)
            if name := thread.text(5):
                self.tracks.thread_names[thread.signed(2)] = name
        elif process := packet.message(43):
            if name := process.text(6) or process.text(2):
                self.tracks.process_names[process.signed(1)] = name
        else:
            known = False
        if not known and not packet.has(6):
            fields = packet.numbers.keys() | packet.pieces.keys()
            self.others += bool(fields - _SAYS_NOTHING - _ABOUT_PACKETS)

    def _at(self, packet: Message, event: Message, number: int, sequence: Sequence) -> int | None:
        if packet.has(8):
            clock = packet.number(58, sequence.clock)
            return self.clocks.at(packet.number(8), clock, number)
        if event.has(16):
            return self.clocks.at(event.signed(16) * 1_000, MONOTONIC, number)
        if event.has(1):
            sequence.micros += event.signed(1)
            return self.clocks.at(sequence.micros * 1_000, MONOTONIC, number)
        return None


def read_perfetto(content: memoryview, name: str, heard: Callable[[int], None]) -> Trace:
    """The trace of a file. Raises FormatError."""
    packets, reader = Packets(content, heard), _Reader()
    for packet in packets:
        try:
            reader.take(packet)
        except Broken:
            packets.spoilt(packets.at)
    lanes = Lanes(reader.tracks, reader.sched)
    if not lanes.lived and not lanes.has_counters:
        if packets.broken or packets.cut_off:
            raise damaged(_("its packets are cut off or no packets"))
        raise FormatError(_("no event in it belongs to a thread at a time"))
    base, last = lanes.bounds()
    wall = reader.clocks.wall_ahead
    return Trace(
        program=Program(name),
        lanes=lanes.lanes(base),
        objects=lanes.gathered.objects(),
        flows=lanes.flows(base),
        span_names=tuple(lanes.gathered.names.texts),
        counters=tuple(lanes.counters(base)),
        cpus=reader.sched.cpus(lanes.places_by_tid, base),
        wall_ns=last - base,
        recorded_at=moment(base + wall) if wall is not None else "",
        exit_code=None,
        end_reason="ended",
        truth="kernel" if reader.sched else "inferred",
        wakings=bool(reader.sched.wakings),
        gil=False,
        notices=tuple(_notices(packets, reader)),
    )


def _notices(packets: Packets, reader: _Reader) -> Iterator[str]:
    yield (FOREIGN_KERNEL if reader.sched else FOREIGN).english
    if packets.cut_off:
        yield CUT_OFF.english
    if lost := reader.lost + reader.sched.lost:
        yield counted(LOST_BY_TOOL, lost)
    if timeless := reader.timeless + reader.sched.timeless:
        yield counted(TIMELESS, timeless)
    if packets.broken:
        words = phrase(
            MISTYPED.one, MISTYPED.many, count=packets.broken, place=packets.first_broken
        )
        yield words.english
    if others := reader.others + reader.sched.others + reader.tracks.passed:
        yield phrase(NOT_SHOWN.one, kinds=counted(RECORDS, others)).english
