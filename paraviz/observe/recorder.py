"""The recorder: all that one process reports. A fork gives the child one of its own."""

from __future__ import annotations

import json
import os
import sys
from _thread import _local as thread_local
from _thread import get_ident, get_native_id
from signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask
from threading import main_thread
from time import perf_counter_ns, process_time_ns
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.observe.after_import import AfterImport
from paraviz.observe.lane import Lane
from paraviz.observe.shipper import Shipper

if TYPE_CHECKING:
    from collections.abc import Iterator

_MEASURED_EVENTS = 2_000
_NAMES_LIMIT = 20_000
_TEXT_LIMIT = 2_000
"""Characters of one name or notice that are sent."""

_getpid = os.getpid


class Here(thread_local):
    """What belongs to the current thread. Its first use in a thread makes its lane."""

    def __init__(self, recorder: Recorder) -> None:
        announced = recorder.beginning.pop(get_ident(), None)
        if announced is not None:
            self.enter(recorder.open_lane(*announced))
        elif get_ident() == main_thread().ident:
            self.enter(recorder.open_lane(0, "MainThread", is_main=True))
        else:
            self.enter(recorder.open_lane(recorder.new_number(), f"thread {get_native_id()}"))

    def enter(self, lane: Lane) -> None:
        """Report the current thread's events to this lane."""
        self.lane = lane
        self.emit = lane.emit
        self.emit_value = lane.emit_value
        self.extend = lane.events.extend


