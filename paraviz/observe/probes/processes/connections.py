"""Connections of `multiprocessing`: send, receive, waiting for room and for a message.

Only the innermost methods are replaced, those that write and read one whole message: what goes
wrong before has no frame of ours in its traceback. A send is told before the bytes go and a receive
after they came, so that stamps keep the order of what happened; both have the number of bytes. What
makes a pair of them is the order of messages in a pipe, which `trace.causality.messages`
works out.

An end is known by what the operating system calls it, which survives fork, dup and being sent.
"""

from __future__ import annotations

import functools
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import frame_at
from paraviz.observe.kin import COPIES, watch_all
from paraviz.observe.probes.processes.passing import (
    AT_ONCE,
    ITSELF,
    UNSEEN,
    askers,
    at_once,
    identity,
    is_patient,
    place_of,
    until,
    user_finder,
    with_waiting,
)
from paraviz.observe.probes.threads.conditions import MARK
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.probes.processes.passing import Asker
    from paraviz.observe.recorder import Recorder

    Known = tuple[int, Asker, Asker, int]
    """The shifted number of a connection, what asks whether it can be read and written, and its
    descriptor."""


def install(recorder: Recorder) -> None:
    """Wait for the program to import `multiprocessing.connection`, or a copy of it."""
    watch_all(recorder.after_import, "connection", functools.partial(_watch, recorder), COPIES)


@needs(
    "multiprocessing.connection.Connection._send_bytes(self, buf) "
    "| multiprocessing.connection.Connection._send_bytes(self, buf, memoryview)",
    "multiprocessing.connection.Connection._recv_bytes(self, maxsize)",
    "multiprocessing.connection.Connection._poll(self, timeout)",
    "multiprocessing.connection.wait(object_list, timeout)",
    "multiprocessing.connection.Pipe(duplex) "
    "| multiprocessing.connection.Pipe(duplex, rnonblock, wnonblock)",
    "multiprocessing.connection._ConnectionBase.send: _send_bytes",
    "multiprocessing.connection._ConnectionBase.recv: _recv_bytes",
    "multiprocessing.connection._ConnectionBase.poll: _poll",
)
def _watch(recorder: Recorder, module: Any) -> None:
    kind: Any = module.Connection
    setattr(kind, MARK, None)
    ends = _Ends(recorder)
    user = user_finder(recorder, module)
    if core is None or not core.watch_connections(
        kind, MARK, UNSEEN, user, ends.describe, recorder.nudge, AT_ONCE
    ):
        _watch_send(ends, kind, user)
        _watch_receive(ends, kind, user)
    _watch_poll(ends, kind, user)
    _watch_wait(recorder, module, user)
    _watch_pipe(ends, module)


class _Ends:
    """Ends of connections as this process knows them."""

    def __init__(self, recorder: Recorder) -> None:
        self.recorder = recorder
        self._asks_to_read, self._asks_to_write = askers()

    def describe(self, connection: Any, **fields: Any) -> Known:
        """What is known of a connection from now on, and kept in it."""
        kind = "multiprocessing.Connection"
        number = self.recorder.new_object(kind=kind, key=self.key(connection), **fields)
        known = (
            number << ev.KIND_BITS,
            self._asks_to_read(connection),
            self._asks_to_write(connection),
            connection.fileno(),
        )
        setattr(connection, MARK, known)
        return known

    def key(self, connection: Any) -> str:
        """The two ends of a pipe share their inode, those of a pair of sockets do not."""
        both = connection.readable and connection.writable
        return identity(connection) + ("" if both else "rw"[connection.writable])


def _watch_send(ends: _Ends, kind: Any, user: Any) -> None:
    here, site, send = ends.recorder.here, ends.recorder.programs_site, kind._send_bytes

    @functools.wraps(send)
    def _send_bytes(self: Any, buf: Any) -> None:
        known = self._paraviz
        line = ITSELF if known is UNSEEN else site(2) or user(2)
        if line == ITSELF:
            send(self, buf)
            return
        number, _, can_write, _ = known or ends.describe(self)
        size = len(buf)
        here.extend((_now(), ev.SEND | number | line, size, ev.EXTRA))
        if size <= AT_ONCE and at_once(can_write):
            send(self, buf)
        else:
            with_waiting(here, number | line, ev.SEND_WAIT, send, self, buf)

    kind._send_bytes = _send_bytes


def _watch_receive(ends: _Ends, kind: Any, user: Any) -> None:
    recorder, receive = ends.recorder, kind._recv_bytes
    here, site, nudge = recorder.here, recorder.programs_site, recorder.nudge

    @functools.wraps(receive)
    def _recv_bytes(self: Any, maxsize: int | None = None) -> Any:
        known = self._paraviz
        line = ITSELF if known is UNSEEN else site(2) or user(2)
        if line == ITSELF:
            return receive(self, maxsize)
        number, can_read, _, _ = known or ends.describe(self)
        about, waits, received = number | line, not at_once(can_read), None
        if waits:
            here.emit(ev.RECEIVE_WAIT | about)
            nudge()
        try:
            received = receive(self, maxsize)
        finally:
            if received is not None:
                here.extend((_now(), ev.RECEIVE | about, received.tell(), ev.EXTRA))
            elif waits:
                here.emit(ev.WAIT_ABANDONED | about)
        return received

    kind._recv_bytes = _recv_bytes


def _watch_poll(ends: _Ends, kind: Any, user: Any) -> None:
    poll = kind._poll

    @functools.wraps(poll)
    def _poll(self: Any, timeout: Any) -> Any:
        known = self._paraviz
        line = user(2) if is_patient(timeout) and known is not UNSEEN else ITSELF
        if line == ITSELF:
            return poll(self, timeout)
        number, can_read, _, _ = known or ends.describe(self)
        if at_once(can_read):
            return poll(self, timeout)
        return until(ends.recorder, ev.RECEIVE_WAIT, number | line, poll, self, timeout)

    kind._poll = _poll


def _watch_wait(recorder: Recorder, module: Any, user: Any) -> None:
    plain = module.wait

    @functools.wraps(plain)
    def wait(object_list: Any, timeout: Any = None) -> Any:
        line = user(1) if is_patient(timeout) else ITSELF
        if line == ITSELF:
            return plain(object_list, timeout)
        asked = list(object_list)
        ready = plain(asked, 0)
        if ready:
            return ready
        about = recorder.named("connections", "connections") << ev.KIND_BITS | line
        return until(recorder, ev.WAIT_BEGIN, about, plain, asked, timeout)

    module.wait = wait


def _watch_pipe(ends: _Ends, module: Any) -> None:
    pipe = module.Pipe

    @functools.wraps(pipe)
    def Pipe(*args: Any, **kwargs: Any) -> Any:
        made = pipe(*args, **kwargs)
        place = place_of(made, frame_at(1))
        for target, end in enumerate(made):
            if place:
                peer = ends.key(made[1 - target])
                ends.describe(end, target=target, peer=peer, **place)
            else:
                setattr(end, MARK, UNSEEN)
        return made

    module.Pipe = Pipe
