"""The shipper: takes what lanes have gathered and sends it to the session.

A raw thread, unknown to `threading`, which sleeps without the GIL and wakes now and then. It sends
parcels to a non-blocking datagram socket: one system call a parcel, so that it gives the GIL away
(and has to win it back from the observed threads) as seldom as can be. What the socket does not
take stays for the next time; past `BACKLOG_LIMIT` it is dropped and counted.
"""

from __future__ import annotations

import os
from _signal import SIG_BLOCK, SIG_SETMASK, pthread_sigmask, valid_signals
from _thread import allocate_lock, get_native_id, start_new_thread
from contextlib import suppress
from time import perf_counter_ns, thread_time_ns

from paraviz import events as ev
from paraviz.observe.outlet import GONE, LATER, Outlet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Lanes(Protocol):
        """Where events gather."""

        def messages(self) -> Iterator[bytes | bytearray]:
            """Take all that has gathered."""

        def relieve(self, limit: int) -> None:
            """Drop the backlog of lanes that hold more than `limit` integers."""

        def look(self) -> None:
            """See where those stand that are silent."""


SHIP_FIRST_S = 0.01
"""A program that is killed in its first moments has been seen."""
BACKLOG_LIMIT = 8_000_000
"""Integers that a lane may hold back (about 320 MB)."""
_AGAIN_S = 0.01
"""Until it is tried again where there was no room."""
_REST_S = 0.005
"""Between two sendings that somebody asked for."""
_SIGNALS = valid_signals()
_GONE_WITHIN_NS = 5_000_000
FINISH_WITHIN_S = 5.0

# Taken before any probe can replace them.
_exists = os.path.exists


class Shipper:
    """Sends what lanes have gathered."""

    def __init__(self, outlet: Outlet | int, lanes: Lanes, every_s: float = 0.05) -> None:
        """Send to a non-blocking datagram socket every `every_s`."""
        self._outlet = Outlet(outlet) if isinstance(outlet, int) else outlet
        self._every_s = every_s
        self._lanes = lanes
        self._waiting: list[bytes | bytearray] = []
        self._sending = allocate_lock()
        self._wake = allocate_lock()
        self._wake.acquire()
        self._stop = allocate_lock()
        self._stop.acquire()
        self._ended = allocate_lock()
        self._running = False
        self._looks = True
        self._thread = 0
        self.took_ns = 0
        """CPU time of its threads that have ended."""
        self.gone = False
        """Whether nobody reads any more."""

    def go_on(self) -> None:
        """Send again and again, unless it does so already."""
        if self._running:
            return
        self._running = True
        self._ended.acquire()
        # Signals are for the program's threads: one that waits for a signal has blocked it.
        mask = pthread_sigmask(SIG_BLOCK, _SIGNALS)
        try:
            start_new_thread(self._run, ())
        finally:
            pthread_sigmask(SIG_SETMASK, mask)

    def pause(self) -> None:
        """End the thread, if there is one; what has gathered stays."""
        if self._running:
            self._running = False
            self.nudge()
            self._stop.release()
            self._ended.acquire()
            self._ended.release()
            for asked in (self._wake, self._stop):
                asked.acquire(blocking=False)
            self._wait_until_gone()

    def nudge(self) -> None:
        """Send soon: whoever calls this is about to rest, and may be killed in its sleep."""
        if self._wake.locked():
            with suppress(RuntimeError):
                self._wake.release()

    def _wait_until_gone(self) -> None:
        """The thread has said that it ends; on Linux wait until the kernel has seen it, too: since
        3.12 a fork warns of threads, which the kernel counts."""
        path = f"/proc/self/task/{self._thread}"
        until = perf_counter_ns() + _GONE_WITHIN_NS
        while _exists(path) and perf_counter_ns() < until:
            pass

    def _run(self) -> None:
        self._thread = get_native_id()
        try:
            pause_s = SHIP_FIRST_S
            while True:
                nudged = self._wake.acquire(timeout=pause_s)
                pause_s = self._every_s
                if not self._running:
                    return
                if not self.send():
                    self._lanes.relieve(BACKLOG_LIMIT)
                    pause_s = min(pause_s, _AGAIN_S)
                self._look()
                if nudged and self._stop.acquire(timeout=_REST_S):
                    return
        except Exception:
            # Whatever it is, it must not print into the program; missing events are counted.
            self.gone = True
        finally:
            self.took_ns += thread_time_ns()
            self._ended.release()

    def _look(self) -> None:
        """What the program forbids, as by an audit hook, is not asked for again."""
        if self._looks:
            try:
                self._lanes.look()
            except Exception:
                self._looks = False

    def finish(self) -> bool:
        """Send all there is; False if that could not be done in time."""
        until = perf_counter_ns() + int(FINISH_WITHIN_S * 1e9)
        while not self.send():
            if perf_counter_ns() > until:
                return False
            self._stop.acquire(timeout=0.002)
        return True

    def send(self) -> bool:
        """Send what has gathered; False if some of it had to stay."""
        with self._sending:
            while self._waiting:
                if not self._send(self._waiting[0]):
                    return False
                del self._waiting[0]
            for parcel in _parcels(self._lanes.messages()):
                if self._waiting or not self._send(parcel):
                    self._waiting.append(parcel)
            return not self._waiting

    def _send(self, parcel: bytes | bytearray) -> bool:
        """Whether the socket took it, or nobody is there to take anything."""
        sent = GONE if self.gone else self._outlet.send(parcel)
        self.gone = sent == GONE
        return sent != LATER


def _parcels(messages: Iterator[bytes | bytearray]) -> Iterator[bytes | bytearray]:
    """Join messages into as few parcels as hold them."""
    parcel: list[bytes | bytearray] = []
    size = 0
    for message in messages:
        if parcel and size + len(message) > ev.PARCEL_LIMIT:
            yield _joined(parcel)
            parcel, size = [], 0
        parcel.append(message)
        size += len(message)
    if parcel:
        yield _joined(parcel)


def _joined(parcel: list[bytes | bytearray]) -> bytes | bytearray:
    return parcel[0] if len(parcel) == 1 else b"".join(parcel)
