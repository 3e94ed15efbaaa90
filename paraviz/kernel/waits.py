"""What threads wait for, seen from outside now and then: /proc/<pid>/task/<tid>/syscall.

A thread that is in a system call is asked which one and with which arguments; the observed process
takes no notice. Who is ready says so instead: off its CPU, it was woken and waits for one. Beside
it stands what each thread ran and waited for a CPU (`kernel.spent`). A thread looks after it that
takes a set share of a CPU's time: the more there is to look at, the more seldom it looks. Where the
system refuses, it falls silent.
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
import time
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.kernel.runtime import others_of, runtime_of
from paraviz.kernel.spent import Spent, parsed, spent_of
from paraviz.kernel.syscalls import FUTEX, MACHINES, on_x86_64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

GIL = -1
"""The reason of a thread that waits for the GIL; any other is a system call's number."""
READY = -3
"""In place of a reason: the thread runs, or waits for nothing but a CPU."""

SHARE = 0.008
"""Of a CPU's time."""
SHORTEST_S = 0.004
LONGEST_S = 1.0
"""From one look to the next."""
MOST_THREADS = 200
"""Each takes two descriptors; others are not looked at."""
_LIST_EVERY_S = 0.25
"""Threads that come and go are noticed by their number; if it stays the same, after this."""
_SEEK_EVERY_S = 0.1
"""Interpreters that came since are sought where a futex is unknown, no more often."""
_MOST_ELSEWHERE = 4_096
SURE_NS = 200_000
"""Whoever takes longer for a look was interrupted: it does not know when it looked."""
_LINE_BYTES = 256
_RUNNING = b"running"


class Waits(Struct, frozen=True, eq=False):
    """Columns of looks at threads that waited, one row each, sorted by time."""

    times: NDArray[np.int64]
    """int64[n]: ns of CLOCK_MONOTONIC, or since an origin."""
    tids: NDArray[np.int32]
    """int32[n]: thread."""
    reasons: NDArray[np.int16]
    """int16[n]: the number of the system call it is in, see `syscalls`; GIL; or READY."""

    def __len__(self) -> int:
        return len(self.times)

    def since(self, origin: int) -> Waits:
        """The same with times counted from `origin`."""
        return Waits(self.times - origin, self.tids, self.reasons)


def waits_of(rows: Iterable[tuple[int, int, int]] = ()) -> Waits:
    """Columns of (time, tid, reason)."""
    table = np.array(list(rows), np.int64).reshape(-1, 3)
    return Waits(table[:, 0].copy(), table[:, 1].astype(np.int32), table[:, 2].astype(np.int16))


def waits_joined(first: Waits, then: Waits) -> Waits:
    """The rows of one, then of the other."""
    return Waits(
        np.concatenate((first.times, then.times)),
        np.concatenate((first.tids, then.tids)),
        np.concatenate((first.reasons, then.reasons)),
    )


def pause_after(cost_ns: int) -> float:
    """How long to rest, in s, after a look that took this much CPU time."""
    return min(max(SHORTEST_S, cost_ns / 1e9 / SHARE), LONGEST_S)


