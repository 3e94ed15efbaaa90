"""The parts of a queue between processes that report, in place of its own.

None of them holds on to the queue, or to a connection that holds on to the part: both close when
they are dropped.
"""

from __future__ import annotations

import itertools
import struct
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.kin import COPIES
from paraviz.observe.limits import tell_limit
from paraviz.observe.probes.processes.passing import (
    AT_ONCE,
    ITSELF,
    UNSEEN,
    askers,
    identity,
    is_patient,
    with_waiting,
)
from paraviz.observe.probes.threads.conditions import MARK

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.recorder import Recorder

_NUMBER = struct.Struct("<q4s")
_pack, _unpack = _NUMBER.pack, _NUMBER.unpack_from
_MAGIC = b"pvz\0"
"""A pickle ends with a full stop, which this does not."""
_COUNT_BITS = 30
"""Of an item's number; above it is its process. All of it fits a double's 53 bits."""
_NOT_PUT = 0, 0
_QUEUES = frozenset(f"{package}.queues" for package in COPIES)
LATE_NS = 100_000
"""A queue's feeder that takes longer to pickle an item and to find room for it says so."""


def with_number(pickled: Any, number: int) -> bytes:
    """An item's pickle, bytes or the like, with the item's number behind it."""
    return b"".join((pickled, _pack(number, _MAGIC)))


def number_in(message: bytes) -> int:
    """The number behind an item's pickle, or 0."""
    if not message.endswith(_MAGIC) or len(message) < _NUMBER.size:
        return 0
    number: int = _unpack(message, len(message) - _NUMBER.size)[0]
    return number


class Inside:
    """What is known here of one queue."""

    __slots__ = ("_fields", "_recorder", "can_read", "can_write", "number", "waits")

    def __init__(self, recorder: Recorder, queue: Any, place: dict[str, Any]) -> None:
        name = next(kind.__name__ for kind in type(queue).__mro__ if kind.__module__ in _QUEUES)
        self._recorder = recorder
        self._fields = {"kind": f"multiprocessing.{name}", "key": identity(queue._reader), **place}
        can_read, can_write = askers()
        self.can_read, self.can_write = can_read(queue._reader), can_write(queue._writer)
        for connection in (queue._reader, queue._writer):
            setattr(connection, MARK, UNSEEN)
        self.waits = False
        """Whether whoever holds the lock of its readers has said that it waits."""
        self.number = 0
        """Shifted to where a word has it; 0 as long as nobody has used it here."""
        if place:
            self.describe()

    def describe(self) -> int:
        """Its number, now that somebody wants it."""
        self.number = self._recorder.new_object(**self._fields) << ev.KIND_BITS
        return self.number

    def about(self, line: int) -> int:
        """The object and the site of a word."""
        return (self.number or self.describe()) | line


