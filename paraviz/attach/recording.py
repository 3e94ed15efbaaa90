"""A recording of a program that runs already: looked at again and again from outside. Nothing runs
in it, it is not stopped, and nothing of it is changed, so that leaving it is to look no more.

Who ran when comes from the kernel's record of context switches, which can be begun for threads that
are there, or else from looks at what the system accounts each thread. Where threads stand, and what
they wait for, comes from looks at their frames.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from paraviz.attach import proc
from paraviz.attach.look import look
from paraviz.errors import ProgramError
from paraviz.kernel.existing import ExistingRecorder, carried
from paraviz.kernel.records import Switches, exits
from paraviz.kernel.spent import usable_cpus
from paraviz.kernel.waits import WaitPoller
from paraviz.text.notices import LOOKED_AT, NOT_READ, POLLED
from paraviz.text.translation import _, phrase
from paraviz.trace.excerpt import CUT
from paraviz.trace.histories.cpus import cpu_histories
from paraviz.trace.model import Lane, Program, Site, Stand, States, Trace
from paraviz.trace.states.from_kernel import context_switches, with_kernel_states
from paraviz.trace.states.partition import State
from paraviz.trace.states.polled import polled_states

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.attach.model import ThreadLook, Who

_EVERY_S = 1 / 15
_SHARE = 0.35
"""Looking takes no more of a CPU than this."""
_LOCKS = frozenset(("lock", "import", "handler"))


class _Standing(Struct):
    """What one look saw, and for how long it was so."""

    at_ns: int
    until_ns: int
    line: str
    function: str
    kind: str
    other: Who | None


class _Thread(Struct):
    """What is known of a thread."""

    name: str
    is_python: bool
    seen_ns: int
    last_ns: int
    stands: list[_Standing]


class Recording:
    """Looks at a process and all below it, from `start` to `stop`."""

    def __init__(self, pid: int) -> None:
        """Raises ProgramError where there is no such process."""
        if not proc.is_there(pid):
            look(pid)
        self._pid = pid
        # Once it has ended nobody knows any more what it was called.
        self._name = proc.command(pid) or f"process {pid}"
        self._threads: dict[Who, _Thread] = {}
        self._pids: set[int] = {pid}
        self._version, self._refused = "", ""
        self._recorder = ExistingRecorder()
        self._poller = WaitPoller(lambda: self._pids)
        self._why_polled = ""
        self._joined: set[int] = set()
        self._origin = self._end = 0
        self._looks = 0
        self._recorded_at = ""
        self._used_ns = 0

    def start(self) -> None:
        """Begin."""
        self._recorded_at = datetime.now(UTC).isoformat(timespec="seconds")
        self._used_ns = time.process_time_ns()
        try:
            self._recorder.start(self._pid)
            self._recorder.existing.join(self._pid)
            self._joined.add(self._pid)
        except OSError as error:
            self._why_polled = error.strerror or str(error)
        self._origin = time.perf_counter_ns()
        self._poller.start()

    def run(self, for_s: float | None, is_over: Callable[[], bool]) -> None:
        """Look until then, or the process has ended."""
        until = None if for_s is None else time.monotonic() + for_s
        while not is_over() and (until is None or time.monotonic() < until):
            began, used = time.monotonic(), time.thread_time()
            if not self._look():
                break
            took, used = time.monotonic() - began, time.thread_time() - used
            time.sleep(max(0.0, _EVERY_S - took, used / _SHARE - took))
        self.stop()

    def _look(self) -> bool:
        """Whether it is there still."""
        try:
            found = look(self._pid)
        except ProgramError:
            return False
        self._looks += 1
        first = found.processes[0]
        self._version, self._refused = first.version or self._version, first.refused
        self._pids = {one.pid for one in found.processes}
        if not self._why_polled:
            for pid in self._pids - self._joined:
                self._recorder.existing.join(pid)
            self._joined |= self._pids
        now = time.perf_counter_ns()
        for who, one in found.threads().items():
            self._take(who, one, now)
        return True

    def _take(self, who: Who, one: ThreadLook, now: int) -> None:
        known = self._threads.get(who)
        if known is None:
            known = self._threads[who] = _Thread(one.name, one.is_python, now, now, [])
        known.name, known.is_python = one.name or known.name, known.is_python or one.is_python
        known.last_ns = now
        if one.moved or not one.line:
            return
        other = one.wait.holds[0].who if one.wait.holds else None
        seen = one.line, one.function, one.wait.kind, other
        last = known.stands[-1] if known.stands else None
        if last is not None and (last.line, last.function, last.kind, last.other) == seen:
            last.until_ns = now
        else:
            known.stands.append(_Standing(now, now, *seen))

    def stop(self) -> None:
        """Look no more."""
        self._end = time.perf_counter_ns()
        self._used_ns = time.process_time_ns() - self._used_ns
        self._poller.stop()
        self._recorder.stop()

    def trace(self) -> Trace:
        """All that was seen."""
        switches = None
        if not self._why_polled:
            switches = carried(self._recorder.take(), self._origin)
        order = sorted(self._threads, key=lambda who: (who.pid != self._pid, who))
        ended = exits(switches) if switches is not None else {}
        lanes = [self._lane(who, ended.get(who.tid)) for who in order]
        if not lanes:
            raise ProgramError(_("there is no process {pid}").format(pid=self._pid))
        sites, stands = self._stands(order)
        lanes = self._with_states(lanes, switches)
        lanes = [
            replace(lane, states=_locked(lane.states, self._threads[who], self._origin))
            for who, lane in zip(order, lanes, strict=True)
        ]
        since = switches.since(self._origin) if switches is not None else None
        return Trace(
            Program(self._name),
            tuple(lanes),
            sites=tuple(sites),
            stands=tuple(sorted(stands, key=lambda each: (each.lane_index, each.at_ns))),
            cpus=cpu_histories(lanes, since) if since is not None else (),
            wall_ns=self._end - self._origin,
            context_switches=context_switches(since) if since is not None else 0,
            truth="inferred" if since is None else "kernel",
            python=self._version or "?",
            read_ns=self._used_ns,
            usable_cpus=usable_cpus(),
            recorded_at=self._recorded_at,
            end_reason=CUT,
            notices=tuple(self._notices()),
        )

    def _lane(self, who: Who, ended_ns: int | None) -> Lane:
        thread = self._threads[who]
        # Who was there at the first look was there before.
        begun = thread.seen_ns - self._origin
        is_first = begun < 2 * _EVERY_S * 1e9
        gone = ended_ns or (thread.last_ns if thread.last_ns < self._end - 1e9 else None)
        none = np.empty(0, np.int64)
        return Lane(
            thread.name,
            who.pid,
            who.tid,
            "process" if who.pid == who.tid else "thread",
            0 if is_first else begun,
            (gone or self._end) - self._origin,
            "ended" if gone else CUT,
            none,
            none.astype(np.uint8),
            none.astype(np.int32),
            none,
            none.astype(np.int32),
            "",
            0,
            probes=thread.is_python,
        )

    def _with_states(self, lanes: list[Lane], switches: Switches | None) -> list[Lane]:
        spent, waits = self._poller.take_spent().since(self._origin), self._poller.take()
        if switches is None:
            return [
                replace(
                    lane,
                    states=polled_states(
                        spent.rows(spent.tids == lane.tid), lane.start_ns, lane.end_ns
                    ),
                )
                for lane in lanes
            ]
        return with_kernel_states(
            lanes,
            switches.since(self._origin),
            waits.since(self._origin),
            spent,
            gil=True,
            switch_interval_s=0.005,
        )

    def _stands(self, order: list[Who]) -> tuple[list[Site], list[Stand]]:
        rows = {who: row for row, who in enumerate(order)}
        sites: dict[str, int] = {}
        found = []
        for who in order:
            for each in self._threads[who].stands:
                site = sites.setdefault(each.line, len(sites))
                at, until = each.at_ns - self._origin, each.until_ns - self._origin
                other = rows.get(each.other, -1) if each.other is not None else -1
                found.append(Stand(rows[who], at, until, site, each.function, other=other))
        return [_site(line) for line in sites], found

    def _notices(self) -> list[str]:
        lasted = max(1, self._end - self._origin) / 1e9
        rate = f"{self._looks / lasted:.0f}"
        notices = [phrase(LOOKED_AT.one, rate=rate).english]
        if self._why_polled:
            notices.append(phrase(POLLED.one, reason=self._why_polled).english)
        if self._refused:
            notices.append(phrase(NOT_READ.one, reason=self._refused).english)
        return notices


def _site(line: str) -> Site:
    file, _, number = line.rpartition(":")
    return Site(file, int(number) if number.isdecimal() else 0)


def _locked(states: States, thread: _Thread, origin: int) -> States:
    """Blocked is waiting for a lock where a look saw that."""
    found = states.states.copy()
    for each in thread.stands:
        if each.kind in _LOCKS:
            first = np.searchsorted(states.starts, each.at_ns - origin, "right") - 1
            last = np.searchsorted(states.starts, each.until_ns - origin, "right")
            part = found[max(0, first) : last]
            part[part == State.BLOCKED] = State.WAITING_LOCK
    return States(states.starts, found, states.causes)
