"""Looking at threads that wait: what a look tells, and what it leaves behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraviz.kernel import waits
from paraviz.kernel.runtime import runtime_of
from paraviz.kernel.syscalls import FUTEX, MACHINES, NUMBER_LIMIT, on_x86_64, syscall_name
from paraviz.kernel.waits import GIL, READY, WaitPoller, pause_after, waits_joined, waits_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paraviz.kernel.waits import Waits

pytestmark = pytest.mark.alone
KNOWS_GIL = getattr(sys, "_is_gil_enabled", lambda: True)() and runtime_of(os.getpid()) is not None
WAITERS = """
import os, sys, threading, time
lock = threading.Lock()
lock.acquire()
def spin():
    while True:
        pass
threads = {
    "lock": lock.acquire,
    "read": lambda: os.read(os.pipe()[0], 1),
    "sleep": lambda: time.sleep(60),
    "gil": spin,
    "gil too": spin,
}
for name, target in threads.items():
    thread = threading.Thread(target=target, daemon=True)
    thread.start()
    print(thread.native_id, name, flush=True)
sys.stdin.read()
os._exit(0)
"""


def _looking_is_allowed() -> bool:
    scope = Path("/proc/sys/kernel/yama/ptrace_scope")
    if not Path("/proc/self/syscall").exists() or os.uname().machine not in MACHINES:
        return False
    return not scope.exists() or int(scope.read_text()) < 2


can_look = pytest.mark.skipif(
    not _looking_is_allowed(),
    reason="the system lets nobody look at what a thread waits for",
)


@pytest.fixture
def waiters() -> Iterator[tuple[int, dict[str, int]]]:
    """The number of a process, and of its threads by what they wait for."""
    command = [sys.executable, "-c", WAITERS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as one:
        assert one.stdin is not None and one.stdout is not None
        told = [one.stdout.readline().strip().partition(" ") for _ in range(5)]
        yield one.pid, {name: int(tid) for tid, _, name in told}
        one.stdin.close()


def until(happened: Callable[[], object]) -> None:
    limit = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < limit
        time.sleep(0.01)


def reasons(seen: Waits, tid: int) -> set[int]:
    return set(seen.reasons[seen.tids == tid].tolist()) - {READY}


@can_look
def test_what_threads_are_seen_waiting_for(waiters: tuple[int, dict[str, int]]) -> None:
    pid, tids = waiters
    before = time.perf_counter_ns()
    poller = WaitPoller(lambda: [pid])
    poller.start()
    seen = waits_of()

    def enough() -> bool:
        nonlocal seen
        seen = waits_joined(seen, poller.take())
        spinning = reasons(seen, tids["gil"]) | reasons(seen, tids["gil too"])
        waiting = (reasons(seen, tids[name]) - {GIL} for name in ("lock", "read", "sleep"))
        return all(waiting) and (GIL in spinning or not KNOWS_GIL)

    until(enough)
    poller.stop()
    names = {
        name: {syscall_name(one) for one in reasons(seen, tids[name]) - {GIL}} for name in tids
    }
    assert names["lock"] == {"futex"}
    assert names["read"] == {"read"}
    assert names["sleep"] <= {"clock_nanosleep", "pselect6"} and names["sleep"]
    if KNOWS_GIL:
        assert names["gil"] == names["gil too"] == set()
    assert before < seen.times[0] and seen.times[-1] < time.perf_counter_ns()
    assert (seen.times[1:] >= seen.times[:-1]).all()


@can_look
def test_nothing_is_left_open(waiters: tuple[int, dict[str, int]]) -> None:
    pid, _ = waiters
    before = set(os.listdir("/proc/self/fd"))
    poller = WaitPoller(lambda: [pid])
    poller.start()
    until(lambda: len(poller.take()))
    assert len(os.listdir("/proc/self/fd")) > len(before)
    poller.stop()
    assert set(os.listdir("/proc/self/fd")) == before


@can_look
def test_no_more_threads_than_there_are_descriptors_for(
    waiters: tuple[int, dict[str, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    pid, _ = waiters
    monkeypatch.setattr(waits, "MOST_THREADS", 2)
    before = len(os.listdir("/proc/self/fd"))
    poller = WaitPoller(lambda: [pid, os.getpid()])
    for _ in range(3):
        poller._look()
        # Two for each of two threads, and the two folders of their processes.
        assert len(os.listdir("/proc/self/fd")) <= before + 6
    assert len(set(poller.take().tids.tolist())) <= 2
    for process in poller._processes.values():
        process.close()


def test_whoever_ended_or_is_forbidden_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    poller = WaitPoller(lambda: [ended.pid])
    poller._look()
    assert not poller._processes and not len(poller.take())

    asked = []

    def refuse(path: str, *_: object, **__: object) -> int:
        asked.append(path)
        raise PermissionError

    monkeypatch.setattr(os, "open", refuse)
    poller = WaitPoller(lambda: [os.getpid()])
    poller._look()
    poller._look()
    assert not poller._processes and not len(poller.take())
    assert len(asked) == 1


def test_the_more_it_costs_the_more_seldom_it_looks() -> None:
    assert pause_after(0) == waits.SHORTEST_S
    assert 0.99 * 1e-3 / waits.SHARE < pause_after(1_000_000) <= 1e-3 / waits.SHARE
    assert pause_after(10**12) == waits.LONGEST_S


def test_numbers_of_system_calls() -> None:
    assert on_x86_64(232, "x86_64") == 232
    assert on_x86_64(98, "aarch64") == FUTEX
    assert on_x86_64(115, "aarch64") == 230
    assert on_x86_64(98, "riscv64") is on_x86_64(1000, "aarch64") is None
    assert on_x86_64(-1, "x86_64") is on_x86_64(NUMBER_LIMIT, "x86_64") is None
    assert syscall_name(232) == "epoll_wait"
    assert syscall_name(999) == "system call 999"
