"""A lane: the events of one worker that have not been sent. The hot path.

Events lie flat in one list, appended by one C call each, so that neither a thread switch, a signal
handler nor a finalizer can tear a record, and no garbage-collected object is made.
"""

from __future__ import annotations

import struct
from _thread import get_ident, get_native_id
from time import perf_counter_ns, thread_time_ns

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Emit = Callable[[int], None]
    EmitValue = Callable[[int, int], None]

_INTEGERS_A_MESSAGE = 7_000
"""56,000 bytes: one message fills one parcel."""
_BYTES_OF_TEXT_A_MESSAGE = 56_000


class Lane:
    """One worker's events on their way."""

    __slots__ = (
        "announced", "closed", "cpu_began_ns", "cpu_used_ns", "dropped", "emit", "emit_value",
        "events", "ident", "kind", "name", "number", "reason", "sent", "started_ns", "texts", "tid",
    )  # fmt: skip

    def __init__(self, number: int, name: str, kind: str = "thread") -> None:
        """A lane for the current thread; `number` is unique in its process. `kind`: "process" for
        its main thread, "thread", or "task" for one of asyncio."""
        self.number = number
        self.name = name
        self.kind = kind
        self.ident = get_ident()
        self.tid = get_native_id()
        self.started_ns = perf_counter_ns()
        self.cpu_began_ns = 0
        self.cpu_used_ns = -1
        if kind != "task":
            self.begin_account()
        self.events: list[int] = []
        self.texts: list[str] = []
        self.emit, self.emit_value = _emitters(self.events)
        self.announced = False
        self.closed = False
        self.reason = ""
        self.sent = 0
        self.dropped = 0

    def begin_account(self) -> None:
        """From now on the CPU time of its thread, which calls this, is this lane's."""
        self.cpu_began_ns = thread_time_ns()

    def settle(self) -> None:
        """Its thread ends, and calls this: what CPU time it used."""
        self.cpu_used_ns = thread_time_ns() - self.cpu_began_ns

    def messages(self, pid: int) -> Iterator[bytes]:
        """Take what has gathered, as messages. What a write wrote is appended before its event, so
        text may run ahead of events, never behind."""
        count = len(self.events)
        taken = self.events[:count]
        del self.events[:count]
        if self.texts:
            count = len(self.texts)
            written = "".join(self.texts[:count]).encode("utf-8", "surrogatepass")
            del self.texts[:count]
            for at in range(0, len(written), _BYTES_OF_TEXT_A_MESSAGE):
                head = ev.TEXT_HEAD.pack(pid, self.number)
                yield ev.message(ev.TEXT, head + written[at : at + _BYTES_OF_TEXT_A_MESSAGE])
        at = 0
        while at < len(taken):
            end = at + _INTEGERS_A_MESSAGE
            if end < len(taken) and taken[end + 1] == ev.EXTRA:
                end += 2
            piece = taken[at:end]
            at = end
            head = ev.EVENTS_HEAD.pack(pid, self.number, self.sent + self.dropped)
            self.sent += _events_in(piece)
            yield ev.message(ev.EVENTS, head + _packed(piece))

    def drop(self) -> None:
        """Throw away what has gathered, counted."""
        count = len(self.events)
        taken = self.events[:count]
        del self.events[:count]
        self.dropped += _events_in(taken)
        del self.texts[: sum(word & ev.KIND_MASK == ev.WRITE for word in taken[1::2])]


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


def _emitters(events: list[int]) -> tuple[Emit, EmitValue]:
    """The two functions that append an event."""
    extend, now, extra = events.extend, perf_counter_ns, ev.EXTRA

    def emit(word: int) -> None:
        extend((now(), word))

    def emit_value(word: int, value: int) -> None:
        extend((now(), word, value, extra))

    return emit, emit_value
