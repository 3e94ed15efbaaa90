"""Recording the switches of a process that has several threads already.

An event belongs to one thread and to what comes from it later. Those that are there share the ring
of the first one on each CPU (ioctl(2), PERF_EVENT_IOC_SET_OUTPUT).
"""

from __future__ import annotations

import contextlib
import os
from fcntl import ioctl

from paraviz.kernel import perf

_SET_OUTPUT = 0x2405
_LOOKS = 5
"""Threads may begin while it is looked: so often at most."""


class ExistingThreads:
    """Opens events for all threads of a process; as `perf.open_event` to whoever opens rings."""

    def __init__(self) -> None:
        self._rings: dict[int, int] = {}
        self._opened: list[int] = []

    def open_event(self, pid: int, cpu: int, watermark: int) -> int:
        """For its first thread; the rings are made of these."""
        descriptor = perf.open_event(pid, cpu, watermark)
        self._rings[cpu] = descriptor
        return descriptor

    def join(self, pid: int) -> int:
        """For all others that are there; how many these are. Once the rings are mapped."""
        known = {pid}
        for _look in range(_LOOKS):
            new = [tid for tid in _threads(pid) if tid not in known]
            for tid in new:
                self._join(tid)
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

    def close(self) -> None:
        """Let go of them."""
        for descriptor in self._opened:
            os.close(descriptor)
        self._opened.clear()


def _threads(pid: int) -> list[int]:
    try:
        return [int(name) for name in os.listdir(f"/proc/{pid}/task")]
    except OSError:
        return []
