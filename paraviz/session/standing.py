"""Where silent threads stand, as their processes say, put together with what can be seen of it from
outside: which child is waited for, and whether a pipe is full between the two.

A process says so when a thread has been silent for a while, and once more when the thread has not
run since. Of one that waits for a child, or has not run, /proc is looked at: which call the thread
is in, and which calls the processes below its own. Whoever waits for room in a pipe is watched from
then on: one who reads it, however slowly, wakes him up. Where the system refuses, or has no /proc,
nothing is added.
"""

from __future__ import annotations

import os
import platform
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import psutil
from msgspec import Struct

from paraviz import events as ev
from paraviz.kernel.syscalls import on_x86_64
from paraviz.session.command_lines import short_command
from paraviz.session.names import callee_name
from paraviz.trace.model import Stand

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from paraviz.trace.model import Lane

CHILD, PIPE = "child", "pipe"
_WRITES = (1, 20)
"""write(2) and writev(2), by their numbers on x86-64."""
_AWHILE_S = 0.8
"""A reader comes back sooner."""
_WATCH_EVERY_S = 0.1
_LONGEST_S = 5.0
"""From one look for somebody who writes to the next."""
_LIMIT = 100_000
"""Stands of a run that are kept."""


class _Writer(Struct, frozen=True):
    """A thread that waits to write to a pipe."""

    pid: int
    tid: int
    switches: int
    """How often it had left a CPU by then."""
    seen_s: float
    """When it was first seen so."""


class StandSoFar(Struct):
    """What is known of one stand; stamps are absolute."""

    pid: int
    lane: int
    at: int
    rested: int
    """Until when the lane had not run since the one before this, 0 where that is not known."""
    site: int = 0
    function: str = ""
    what: str = ""
    thing: str = ""
    holder: int | None = None
    """A lane of the same process."""
    process: int = 0
    """The process that is waited for."""
    rests: bool = False
    """Whether the lane was seen not to run after it."""
    stuffed: _Writer | None = None
    """Who waits for room in a pipe that the lane's process has the other end of."""
    is_stuffed: bool = False
    """Whether that one was not once woken in `_AWHILE_S`, nor since."""
    pause_s: float = 0.1
    next_s: float = 0.0
    """When the processes below its own are looked at again: one may come to write yet."""


class Standing:
    """All stands so far."""

    def __init__(self) -> None:
        self._stands: dict[tuple[int, int], list[StandSoFar]] = {}
        self._watched: list[StandSoFar] = []
        self._next_s = 0.0
        self._count = 0
        self._over = False

    def end(self) -> None:
        """The run is ended from outside: what moves from now on does so for that."""
        self._over = True
        for stand in self._watched:
            if stand.stuffed is not None:
                _watch(stand, time.monotonic())

    def take_stand(self, told: Mapping[str, Any]) -> None:
        """A thread stands somewhere. Raises KeyError, TypeError."""
        function = told.get("function", "")
        if "column" in told:
            function = callee_name(*(told[key] for key in ("file", "line", "column", "end")))
        stand = StandSoFar(
            told["pid"],
            told["lane"],
            told["at_ns"],
            told["rested_ns"],
            told.get("site", 0),
            function,
            told.get("what", ""),
            told.get("thing", ""),
            told.get("holder"),
            told.get("child", 0),
        )
        if self._count < _LIMIT:
            self._count += 1
            self._stands.setdefault((stand.pid, stand.lane), []).append(stand)
            if stand.process:
                stand.thing = _command_of(stand.process)
                self._watched.append(stand)

    def take_rest(self, told: Mapping[str, Any]) -> None:
        """It has not run since. Raises KeyError."""
        known = self._stands.get((told["pid"], told["lane"]))
        if known and not known[-1].rests:
            known[-1].rests = True
            if not known[-1].what:
                self._watched.append(known[-1])

    def look(self, tid_of: Callable[[int, int], int]) -> None:
        """See what those wait for that were told to rest since the last time, and whether those
        that wait for room in a pipe still do. `tid_of`: the thread of a process's lane."""
        if self._over:
            return
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + _WATCH_EVERY_S
        for stand in self._watched:
            if stand.stuffed is not None:
                _watch(stand, now_s)
            elif now_s >= stand.next_s:
                stand.pause_s = min(2 * stand.pause_s, _LONGEST_S)
                stand.next_s = now_s + stand.pause_s
                _look_at(stand, tid_of(stand.pid, stand.lane))
        # Who is silent in anything else than these stays so, or says so.
        self._watched = [stand for stand in self._watched if stand.process and self._is_last(stand)]

    def _is_last(self, stand: StandSoFar) -> bool:
        return self._stands[stand.pid, stand.lane][-1] is stand

    def stands(
        self,
        lanes: Sequence[Lane],
        row_of: Callable[[int, int], int],
        site_of: Callable[[int, int], int],
        origin: int,
    ) -> tuple[Stand, ...]:
        """As they stand in a trace of these lanes. `row_of`, `site_of`: the row of a process's
        lane, and of its site, or -1."""
        result: list[Stand] = []
        for (pid, number), known in self._stands.items():
            row = row_of(pid, number)
            if row >= 0:
                result += _of_lane(lanes[row], row, known, row_of, site_of, origin)
        return tuple(sorted(result, key=lambda stand: (stand.lane_index, stand.at_ns)))


