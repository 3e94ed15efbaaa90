"""When threads were woken, where the kernel records it."""

from __future__ import annotations

import os
import struct
import threading
import time

import numpy as np
import pytest

from paraviz.kernel.records import EXIT, IN, OUT, RECORD_LOST
from paraviz.kernel.spent import spent_of
from paraviz.kernel.switches import SwitchRecorder
from paraviz.kernel.wakings import RECORD_SAMPLE, ByThread, WakingRings, parsed, point, wakings_of
from paraviz.programs.catalogue import find
from paraviz.session import Kernel, Session
from paraviz.trace.states.from_kernel import with_kernel_states
from tests import traces
from tests.unit.strategies import state_at
from tests.unit.switching import LETTERS, MS, columns, odd

OFFSET = 24
NEVER = 1 << 62
KERNELS: tuple[Kernel, ...] = ("auto", "require")


def sample(at_ns: int, tid: int, waker: int = 7) -> bytes:
    """A waking as the kernel writes it: who woke, when, on which CPU, and the tracepoint's data."""
    data = bytes(OFFSET) + struct.pack("=iii", tid, 120, 0)
    body = struct.pack("=iiQIII", waker, waker, at_ns, 0, 0, len(data)) + data
    return odd(RECORD_SAMPLE, body, b"")


def test_wakings_are_read_whatever_is_between() -> None:
    data = sample(5, 1) + sample(6, 2) + odd(RECORD_LOST, struct.pack("=QQ", 1, 3)) + sample(4, 1)
    wakings, lost = parsed(data, OFFSET)
    assert wakings.times.tolist() == [4, 5, 6] and wakings.tids.tolist() == [1, 1, 2]
    assert lost == 3
    for cut in range(len(data)):
        assert len(parsed(data[:cut], OFFSET)[0]) <= 3
    assert len(parsed(bytes(64), OFFSET)[0]) == 0


def test_the_first_one_in_a_stretch_counts() -> None:
    known = ByThread(wakings_of([(50, 2), (100, 1), (120, 1), (300, 1)]))
    starts, ends = np.array([90, 130, 310]), np.array([125, 320, 400])
    assert known.first_within(1, starts, ends, NEVER).tolist() == [100, 300, 311]
    assert known.first_within(3, starts, ends, NEVER).tolist() == [NEVER] * 3


def test_what_ended_one_stretch_does_not_end_the_next() -> None:
    known = ByThread(wakings_of([(100, 1), (905, 1)]))
    off_on_off = np.array([90, 110, 112]), np.array([110, 112, 500])
    assert known.first_within(1, *off_on_off, NEVER)[::2].tolist() == [100, NEVER]
    # On its way to sleep it was woken while it still had its CPU.
    off_on_off = np.array([880, 900, 910]), np.array([900, 910, 990])
    assert known.first_within(1, *off_on_off, NEVER)[-1] == 911


def told(wakings: list[tuple[float, int]], *, gil: bool = True) -> str:
    """A letter a ms of a thread that was off its CPU from 2 to 12, while another one ran."""
    made = [traces.lane(name, [], end_ns=20 * MS, tid=tid) for tid, name in enumerate("ab", 1)]
    rows = [(2 * MS, 1, 100, 0, OUT), (2 * MS, 2, 100, 0, IN), (12 * MS, 1, 100, 0, IN)]
    lane = with_kernel_states(
        made,
        columns([*rows, (19 * MS, 2, 100, 0, EXIT)]),
        wakings=wakings_of((int(at * MS), tid) for at, tid in wakings),
        gil=gil,
        switch_interval_s=0.005,
    )[0]
    return "".join(LETTERS[state_at(lane, at * MS)] for at in range(20))


def test_from_its_waking_on_a_thread_waits_for_a_cpu() -> None:
    assert told([(9, 1)], gil=False) == "RR" + "B" * 7 + "CCC" + "R" * 8
    # Who waits for the GIL asks for it after a switch interval; that it did so later is recorded.
    assert told([]) == "RR" + "G" * 6 + "C" * 4 + "R" * 8
    assert told([(9, 1), (10, 2)]) == "RR" + "G" * 7 + "CCC" + "R" * 8


def test_what_one_stretch_waited_is_not_shared_out_to_another() -> None:
    made = [traces.lane("a", [], end_ns=20 * MS, tid=1)]
    moments = ((2, OUT), (6, IN), (8, OUT), (12, IN))
    lane = with_kernel_states(
        made,
        columns([(at * MS, 1, 100, 0, kind) for at, kind in moments]),
        spent=spent_of([(0, 1, 0, 0), (18 * MS, 1, 0, 2 * MS)]),
        wakings=wakings_of([(4 * MS, 1)]),
        gil=False,
        switch_interval_s=0.005,
    )[0]
    letters = "".join(LETTERS[state_at(lane, at * MS)] for at in range(20))
    assert letters == "RRBBCCRRBBBB" + "R" * 8


def test_where_it_is_not_allowed_it_is_concluded() -> None:
    def refused(*_: int) -> int:
        raise PermissionError(1, "not allowed")

    rings = WakingRings(refused)
    rings.open([0])
    rings.drain()
    assert not rings.is_open and not rings.descriptors and not len(rings.take())


def allowed() -> bool:
    rings = WakingRings()
    rings.open([0])
    there = rings.is_open
    rings.close()
    return there


@pytest.mark.skipif(not allowed(), reason="the whole system may not be watched here")
def test_the_kernel_tells_when_a_sleeper_is_woken() -> None:
    assert point() is not None
    recorder, ready, stop = SwitchRecorder(wakings=True), threading.Event(), threading.Event()
    slept: list[int] = []

    def sleep() -> None:
        recorder.start(threading.get_native_id())
        ready.set()
        time.sleep(0.02)
        slept.append(time.perf_counter_ns())
        stop.wait()

    thread = threading.Thread(target=sleep)
    thread.start()
    ready.wait()
    time.sleep(0.05)
    stop.set()
    thread.join()
    recorder.stop()
    switches, wakings = recorder.take(), recorder.take_wakings()
    assert recorder.sees_wakings is False and len(wakings) >= 2
    assert set(wakings.tids.tolist()) <= set(switches.tids.tolist()) - {os.getpid()}
    back = switches.times[(switches.kinds == IN) & (switches.times < slept[0])][-1]
    assert (wakings.times <= back).any()


@pytest.mark.skipif(not allowed(), reason="the whole system may not be watched here")
def test_a_run_says_that_it_knows_them() -> None:
    for kernel in KERNELS:
        session = Session(find("hello"), [], kernel=kernel)
        session.start()
        while session.pump(0.05):
            pass
        # Unasked it is left alone: threads that wake each other would do so less often.
        assert session.snapshot().wakings == (kernel == "require")
