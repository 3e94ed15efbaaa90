"""Recording the context switches of a process and of all that comes from it.

A thread of its own empties the rings: it sleeps in poll(2) until one is a quarter full, so that
nothing else this process does, such as drawing, lets them overflow.
"""

from __future__ import annotations

import contextlib
import os
import select
import threading
from typing import TYPE_CHECKING

import numpy as np

from paraviz.distinct import distinct
from paraviz.kernel import perf
from paraviz.kernel.records import Switches, in_order, parsed
from paraviz.kernel.rings import Opener, Ring, open_rings
from paraviz.kernel.tasks import TaskRecords
from paraviz.kernel.wakings import WakingRings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from paraviz.kernel.wakings import Wakings

DRAIN_EVERY_MS = 100
"""The longest that a record stays in its ring."""
_GONE = select.POLLHUP | select.POLLERR | select.POLLNVAL


class SwitchRecorder:
    """Records from `start` to `stop`; `take` at any time, from any thread."""

    def __init__(
        self,
        cpus: Sequence[int] | None = None,
        open_event: Opener | None = None,
        *,
        wakings: bool = False,
    ) -> None:
        """On these CPUs, by default on all. `wakings`: when threads are woken as well, where that
        is allowed; it costs each of them about a microsecond."""
        self.lost = 0
        """Records that found no room, as the kernel counts them."""
        self.pids: set[int] = set()
        """Processes that were recorded."""
        self._tasks = TaskRecords()
        self._cpus = perf.online_cpus() if cpus is None else list(cpus)
        self._open_event = open_event
        self._rings: list[Ring] = []
        self._asks_wakings = wakings
        self._wakings = WakingRings()
        self._tids: NDArray[np.int32] = np.empty(0, np.int32)
        """Threads that were recorded, sorted."""
        self._parts: list[Switches] = []
        self._draining = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self, pid: int) -> None:
        """Record `pid`, which has one thread as yet. Raises OSError when the system refuses."""
        self._woken, self._wake = os.pipe()
        try:
            self._rings = open_rings(pid, self._cpus, self._open_event or perf.open_event)
        except OSError:
            self._close_pipe()
            raise
        self.pids = {pid}
        if self._asks_wakings:
            self._wakings.open(self._cpus)
        self._thread = threading.Thread(target=self._run, name="paraviz-kernel", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        _go_first()
        poll = select.poll()
        poll.register(self._woken, select.POLLIN)
        for descriptor in (*(ring.descriptor for ring in self._rings), *self._wakings.descriptors):
            poll.register(descriptor, select.POLLIN)
        while True:
            for descriptor, happened in poll.poll(DRAIN_EVERY_MS):
                if descriptor == self._woken:
                    return
                if happened & _GONE:
                    # The process has ended; what came from it may go on and fill the ring still.
                    poll.unregister(descriptor)
            self._drain()

    def _drain(self) -> None:
        with self._draining:
            self._wakings.drain()
            for ring in self._rings:
                data = ring.drain()
                if data:
                    part, lost = parsed(data, self._tasks)
                    self._parts.append(part)
                    self.lost += lost
                    self.pids = self.pids.union(distinct(part.pids[part.pids > 0]).tolist())
                    self._tids = distinct(np.concatenate((self._tids, distinct(part.tids))))
            self._wakings.keep(self._tids)

    def take(self) -> Switches:
        """What was recorded since the last call, up to now, sorted by time.

        One CPU's records may come a moment after another's, so the next call may bring rows that
        are older than the last of this one.
        """
        self._drain()
        with self._draining:
            parts, self._parts = self._parts, []
        return in_order(parts)

    @property
    def sees_wakings(self) -> bool:
        """Whether it is recorded when threads are woken."""
        return self._wakings.is_open

    @property
    def lost_wakings(self) -> int:
        """How many of them found no room."""
        return self._wakings.lost

    def take_wakings(self) -> Wakings:
        """What was recorded of that since the last call, up to the last `take`; sorted by time,
        though the next call may bring older rows."""
        with self._draining:
            return self._wakings.take()

    def tasks(self) -> TaskRecords:
        """Who was forked, got a name and ended up to now."""
        self._drain()
        tasks = self._tasks
        with self._draining:
            return TaskRecords(list(tasks.forks), list(tasks.names), list(tasks.ends))

    def stop(self) -> None:
        """Record no more. What was recorded can still be taken."""
        if self._thread is None:
            return
        os.write(self._wake, b"x")
        self._thread.join()
        self._thread = None
        self._drain()
        with self._draining:
            for ring in self._rings:
                ring.close()
            self._rings = []
            self._wakings.close()
        self._close_pipe()

    def _close_pipe(self) -> None:
        os.close(self._wake)
        os.close(self._woken)


def _go_first() -> None:
    """Put the current thread before those that share the CPUs, where that is allowed (sched(7)).

    Otherwise a program that switches without a pause on every CPU can keep it waiting for longer
    than the rings last. It works for about a thousandth of the time.
    """
    with contextlib.suppress(OSError, AttributeError):
        policy = os.SCHED_RR | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, policy, os.sched_param(1))
