"""The kernel's own tracing (ftrace): what the scheduler did with threads, beside a run.

It takes root. The events `sched_switch` and `sched_waking` go into an instance of their own, so
that nobody else's tracing is touched (Documentation/trace/ftrace.rst). Stamps are
CLOCK_MONOTONIC's, to a µs.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz.trace import State

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path("/sys/kernel/tracing")
UNTOLD = 102
"""In place of a state: between two events lies one that is missing. There are kernels that trace
nothing on a CPU that was idle just then."""
BUFFER_KB = 16_384
"""For each CPU."""
_SWITCH = re.compile(
    rb"(\d+)\.(\d{6}): sched_switch: prev_comm=.*? prev_pid=(\d+) prev_prio=-?\d+ prev_state=(\S+)"
    rb" ==> next_comm=.*? next_pid=(\d+) next_prio"
)
_WAKING = re.compile(rb"(\d+)\.(\d{6}): sched_waking: comm=.*? pid=(\d+) prio=")


class Scheduled(Struct, frozen=True, eq=False):
    """What one thread did, as the scheduler has it."""

    times: NDArray[np.int64]
    """int64[n], sorted: ns of CLOCK_MONOTONIC."""
    states: NDArray[np.uint8]
    """uint8[n]: RUNNING, WAITING_CPU, BLOCKED for asleep, or UNTOLD, from then on."""


class Tracing:
    """Records from `start` to `stop`."""

    def __init__(self) -> None:
        self._own = FOLDER / "instances" / f"paraviz-{os.getpid()}"

    def start(self) -> None:
        """Raises OSError where the system refuses."""
        if not (FOLDER / "instances").is_dir():
            command = ["mount", "-t", "tracefs", "tracefs", str(FOLDER)]
            subprocess.run(command, capture_output=True, check=False)
        self._own.mkdir()
        try:
            self._set("trace_clock", "mono")
            self._set("buffer_size_kb", str(BUFFER_KB))
            self._set("events/sched/sched_switch/enable", "1")
            self._set("events/sched/sched_waking/enable", "1")
        except OSError:
            self.close()
            raise

    def _set(self, name: str, value: str) -> None:
        (self._own / name).write_text(value)

    def stop(self) -> dict[int, Scheduled]:
        """What each thread did. Raises OSError where the buffers were too small."""
        self._set("tracing_on", "0")
        lost = sum(
            int(re.findall(r"overrun: (\d+)", stats.read_text())[0])
            for stats in self._own.glob("per_cpu/cpu*/stats")
        )
        if lost:
            raise OSError(f"{lost} events of the kernel's tracing were lost")
        with (self._own / "trace").open("rb") as lines:
            return _by_thread(lines)

    def close(self) -> None:
        """Let go of the instance."""
        with contextlib.suppress(OSError):
            self._own.rmdir()


def refused() -> str:
    """ "" where the kernel's tracing can be had, else why not."""
    tracing = Tracing()
    try:
        tracing.start()
        tracing.stop()
    except OSError as error:
        return f"the kernel's tracing cannot be had: {error.strerror or error}"
    finally:
        tracing.close()
    return ""


def _untold(own: list[tuple[int, int]], *states: State) -> None:
    """What a thread did since its last event is not known if it was one of these."""
    if own and own[-1][1] in states:
        own[-1] = own[-1][0], UNTOLD


def _by_thread(lines: Iterator[bytes]) -> dict[int, Scheduled]:
    """Lines of `trace` as what each thread did. Whoever is woken while it has a CPU, or has left
    it for another one, goes on as before. Whoever leaves a CPU without having got one, or gets one
    asleep, has done something before that was not traced."""
    rows: dict[int, list[tuple[int, int]]] = {}
    for line in lines:
        if switch := _SWITCH.search(line):
            seconds, fraction, before, left, after = switch.groups()
            at = (int(seconds) * 1_000_000 + int(fraction)) * 1000
            # R+ is who lost the CPU by force, R who gave it away and could go on (sched_yield).
            asleep = State.WAITING_CPU if left.startswith(b"R") else State.BLOCKED
            _untold(rows.setdefault(int(before), []), State.BLOCKED, State.WAITING_CPU)
            rows[int(before)].append((at, asleep))
            _untold(rows.setdefault(int(after), []), State.BLOCKED)
            rows[int(after)].append((at, State.RUNNING))
        elif waking := _WAKING.search(line):
            seconds, fraction, woken = waking.groups()
            at = (int(seconds) * 1_000_000 + int(fraction)) * 1000
            own = rows.setdefault(int(woken), [])
            if not own or own[-1][1] is State.BLOCKED:
                own.append((at, State.WAITING_CPU))
    return {
        thread: Scheduled(
            np.array([at for at, _ in own], np.int64), np.array([each for _, each in own], np.uint8)
        )
        for thread, own in rows.items()
        if thread
    }