def _of_lane(
    lane: Lane,
    row: int,
    known: Sequence[StandSoFar],
    row_of: Callable[[int, int], int],
    site_of: Callable[[int, int], int],
    origin: int,
) -> Iterator[Stand]:
    for stand, then in zip(known, (*known[1:], None), strict=True):
        at = stand.at - origin
        next_row = int(np.searchsorted(lane.times, at, "right"))
        until = int(lane.times[next_row]) if next_row < len(lane.times) else lane.end_ns
        if then is not None and then.at - origin < until:
            until = then.rested - origin if then.rested else at
        yield Stand(
            lane_index=row,
            at_ns=at,
            until_ns=max(until, at) if stand.rests else at,
            site=site_of(stand.pid, stand.site),
            function=stand.function,
            what=stand.what,
            thing=stand.thing,
            other=row_of(stand.process or stand.pid, stand.holder or 0)
            if stand.process or stand.holder is not None
            else -1,
            is_stuffed=stand.is_stuffed,
        )


def _look_at(stand: StandSoFar, tid: int) -> None:
    """Add what can be seen of the thread and of the processes below its own."""
    own_pid = stand.pid & ev.PID_MASK
    try:
        if not stand.process:
            pipe = _pipe_written(own_pid, tid)
            stand.process = next(_readers(own_pid, pipe), 0) if pipe else 0
            if not stand.process:
                return
            stand.what, stand.thing = PIPE, _command_of(stand.process)
        own = _pipes_read(own_pid)
        for pid in (stand.process, *_descendants(stand.process)):
            for tid in map(int, os.listdir(f"/proc/{pid}/task")):
                if _pipe_written(pid, tid) in own:
                    stand.stuffed = _Writer(pid, tid, _switches(pid, tid), time.monotonic())
                    return
    except (OSError, ValueError, psutil.Error):
        return


def _watch(stand: StandSoFar, now_s: float) -> None:
    """See whether a writer has run since it was first seen to wait."""
    writer = stand.stuffed
    assert writer is not None
    try:
        rests = _switches(writer.pid, writer.tid) == writer.switches
    except (OSError, ValueError):
        # It has ended, perhaps with the run.
        rests = False
    stand.is_stuffed = rests and now_s - writer.seen_s >= _AWHILE_S
    if not rests:
        stand.stuffed = None


def _switches(pid: int, tid: int) -> int:
    """How often a thread has left a CPU by its own will. Raises OSError, ValueError."""
    status = Path(f"/proc/{pid}/task/{tid}/status").read_text()
    return int(status.partition("\nvoluntary_ctxt_switches:")[2].partition("\n")[0])


def _pipe_written(pid: int, tid: int) -> str:
    """The pipe that a thread waits to write to, or "". Raises OSError, ValueError."""
    number, descriptor, *_ = [*Path(f"/proc/{pid}/task/{tid}/syscall").read_bytes().split(), b""]
    if not number.isdigit() or on_x86_64(int(number), platform.machine()) not in _WRITES:
        return ""
    link = os.readlink(f"/proc/{pid}/fd/{int(descriptor, 16)}")
    return link if link.startswith("pipe:") else ""


def _pipes_read(pid: int) -> set[str]:
    """The pipes of which a process has the end that is read. Raises OSError."""
    found = set()
    for name in os.listdir(f"/proc/{pid}/fd"):
        path = f"/proc/{pid}/fd/{name}"
        try:
            link, mode = os.readlink(path), os.lstat(path).st_mode
        except FileNotFoundError:
            continue
        if link.startswith("pipe:") and mode & stat.S_IRUSR:
            found.add(link)
    return found


def _readers(pid: int, pipe: str) -> Iterator[int]:
    """The processes below one that have the end of a pipe that is read."""
    for other in _descendants(pid):
        try:
            if pipe in _pipes_read(other):
                yield other
        except OSError:
            continue


def _descendants(pid: int) -> list[int]:
    """Raises psutil.Error."""
    return [process.pid for process in psutil.Process(pid).children(recursive=True)]


def _command_of(pid: int) -> str:
    """What a process runs: `python -c`, `sh`; its number where that is not to be seen."""
    try:
        name, *arguments = psutil.Process(pid).cmdline()
    except (psutil.Error, ValueError):
        return str(pid)
    return short_command(os.path.basename(name), arguments)
