"""The recorder: all that one process reports. A fork gives the child one of its own."""

from __future__ import annotations

import os
import sys
from _signal import SIG_BLOCK, SIG_SETMASK, SIGINT, pthread_sigmask, sigpending
from _thread import allocate_lock, get_ident, get_native_id
from contextlib import suppress
from threading import main_thread
from time import perf_counter_ns, process_time_ns

from paraviz import events as ev
from paraviz.observe.after_import import AfterImport
from paraviz.observe.compiled import core
from paraviz.observe.current_lane import Here
from paraviz.observe.descriptions import begin_of, described, end_of
from paraviz.observe.green import Green
from paraviz.observe.lane import Lane
from paraviz.observe.outlet import Outlet
from paraviz.observe.shipper import Shipper
from paraviz.observe.sites import find_sites
from paraviz.observe.stands import Stands, cpu_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from paraviz.observe.descriptions import Field
    from paraviz.observe.lifeline import Lifeline

_NAMES_LIMIT = 20_000
_FORK_COUNTS_THREADS = sys.version_info >= (3, 12)
"""Whether a fork warns where there is a thread beside the program's own."""

_getpid = os.getpid


class Recorder:
    """The lanes of this process and the way out of it."""

    def __init__(
        self,
        descriptor: int,
        ship_every_s: float = 0.05,
        lifeline: Lifeline | None = None,
        *,
        image: int = 0,
    ) -> None:
        """Report to `descriptor`, a non-blocking datagram socket. `lifeline`: what this process
        holds, if it does; children that are started afresh get it, too. `image`: how many programs
        were observed in this process before."""
        self._outlet = Outlet(descriptor)
        self.lifeline = lifeline
        self.ship_every_s = ship_every_s
        self.costs: Callable[[], dict[str, float]] | None = None
        """What measures what observing costs here, once the program is over."""
        self.follow = False
        """Whether Python programs that this one starts by itself are observed."""
        self.image = image
        self.known_as = 0
        self.after_import = AfterImport(self.notice)
        self.green = Green(self)
        self._active = False
        self.is_served = False
        """Whether this is the server of forkserver, or was forked by it."""
        self._is_first = True
        self._forked = 0, 0
        """When a fork began last, and the number of the thread that forked: in a child, its own."""
        self.fork_is_watched = False
        """Whether somebody calls `go_on` once a fork has returned."""
        self._named: dict[tuple[str, str], int] = {}
        self._numbers = iter(range(1, ev.OBJECT_MASK))
        self._objects = iter(range(1, ev.OBJECT_MASK))
        self._said: set[str] = set()
        self.at_finish: list[Callable[[], None]] = []
        """Called when the process ends, before the last is sent."""
        self.beginning: dict[int, tuple[int, str]] = {}
        """Number and name of the lane that a thread's first event will open, by its identity."""
        self._parents_lanes: list[list[Lane]] = []
        """The lanes of each process up the line of forks, at its fork."""
        self._begin_process()
        self.site, self.programs_site, self._tell_sites = find_sites(self.report)
        self.here = (Here if core is None else core.Here)(self._begin_lane)
        self.here.lane  # noqa: B018 The first use makes it.
        os.register_at_fork(
            before=self._before_fork,
            after_in_parent=self._after_fork,
            after_in_child=self._begin_child,
        )

    def _begin_process(self) -> None:
        self.gil: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
        self.pid = _getpid()
        self._maker = self.known_as or os.getppid()
        self.known_as = self.pid | self.image << ev.IMAGE_SHIFT
        """What it is called in messages."""
        self._lanes: list[Lane] = []
        self._outbox: list[bytes] = []
        self._shipper = Shipper(self._outlet, self, self.ship_every_s)
        self._stands = Stands(self.report, self._line_of)
        self._asleep = allocate_lock()
        """Held once it ships."""

    def start(self) -> None:
        """Report this process and begin to ship."""
        self._introduce()
        self._wake()

    def _introduce(self) -> None:
        """Report this process."""
        self._active = True
        self.report(
            ev.PROCESS,
            ppid=self._maker,
            python=".".join(map(str, sys.version_info[:3])),
            gil=self.gil,
            core=core is not None,
            cpu_ns=process_time_ns() if self._is_first else 0,
            switches=_context_switches() if self._is_first else 0,
            forked_ns=self._forked[0],
            forked_by=self._forked[1],
        )
        self._shipper.send()

    def _wake(self) -> None:
        """Begin to ship."""
        if self._active and self._asleep.acquire(False):
            self._hold_lifeline()
            self._shipper.go_on()

    def _hold_lifeline(self) -> None:
        """If paraviz is killed, so is this process."""
        if self.lifeline is not None:
            self.lifeline.hold_as_well(self.pid)

    def _before_fork(self) -> None:
        if not self._active:
            # A server has nothing to say for itself, but its children know what it made by the
            # numbers that it gave.
            self._shipper.finish()
        if _FORK_COUNTS_THREADS:
            self._shipper.pause()
        # The last thing to do: what other threads do from now on is not done in the child.
        self._forked = perf_counter_ns(), get_native_id()

    def _after_fork(self) -> None:
        if not self.fork_is_watched:
            self.go_on()

    def go_on(self) -> None:
        """Ship again, in a parent after a fork."""
        self.fork_is_watched = False
        if self._active and self._asleep.locked():
            self._shipper.go_on()

    def _begin_child(self) -> None:
        # Those that are new are the parent's, and it tells them.
        self._tell_sites()
        self._parents_lanes = [*self._parents_lanes, self._lanes]
        self.image = 0
        self.costs = None
        self._begin_process()
        self._is_first = False
        # A thread is a third of what a short-lived child costs: it waits for something to send.
        lane = Lane(0, "MainThread", "process")
        self._lanes.append(lane)
        self.here.enter_asleep(lane, self._wake)
        self._introduce()

    def not_copied(self, ident: int) -> int:
        """The system's number of the thread with this identity which a fork did not copy, or 0."""
        if any(lane.ident == ident for lane in self._lanes):
            return 0
        for lanes in reversed(self._parents_lanes):
            for lane in lanes:
                if lane.ident == ident:
                    return lane.tid
        return 0

    def new_number(self) -> int:
        """A number for a lane, unique in this process."""
        return next(self._numbers)

    def new_object(self, **fields: Field) -> int:
        """A number for something events refer to, described by `fields`: `kind`, and `name` or the
        `file` and `line` that made it; `key` where several processes describe the same thing."""
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

    def descriptors(self) -> list[int]:
        """What a process gets that is started afresh and observed: where it reports to, and the
        lifeline if there is one. Nothing once the program has closed the former."""
        if not self._outlet.is_there():
            return []
        reports_to = self._outlet.descriptor
        if self.lifeline is None or not self.lifeline.is_there():
            return [reports_to]
        return [reports_to, self.lifeline.descriptor]

    def child(self, pid: int, at_ns: int, **fields: Field) -> None:
        """Tell of a child that was started: `name`, what the program calls it."""
        self.report(ev.CHILD, child=pid, at_ns=at_ns, **fields)

    @property
    def main_lane(self) -> Lane:
        """The main thread's, from whichever thread."""
        return self._lanes[0]

    def rename_process(self, name: str) -> None:
        """This process has a name of its own: its main thread's lane gets it."""
        self._hold_lifeline()
        lane = self.here.lane
        lane.name = name
        lane.announced = False

    def _begin_lane(self) -> Lane:
        """A lane for the current thread, which reports for the first time."""
        announced = self.beginning.pop(get_ident(), None)
        if announced is not None:
            return self.open_lane(*announced)
        if get_ident() == main_thread().ident:
            return self.open_lane(0, "MainThread", "process")
        return self.open_lane(self.new_number(), f"thread {get_native_id()}")

    def open_lane(self, number: int, name: str, kind: str = "thread") -> Lane:
        """A lane for the current thread."""
        lane = Lane(number, name, kind)
        self._lanes.append(lane)
        self._wake()
        return lane

    def report(self, message_type: int, **fields: Field) -> None:
        """Send a message that is not hot, ahead of the events that follow it."""
        self._outbox.append(described(message_type, pid=self.known_as, **fields))

    def notice(self, text: str) -> None:
        """Tell the user something, once."""
        if text not in self._said:
            self._said.add(text)
            self.report(ev.NOTICE, text=text)

    def messages(self) -> Iterator[bytes | bytearray]:
        """Take all that has gathered: what is new, then each lane's events."""
        self._tell_sites()
        lanes = list(self._lanes) if self._active else ()
        count = len(self._outbox)
        yield from self._outbox[:count]
        del self._outbox[:count]
        for lane in lanes:
            closed = lane.closed
            if not lane.announced:
                lane.announced = True
                yield begin_of(self.known_as, lane)
            yield from lane.messages(self.known_as)
            if closed:
                self._lanes.remove(lane)
                yield end_of(self.known_as, lane)

    def relieve(self, limit: int) -> None:
        """Drop the backlog of lanes that hold more than `limit` integers."""
        for lane in list(self._lanes):
            if len(lane.events) > limit:
                lane.drop()

    def look(self) -> None:
        """See where lanes stand that are silent: only a GIL keeps the others still meanwhile."""
        if self.gil:
            self._stands.look(list(self._lanes))

    def _line_of(self, frame: FrameType) -> int:
        return self.programs_site(0, frame)

    def flush(self) -> None:
        """Send what there is now, as before the process image is replaced."""
        self._shipper.pause()
        self._shipper.finish()
        self.go_on()

    def nudge(self) -> None:
        """Send soon what there is."""
        self._shipper.nudge()

    def finish(self, reason: str, *, abruptly: bool = False) -> None:
        """The process ends: close its lanes and send all there is. `abruptly`: no thread outlives
        this call anyway. Should the user lose patience just then, the interrupt comes too late."""
        if not self._active:
            return
        mask = pthread_sigmask(SIG_BLOCK, [SIGINT])
        try:
            if not abruptly:
                self._shipper.pause()
            self._finish(reason)
        finally:
            if not abruptly and SIGINT not in sigpending():
                pthread_sigmask(SIG_SETMASK, mask)

    def _finish(self, reason: str) -> None:
        for call in self.at_finish:
            with suppress(Exception):
                call()
        self.after_import.tell_of_missed()
        for lane in list(self._lanes):
            if not lane.closed:
                lane.reason = lane.reason or (
                    reason if lane.kind == "process" else "cut off at exit"
                )
                if lane.kind != "task" and cpu_of(lane.tid) >= 0:
                    lane.cpu_used_ns = cpu_of(lane.tid) - lane.cpu_began_ns
                lane.closed = True
        at_ns = perf_counter_ns()
        self.report(
            ev.LEAVING,
            reason=reason,
            at_ns=at_ns,
            switch_interval_s=sys.getswitchinterval(),
            sent_ns=self._shipper.took_ns,
            **(self.costs() if self.costs else {}),
        )
        self._shipper.finish()


def _context_switches() -> int:
    """The context switches of this process so far, as the operating system counts them."""
    try:
        from resource import RUSAGE_SELF, getrusage
    except ImportError:
        return 0
    usage = getrusage(RUSAGE_SELF)
    return usage.ru_nvcsw + usage.ru_nivcsw
