"""A lane: the events of one worker that have not been sent."""

from __future__ import annotations

from _thread import get_ident, get_native_id
from time import perf_counter_ns, thread_time_ns

from paraviz import events as ev
from paraviz.observe import gathering
from paraviz.observe.compiled import core

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_INTEGERS_A_MESSAGE = 7_000
"""56,000 bytes: one message fills one parcel."""
_BYTES_OF_TEXT_A_MESSAGE = 56_000
_HEADS = ev.MESSAGE_HEAD.size + ev.EVENTS_HEAD.size
_new_events = gathering.Events if core is None else core.Events


class Lane:
    """One worker's events on their way."""

    __slots__ = (
        "_lost", "announced", "closed", "cpu_began_ns", "cpu_used_ns", "dropped", "emit",
        "emit_value", "events", "ident", "kind", "name", "number", "reason", "sent", "started_ns",
        "texts", "tid",
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
        self.events = _new_events()
        self.texts: list[str] = []
        self.emit, self.emit_value = self.events.emit, self.events.emit_value
        self.announced = False
        self.closed = False
        self.reason = ""
        self.sent = 0
        self.dropped = 0
        self._lost = 0

    def begin_account(self) -> None:
        """From now on the CPU time of its thread, which calls this, is this lane's."""
        self.cpu_began_ns = thread_time_ns()

    def settle(self) -> None:
        """Its thread ends, and calls this: what CPU time it used."""
        self.cpu_used_ns = thread_time_ns() - self.cpu_began_ns

    def messages(self, pid: int) -> Iterator[bytes | bytearray]:
        """Take what has gathered, as messages. What a write wrote is appended before its event, so
        text may run ahead of events, never behind."""
        pieces = self.events.take(_HEADS, _INTEGERS_A_MESSAGE)
        if self.texts:
            count = len(self.texts)
            written = "".join(self.texts[:count]).encode("utf-8", "surrogatepass")
            del self.texts[:count]
            for at in range(0, len(written), _BYTES_OF_TEXT_A_MESSAGE):
                head = ev.TEXT_HEAD.pack(pid, self.number)
                yield ev.message(ev.TEXT, head + written[at : at + _BYTES_OF_TEXT_A_MESSAGE])
        self._count_lost()
        for piece, events in pieces:
            ev.MESSAGE_HEAD.pack_into(piece, 0, ev.EVENTS, len(piece) - ev.MESSAGE_HEAD.size)
            at = ev.MESSAGE_HEAD.size
            ev.EVENTS_HEAD.pack_into(piece, at, pid, self.number, self.sent + self.dropped)
            self.sent += events
            yield piece

    def drop(self) -> None:
        """Throw away what has gathered, counted."""
        events, writes = self.events.drop()
        self.dropped += events
        self._count_lost()
        del self.texts[:writes]

    def _count_lost(self) -> None:
        """Those that there was no memory for."""
        self.dropped += self.events.lost - self._lost
        self._lost = self.events.lost
