"""Looks at the processes of a run while it goes on: who ended without saying so, who is of the run
but never said a word, what it runs and, where the kernel does not tell, how long it has run.

A look reads /proc, which only Linux has: elsewhere nothing is found. The observed processes take no
notice.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.kernel.processes import ProcessSeen
from paraviz.kernel.waits import pause_after
from paraviz.session.command_lines import command_line
from paraviz.session.host import HOST_FILE

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

_SHORTEST_S = 0.1
"""From one look to the next."""
_STATE, _PARENT, _USER, _SYSTEM, _THREADS, _START, _EXIT_CODE = 0, 1, 11, 12, 17, 19, 49
"""Fields of /proc/<pid>/stat, counted from the one behind the name."""
_ENDED = ("Z", "X")
_OURS = (str(HOST_FILE), "paraviz_child")
"""In the command line of whoever is observed, or will be: a fork has its parent's until it runs
something else."""
_TICK_NS = 1_000_000_000 // (os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100)


class End(Struct, frozen=True):
    """How a process ended that did not say so."""

    pid: int
    at_ns: int
    """When that was seen."""
    code: int | None
    """As in `subprocess`; None for one that somebody else collected."""


class Looks:
    """Looks, one now and then, and what was seen."""

    def __init__(self, recorded: Callable[[], Sequence[ProcessSeen] | None]) -> None:
        """`recorded`: the processes of the run as the kernel recorded them; None where it does
        not."""
        self._lines: dict[int, tuple[int, tuple[str, ...]]] = {}
        """The command lines of processes that are none of those observed, as last seen and when."""
        self.used: dict[int, list[tuple[int, int]]] = {}
        """How much CPU time they had used by when, in ns, where nothing is recorded."""
        self._recorded = recorded
        self._found: dict[int, ProcessSeen] = {}
        self._alive: set[int] = set()
        """Processes that were seen alive."""
        self._gone: set[int] = set()
        """Those without probes that have ended."""
        self._next_s = 0.0

    def due(self) -> bool:
        """Whether it is time for a look."""
        return time.monotonic() >= self._next_s

    def processes(self) -> Sequence[ProcessSeen]:
        """Those of the run, whether they are observed or not, by the moment they began."""
        recorded = self._recorded()
        if recorded is not None:
            return recorded
        return sorted(self._found.values(), key=lambda process: process.start)

    @property
    def lines(self) -> dict[int, tuple[str, ...]]:
        """The command lines of processes that are none of those observed, as seen last. One that
        was seen before its process began to run what it ran last is its parent's."""
        began = {one.pid: one.began[-1][0] for one in self.processes() if one.began}
        return {
            pid: line
            for pid, (at_ns, line) in self._lines.items()
            if at_ns >= began.get(pid, at_ns)
        }

    def look(
        self, roots: Sequence[int], observed: Collection[int], alive: Sequence[int]
    ) -> list[End]:
        """Who of `alive`, those `observed` that nobody told the end of, has ended, and who of the
        others. Those that came from `roots` and are not observed are remembered, and the roots."""
        began_ns = time.thread_time_ns()
        if self._recorded() is None:
            self._find(roots)
        processes = self.processes()
        others = [one for one in processes if one.pid not in observed]
        for process in others:
            self._read_line(process)
        ended = [end for end in map(self._end_of, alive) if end is not None]
        ended += [end for end in map(self._other_end, others) if end is not None]
        pause_s = pause_after(time.thread_time_ns() - began_ns)
        self._next_s = time.monotonic() + max(_SHORTEST_S, pause_s)
        return ended

    def _find(self, roots: Sequence[int]) -> None:
        """Who came from them, as far as their parents live, or from those that were found."""
        known = [pid for pid in self._found if pid not in self._gone]
        offset_ns = time.clock_gettime_ns(time.CLOCK_BOOTTIME) - time.perf_counter_ns()
        for pid, fields in _with_descendants([*roots, *known]).items():
            now_ns = time.perf_counter_ns()
            if pid not in self._found:
                start = int(fields[_START]) * _TICK_NS - offset_ns
                self._found[pid] = ProcessSeen(pid, int(fields[_PARENT]), start)
            ticks = int(fields[_USER]) + int(fields[_SYSTEM])
            self.used.setdefault(pid, []).append((now_ns, ticks * _TICK_NS))

    def _read_line(self, process: ProcessSeen) -> None:
        """What it runs. Before a fork runs anything, that is what its parent does."""
        if process.end is None and process.pid not in self._gone:
            now_ns = time.perf_counter_ns()
            line = command_line(process.pid)
            if line and not is_ours(line):
                self._lines[process.pid] = now_ns, line

    def _other_end(self, process: ProcessSeen) -> End | None:
        """How one ended that is not observed: until somebody collects it there is its exit code,
        and where nothing is recorded only then, or by its absence, that it did."""
        if process.pid in self._gone:
            return None
        end = self._end_of(process.pid)
        if end is not None or process.end is not None:
            self._gone.add(process.pid)
        return end

    def _end_of(self, pid: int) -> End | None:
        fields = _fields(pid)
        now_ns = time.perf_counter_ns()
        if fields is None:
            # Without having been seen it may be one whose number means something else here.
            return End(pid, now_ns, None) if pid in self._alive else None
        # A main thread may end before others do.
        if fields[_STATE] not in _ENDED or int(fields[_THREADS]) > 1:
            self._alive.add(pid)
            return None
        return End(pid, now_ns, os.waitstatus_to_exitcode(int(fields[_EXIT_CODE])))


def is_ours(line: tuple[str, ...]) -> bool:
    """Whether a command line is that of a process that is observed, or will be."""
    return any(mark in word for word in line for mark in _OURS)


def _fields(pid: int | str) -> list[str] | None:
    """What /proc/<pid>/stat says behind the name; None for a process that is not there."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _with_descendants(roots: Sequence[int]) -> dict[int, list[str]]:
    """Processes and all that came from them, as far as their parents live, with their fields."""
    fields_of: dict[int, list[str]] = {}
    children: dict[int, list[int]] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            fields = _fields(name) if name.isdecimal() else None
            if fields is not None:
                fields_of[int(name)] = fields
                children.setdefault(int(fields[_PARENT]), []).append(int(name))
    line = list(roots)
    for pid in line:
        line += children.pop(pid, ())
    return {pid: fields_of[pid] for pid in line if pid in fields_of}