class Recorder:
    """The lanes of this process and the way out of it."""

    def __init__(self, descriptor: int, ship_every_s: float = 0.05) -> None:
        """Report to `descriptor`, a non-blocking datagram socket."""
        self.descriptor = descriptor
        self.ship_every_s = ship_every_s
        self.after_import = AfterImport(self.notice)
        self._active = False
        self.fork_is_watched = False
        """Whether somebody calls `go_on` once a fork has returned."""
        self._named: dict[tuple[str, str], int] = {}
        self._numbers = iter(range(1, ev.OBJECT_MASK))
        self._objects = iter(range(1, ev.OBJECT_MASK))
        self._said: set[str] = set()
        self.beginning: dict[int, tuple[int, str]] = {}
        """Number and name of the lane that a thread's first event will open, by its identity."""
        self._begin_process()
        self.here = Here(self)
        os.register_at_fork(
            before=self._before_fork,
            after_in_parent=self._after_fork,
            after_in_child=self._begin_child,
        )

    def _begin_process(self) -> None:
        self.gil: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
        self.pid = _getpid()
        self._lanes: list[Lane] = []
        self._outbox: list[bytes] = []
        self._shipper = Shipper(self.descriptor, self, self.ship_every_s)

    def start(self) -> None:
        """Report this process and begin to ship."""
        self._active = True
        self.report(
            ev.PROCESS,
            ppid=os.getppid(),
            python=".".join(map(str, sys.version_info[:3])),
            gil=self.gil,
            cpu_ns=process_time_ns(),
            switches=_context_switches(),
        )
        self._shipper.start()

    def _before_fork(self) -> None:
        self._shipper.pause()

    def _after_fork(self) -> None:
        if not self.fork_is_watched:
            self.go_on()

    def go_on(self) -> None:
        """Ship again, in a parent after a fork."""
        self.fork_is_watched = False
        if self._active:
            self._shipper.go_on()

    def _begin_child(self) -> None:
        self._begin_process()
        self.here.enter(self.open_lane(0, "MainThread", is_main=True))
        self.start()

    def new_number(self) -> int:
        """A number for a lane, unique in this process."""
        return next(self._numbers)

    def new_object(self, **fields: object) -> int:
        """A number for something events refer to, described by `fields`."""
        number = next(self._objects)
        self.report(ev.OBJECT, object=number, **fields)
        return number

    def named(self, kind: str, name: str) -> int:
        """The number of what events refer to by its name alone; of one for all past a limit."""
        if len(self._named) > _NAMES_LIMIT:
            name = kind
        number = self._named.get((kind, name))
        if number is None:
            number = self._named[kind, name] = self.new_object(kind=kind, name=name)
        return number

    def rename_process(self, name: str) -> None:
        """This process has a name of its own: its main thread's lane gets it."""
        lane = self.here.lane
        lane.name = name
        lane.announced = False
        self._shipper.send()

    def open_lane(self, number: int, name: str, *, is_main: bool = False) -> Lane:
        """A lane for the current thread."""
        lane = Lane(number, name, is_main=is_main)
        self._lanes.append(lane)
        return lane

    def report(self, message_type: int, **fields: object) -> None:
        """Send a message that is not hot, ahead of the events that follow it."""
        fields = {
            key: value[:_TEXT_LIMIT] if isinstance(value, str) else value
            for key, value in fields.items()
        }
        body = json.dumps({"pid": self.pid, **fields})
        self._outbox.append(ev.message(message_type, body.encode("ascii")))

    def notice(self, text: str) -> None:
        """Tell the user something, once."""
        if text not in self._said:
            self._said.add(text)
            self.report(ev.NOTICE, text=text)

    def messages(self) -> Iterator[bytes]:
        """Take all that has gathered: what is new, then each lane's events."""
        lanes = list(self._lanes)
        count = len(self._outbox)
        yield from self._outbox[:count]
        del self._outbox[:count]
        for lane in lanes:
            closed = lane.closed
            if not lane.announced:
                lane.announced = True
                yield _described(self.pid, lane)
            yield from lane.messages(self.pid)
            if closed:
                self._lanes.remove(lane)
                yield _end_of(self.pid, lane)

    def relieve(self, limit: int) -> None:
        """Drop the backlog of lanes that hold more than `limit` integers."""
        for lane in list(self._lanes):
            if len(lane.events) > limit:
                lane.drop()

    def flush(self) -> None:
        """Send what there is now, as before the process image is replaced."""
        self._shipper.finish()
        self._shipper.start()

    def nudge(self) -> None:
        """Send soon what there is."""
        self._shipper.nudge()

    def finish(self, reason: str) -> None:
        """The process ends: close its lanes and send all there is. Should the user lose patience
        just then, the interrupt has to wait."""
        if not self._active:
            return
        mask = pthread_sigmask(SIG_BLOCK, [SIGINT])
        try:
            self._finish(reason)
        finally:
            pthread_sigmask(SIG_SETMASK, mask)

    def _finish(self, reason: str) -> None:
        for lane in list(self._lanes):
            if not lane.closed:
                lane.reason = lane.reason or (reason if lane.is_main else "cut off at exit")
                lane.closed = True
        self.report(
            ev.LEAVING,
            reason=reason,
            at_ns=perf_counter_ns(),
            switch_interval_s=sys.getswitchinterval(),
            emit_ns=measured_emit_ns(),
        )
        self._shipper.finish()


def _described(pid: int, lane: Lane) -> bytes:
    fields = {
        "pid": pid,
        "lane": lane.number,
        "name": lane.name[:_TEXT_LIMIT],
        "tid": lane.tid,
        "main": lane.is_main,
        "at_ns": lane.started_ns,
    }
    return ev.message(ev.LANE, json.dumps(fields).encode("ascii"))


def _end_of(pid: int, lane: Lane) -> bytes:
    fields = {
        "pid": pid,
        "lane": lane.number,
        "name": lane.name[:_TEXT_LIMIT],
        "reason": lane.reason,
        "emitted": lane.sent + lane.dropped,
    }
    return ev.message(ev.CLOSED, json.dumps(fields).encode("ascii"))


def _context_switches() -> int:
    """The context switches of this process so far, as the operating system counts them."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_nvcsw + usage.ru_nivcsw


def measured_emit_ns() -> float:
    """What one event costs here, in ns, measured on a lane that goes nowhere."""
    emit = Lane(0, "").emit
    begin = perf_counter_ns()
    for _ in range(_MEASURED_EVENTS):
        emit(0)
    return (perf_counter_ns() - begin) / _MEASURED_EVENTS
