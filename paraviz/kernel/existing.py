"""Recording the switches of a process that has several threads already.

An event belongs to one thread and to what comes from it later. Those that are there share the ring
of the first one on each CPU (ioctl(2), PERF_EVENT_IOC_SET_OUTPUT).
"""

from __future__ import annotations

import contextlib
import os
import time
from fcntl import ioctl
from pathlib import Path

import numpy as np

from paraviz.kernel import perf
from paraviz.kernel.records import OUT, PREEMPTED, Switches, in_order
from paraviz.kernel.switches import SwitchRecorder

_SET_OUTPUT = 0x2405
_LOOKS = 5
"""Threads may begin while it is looked: so often at most."""


class ExistingThreads:
    """Opens events for all threads of a process; as `perf.open_event` to whoever opens rings."""

    def __init__(self) -> None:
        self._rings: dict[int, int] = {}
        self._opened: list[int] = []
        self._asleep: list[tuple[int, int, int]] = []

    def asleep(self) -> Switches:
        """Who was asleep when it began, since the last call: as if it had left its CPU then."""
        rows, self._asleep = self._asleep, []
        table = np.array(rows, np.int64).reshape(-1, 3)
        return Switches(
            table[:, 0].copy(),
            table[:, 2].astype(np.int32),
            table[:, 1].astype(np.int32),
            np.full(len(rows), -1, np.int16),
            np.full(len(rows), OUT, np.uint8),
        )

    def open_event(self, pid: int, cpu: int, watermark: int) -> int:
        """For its first thread; the rings are made of these."""
        descriptor = perf.open_event(pid, cpu, watermark)
        self._rings[cpu] = descriptor
        return descriptor

    def join(self, pid: int) -> int:
        """For all others that are there; how many these are. Once the rings are mapped."""
        known = {pid}
        self._see_asleep(pid, pid)
        for _look in range(_LOOKS):
            new = [tid for tid in _threads(pid) if tid not in known]
            for tid in new:
                self._join(tid)
                self._see_asleep(pid, tid)
            known.update(new)
            if not new:
                break
        return len(known) - 1

    def _join(self, tid: int) -> None:
        for cpu, ring in self._rings.items():
            # It may have ended.
            with contextlib.suppress(OSError):
                descriptor = perf.open_event(tid, cpu)
                self._opened.append(descriptor)
                ioctl(descriptor, _SET_OUTPUT, ring)

    def _see_asleep(self, pid: int, tid: int) -> None:
        before = _rest(pid, tid)
        now = time.perf_counter_ns()
        if before and before == _rest(pid, tid):
            self._asleep.append((now, pid, tid))

    def close(self) -> None:
        """Let go of them."""
        for descriptor in self._opened:
            os.close(descriptor)
        self._opened.clear()


class ExistingRecorder(SwitchRecorder):
    """Records the switches of a process that runs already."""

    def __init__(self, *, wakings: bool = False) -> None:
        """As of any other."""
        self.existing = ExistingThreads()
        super().__init__(open_event=self.existing.open_event, wakings=wakings)

    def take(self) -> Switches:
        """Also who was asleep when it began."""
        taken = super().take()
        asleep = self.existing.asleep()
        return in_order((taken, asleep)) if len(asleep) else taken

    def stop(self) -> None:
        """Let go of all events."""
        super().stop()
        self.existing.close()


def carried(switches: Switches, begin_ns: int) -> Switches:
    """Who is off its CPU when a recording begins leaves it then: lanes know nothing of before.
    `switches`: sorted."""
    before = np.flatnonzero(switches.times <= begin_ns)
    _tids, last = np.unique(switches.tids[before][::-1], return_index=True)
    rows = before[::-1][last]
    rows = rows[np.isin(switches.kinds[rows], (OUT, PREEMPTED))]
    if not len(rows):
        return switches
    off = switches.rows(rows)
    moved = Switches(
        np.full(len(rows), begin_ns + 1, np.int64),
        off.tids,
        off.pids,
        np.full(len(rows), -1, np.int16),
        off.kinds,
    )
    return in_order((switches, moved))


def _rest(pid: int, tid: int) -> str:
    """How often a thread that is off its CPU by itself has left one; "" for any other."""
    try:
        lines = Path(f"/proc/{pid}/task/{tid}/status").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    told = dict(line.partition(":\t")[::2] for line in lines)
    if told.get("State", "R")[0] not in "SDI":
        return ""
    return f"{told.get('voluntary_ctxt_switches')} {told.get('nonvoluntary_ctxt_switches')}"


def _threads(pid: int) -> list[int]:
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