class WaitPoller:
    """Looks at the threads of processes from `start` to `stop`; `take` and `take_spent` at any
    time, from any thread."""

    def __init__(self, pids: Callable[[], Iterable[int]], *, calls: bool = True) -> None:
        """`pids`: the processes there are or were, asked again and again. `calls`: whether to look
        at what threads wait for, beside what they spent."""
        self.cpu_ns = 0
        """CPU time it has used."""
        self._pids = pids
        self._machine = os.uname().machine
        self._calls = calls and self._machine in MACHINES
        self._processes: dict[int, _Process] = {}
        self._gone: set[int] = set()
        self._rows: list[tuple[int, int, int]] = []
        self._spent: list[tuple[int, int, int, int]] = []
        self._going = threading.Lock()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look, at calls where it is known what this machine's numbers mean."""
        self._going.acquire()
        self._thread = threading.Thread(target=self._run, name="paraviz-waits", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        pause_s = SHORTEST_S
        while not self._going.acquire(timeout=pause_s):
            before = self.cpu_ns
            self._look()
            self.cpu_ns = time.thread_time_ns()
            pause_s = pause_after(self.cpu_ns - before)
        for process in self._processes.values():
            process.close()

    def _look(self) -> None:
        """One look at each thread."""
        for pid in self._pids():
            if pid not in self._processes and pid not in self._gone:
                self._processes[pid] = _Process(pid, calls=self._calls)
        room = MOST_THREADS - sum(len(one.threads) for one in self._processes.values())
        for pid, process in list(self._processes.items()):
            try:
                room -= process.look_for_threads(room)
                self._look_at(process)
            except OSError:
                process.close()
                del self._processes[pid]
                self._gone.add(pid)

    def _look_at(self, process: _Process) -> None:
        """Raises OSError when it may not be looked at."""
        for tid, (call, account) in list(process.threads.items()):
            try:
                if call >= 0 and not process.refuses_calls:
                    self._look_at_call(process, tid, call)
                if account >= 0:
                    self._look_at_account(tid, account)
            except ProcessLookupError:
                process.forget(tid)

    def _look_at_call(self, process: _Process, tid: int, descriptor: int) -> None:
        before = time.perf_counter_ns()
        try:
            line = os.pread(descriptor, _LINE_BYTES, 0)
        except PermissionError:
            process.refuses_calls = True
            return
        now = time.perf_counter_ns()
        if now - before < SURE_NS:
            reason = READY if line.startswith(_RUNNING) else self._reason(process, line)
            if reason is not None:
                self._rows.append((now, tid, reason))

    def _look_at_account(self, tid: int, descriptor: int) -> None:
        before = time.perf_counter_ns()
        spent = parsed(os.pread(descriptor, _LINE_BYTES, 0))
        now = time.perf_counter_ns()
        if spent is not None and now - before < SURE_NS:
            self._spent.append((now, tid, *spent))

    def _reason(self, process: _Process, line: bytes) -> int | None:
        """What a line says (proc(5)): the call's number, its arguments in base 16, two more."""
        number, _, rest = line.partition(b" ")
        reason = on_x86_64(int(number), self._machine)
        if reason != FUTEX:
            return reason
        is_gil = process.is_gil(int(rest.partition(b" ")[0], 16))
        return None if is_gil is None else GIL if is_gil else FUTEX

    def take(self) -> Waits:
        """What was seen since the last call."""
        rows, self._rows = self._rows, []
        return waits_of(rows)

    def take_spent(self) -> Spent:
        """What threads had spent, as far as it was seen since the last call."""
        rows, self._spent = self._spent, []
        return spent_of(rows)

    def stop(self) -> None:
        """Look no more. What was seen can still be taken."""
        if self._thread is not None:
            self._going.release()
            self._thread.join()
            self._thread = None


class _Process:
    """A process that is looked at, and its threads."""

    def __init__(self, pid: int, *, calls: bool) -> None:
        self.threads: dict[int, tuple[int, int]] = {}
        """Descriptors by thread: of its call, and of its account; -1 for none."""
        self.refuses_calls = False
        """Whether the system does not say what its threads wait for."""
        self._calls = calls
        self._pid = pid
        self._folder = -1
        self._links = 0
        self._listed_s = 0.0
        self._runtime: range | None = None
        self._runtime_sought = False
        self._others: tuple[range, ...] = ()
        self._elsewhere: set[int] = set()
        """Futexes that lie in no interpreter."""
        self._others_sought_s = 0.0

    def look_for_threads(self, room: int) -> int:
        """Notice threads that came or went; how many more there are now, at most `room`. Raises
        OSError when the process has ended or may not be looked at."""
        if self._folder < 0:
            self._folder = os.open(f"/proc/{self._pid}/task", os.O_RDONLY | os.O_DIRECTORY)
        links, now_s = os.fstat(self._folder).st_nlink, time.monotonic()
        if links == self._links and now_s < self._listed_s + _LIST_EVERY_S:
            return 0
        self._links, self._listed_s = links, now_s
        before = len(self.threads)
        there = {int(name) for name in os.listdir(self._folder)}
        for tid in self.threads.keys() - there:
            self.forget(tid)
        for tid in there - self.threads.keys():
            if len(self.threads) - before >= room:
                break
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                call = self._open(f"{tid}/syscall") if self._calls else -1
                self.threads[tid] = call, -1
                self.threads[tid] = call, self._open(f"{tid}/schedstat")
        return len(self.threads) - before

    def _open(self, name: str) -> int:
        return os.open(name, os.O_RDONLY, dir_fd=self._folder)

    def runtime(self) -> range | None:
        """Where its interpreter's runtime lies. It is sought when a thread first waits: by then a
        process that was forked to run something else does so. Raises OSError."""
        if not self._runtime_sought:
            self._runtime, self._runtime_sought = runtime_of(self._pid), True
        return self._runtime

    def is_gil(self, address: int) -> bool | None:
        """Whether a futex is that of a GIL; None where that cannot be known. Raises OSError."""
        runtime = self.runtime()
        if runtime is None:
            return None
        if address in runtime or any(address in other for other in self._others):
            return True
        now_s = time.monotonic()
        if address in self._elsewhere or now_s < self._others_sought_s + _SEEK_EVERY_S:
            return False
        self._others_sought_s = now_s
        with contextlib.suppress(PermissionError, struct.error):
            self._others = others_of(self._pid, runtime)
        is_one = any(address in other for other in self._others)
        if not is_one:
            if len(self._elsewhere) >= _MOST_ELSEWHERE:
                self._elsewhere.clear()
            self._elsewhere.add(address)
        return is_one

    def forget(self, tid: int) -> None:
        """A thread has ended."""
        for descriptor in self.threads.pop(tid):
            if descriptor >= 0:
                os.close(descriptor)

    def close(self) -> None:
        """Let go of all descriptors."""
        for tid in list(self.threads):
            self.forget(tid)
        if self._folder >= 0:
            os.close(self._folder)
            self._folder = -1