class Parts:
    """Makes the parts."""

    def __init__(self, recorder: Recorder, deque: Any, user: Callable[[int], int]) -> None:
        """`deque`: the class of a queue's buffer. `user`: as `user_finder` gives it."""
        self._recorder, self._here, self._user = recorder, recorder.here, user
        self._site = recorder.programs_site
        count, here = itertools.count(1), recorder.here

        def put(inside: Inside, line: int) -> tuple[int, int]:
            """Tell it; the item's number, and when."""
            number = recorder.pid << _COUNT_BITS | next(count)
            word = ev.PUT | (inside.number or inside.describe()) | line
            at = _now()
            here.extend((at, word, number, ev.EXTRA))
            return number, at

        self._put = put
        self.buffer = _buffer_class(deque, self._site, user, put)

    def acquiring(self, inside: Inside, take: Any, kind: int) -> Any:
        """In place of a semaphore's `acquire`. Whoever waits for the lock of the readers goes on to
        wait for an item: that is one wait, and ends when the item is there."""
        reads = kind == ev.GET_WAIT
        here, user, nudge = self._here, self._user, self._recorder.nudge

        def acquire(block: bool = True, timeout: float | None = None) -> Any:
            if timeout is None and take(False):
                return True
            line = user(1) if block and is_patient(timeout) else ITSELF
            if line == ITSELF or take(False):
                return line != ITSELF or take(block, timeout)
            about, got = inside.about(line), False
            tell_limit(here, timeout)
            here.emit(kind | about)
            nudge()
            try:
                got = take(block, timeout)
            finally:
                if reads and got:
                    inside.waits = True
                else:
                    here.emit((ev.WAIT_END if got else ev.WAIT_ABANDONED) | about)
            return got

        return acquire

    def feeding(self, inside: Inside, buffer: Any, send: Any) -> Any:
        """In place of the function by which a queue's feeder sends."""
        here = self._here

        def send_bytes(pickled: Any) -> None:
            number = buffer.number
            if not number:
                send(pickled)
                return
            send(with_number(pickled, number))
            if _now() - buffer.put_ns > LATE_NS:
                here.emit_value(ev.ITEM_PASSED | inside.about(0), number)

        return send_bytes

    def finishing(self, inside: Inside, unfinished: Any) -> Any:
        """In place of `acquire` of the semaphore that counts the tasks which are not done."""
        here, user = self._here, self._user

        def acquire(block: bool = True, timeout: float | None = None) -> Any:
            got = unfinished.acquire(block, timeout)
            if got and unfinished._is_zero():
                line = user(2)
                if line != ITSELF:
                    here.emit(ev.NOTIFY | inside.about(line))
            return got

        return acquire

    def polling(self, inside: Inside, reader: Any) -> Any:
        """In place of a reader's `poll`, of which a `get` with a time-out makes use."""
        here, user, nudge, can_read = self._here, self._user, self._recorder.nudge, inside.can_read

        def poll(*timeout: Any) -> Any:
            if not timeout or not (inside.waits or is_patient(*timeout)):
                return reader.poll(*timeout)
            line = user(2)
            if not inside.waits:
                if line == ITSELF or can_read(0):
                    return reader.poll(*timeout)
                tell_limit(here, *timeout)
                here.emit(ev.GET_WAIT | inside.about(line))
                nudge()
                inside.waits = True
            ready = False
            try:
                ready = reader.poll(*timeout)
            finally:
                if not ready:
                    inside.waits = False
                    here.emit(ev.WAIT_ABANDONED | inside.about(line))
            return ready

        return poll

    def receiving(self, inside: Inside, reader: Any) -> Any:
        """In place of `recv_bytes` of what `reader` refers to."""
        here, site, user, nudge = self._here, self._site, self._user, self._recorder.nudge
        receive, can_read = type(reader()).recv_bytes, inside.can_read

        def recv_bytes(*args: Any) -> Any:
            line = site(2) or user(2)
            if line == ITSELF:
                return receive(reader(), *args)
            about = (inside.number or inside.describe()) | line
            waits, message = inside.waits, None
            if not waits and not can_read(0):
                waits = True
                here.emit(ev.GET_WAIT | about)
                nudge()
            inside.waits = False
            try:
                message = receive(reader(), *args)
            finally:
                if waits:
                    here.emit((ev.WAIT_ABANDONED if message is None else ev.WAIT_END) | about)
            here.extend((_now(), ev.GET | about, number_in(message), ev.EXTRA))
            return message

        return recv_bytes

    def sending(self, inside: Inside, writer: Any) -> Any:
        """In place of `send_bytes` of what `writer` refers to, by which a `SimpleQueue` puts."""
        here, site, user, put = self._here, self._site, self._user, self._put
        send, can_write = type(writer()).send_bytes, inside.can_write

        def send_bytes(pickled: Any) -> None:
            line = site(2) or user(2)
            if line == ITSELF:
                send(writer(), pickled)
                return
            message = with_number(pickled, put(inside, line)[0])
            if len(message) <= AT_ONCE and can_write(0):
                send(writer(), message)
            else:
                with_waiting(here, inside.about(line), ev.PUT_WAIT, send, writer(), message)

        return send_bytes


class Entered:
    """In place of what is inside a lock, for whoever enters it: which is not by a `with`, but by
    the names of these methods."""

    __slots__ = ("__enter__", "__exit__", "_semlock")

    def __init__(self, semlock: Any, acquire: Any) -> None:
        self._semlock = semlock
        self.__enter__ = acquire
        self.__exit__ = semlock.__exit__

    def __getattr__(self, name: str) -> Any:
        return getattr(self._semlock, name)


def _buffer_class(deque: Any, site: Any, user: Any, put: Any) -> Any:
    """The class of a buffer between those who put into a `Queue` and its feeder."""
    append, popleft = deque.append, deque.popleft

    class Buffer(deque):  # type: ignore[misc]
        __slots__ = ("_inside", "_put", "number", "put_ns")

        def __init__(self, inside: Inside) -> None:
            super().__init__()
            self._inside = inside
            self._put = deque()
            self.number = 0
            """Of the item that the feeder has in hand; 0 for what the program has not put."""
            self.put_ns = 0
            """When that was put."""

        def append(self, item: Any) -> None:
            line = site(2) or user(2)
            self._put.append(_NOT_PUT if line == ITSELF else put(self._inside, line))
            append(self, item)

        def popleft(self) -> Any:
            item = popleft(self)
            self.number, self.put_ns = self._put.popleft()
            return item

    return Buffer
