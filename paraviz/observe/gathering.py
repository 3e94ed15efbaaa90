"""Gathering: the events of one lane until they are taken, where there is no compiled core.

They lie flat in one list, appended by one C call each, so that neither a thread switch, a signal
handler nor a finalizer can tear a record, and no garbage-collected object is made.
"""

from __future__ import annotations

import struct
from time import perf_counter_ns

from paraviz import events as ev


class Events(list[int]):
    """What a lane has gathered: pairs of integers."""

    __slots__ = ("emit", "emit_value")

    lost = 0
    """How many events there was no memory for."""

    def __init__(self) -> None:
        extend, now, extra = self.extend, perf_counter_ns, ev.EXTRA

        def emit(word: int) -> None:
            extend((now(), word))

        def emit_value(word: int, value: int) -> None:
            extend((now(), word, value, extra))

        self.emit, self.emit_value = emit, emit_value

    def take(self, room: int, limit: int) -> list[tuple[bytearray, int]]:
        """Take all, as pieces of at most `limit` integers behind so many bytes of room each, with
        the number of events in each."""
        count = len(self)
        taken = self[:count]
        del self[:count]
        pieces = []
        at = 0
        while at < len(taken):
            end = at + limit
            while end < len(taken) and taken[end + 1] == ev.EXTRA:
                end -= 2
            piece = taken[at:end]
            pieces.append((bytearray(room) + _packed(piece), _events_in(piece)))
            at = end
        return pieces

    def mute(self, muted: bool) -> None:
        """Throw all away. What comes then is kept until it is asked for: only the compiled core
        can keep nothing."""
        if muted:
            self.clear()

    def drop(self) -> tuple[int, int]:
        """Throw all away; how many events that were, and how many of them writes."""
        count = len(self)
        taken = self[:count]
        del self[:count]
        writes = sum(word & ev.KIND_MASK == ev.WRITE for word in taken[1::2])
        return _events_in(taken), writes


def _packed(integers: list[int]) -> bytes:
    """As int64. A value that is none is cut off rather than lost with all its neighbours."""
    try:
        return struct.pack(f"={len(integers)}q", *integers)
    except struct.error:
        cut = [(value + (1 << 63)) % (1 << 64) - (1 << 63) for value in integers]
        return struct.pack(f"={len(integers)}q", *cut)


def _events_in(integers: list[int]) -> int:
    """The number of events in a flat list of pairs."""
    return len(integers) // 2 - integers[1::2].count(ev.EXTRA)
