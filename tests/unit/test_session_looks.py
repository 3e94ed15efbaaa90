"""What is seen of processes from outside, and what that makes of the lanes of those observed."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from paraviz import events as ev
from paraviz.kernel import records
from paraviz.kernel.processes import ProcessSeen
from paraviz.kernel.tasks import Named, TaskRecords
from paraviz.observe.descriptions import described
from paraviz.session.builder import TraceBuilder
from paraviz.session.process_watcher import Looks
from tests.unit.switching import columns

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")


def test_whoever_is_alive_has_not_ended() -> None:
    # One of its own: whoever runs the tests may have children that ended.
    program = subprocess.Popen(["sleep", "60"])
    try:
        looks = Looks(lambda: None)
        assert looks.look([program.pid], [], [program.pid]) == []
        assert not looks.due()
    finally:
        program.kill()
        program.wait()


@pytest.mark.parametrize("name", [b"true", b"a (b) c", b"fifteen bytes.."])
def test_the_kernel_says_what_a_process_begins_to_run(name: bytes) -> None:
    def record(misc: int, pid: int) -> bytes:
        body = records.COMM.pack(pid, pid) + name.ljust(16, b"\0")
        size = records.HEAD.size + len(body) + records.WHO.size
        who = records.WHO.pack(pid, pid, 5, 0, 0)
        return records.HEAD.pack(records.RECORD_COMM, misc, size) + body + who

    tasks = TaskRecords()
    # A thread that is given a name has the same record, without the flag.
    data = record(0, 6) + record(records.MISC_COMM_EXEC, 7)
    assert len(records.parsed(data, tasks)[0]) == 0
    called = name.decode()
    assert tasks.names == [Named(5, 6, 6, called, False), Named(5, 7, 7, called, True)]


def begun(*numbers: int) -> TraceBuilder:
    """Lanes of process 1 that begin at 10, the thread of each 100 and its number."""
    builder = TraceBuilder()
    fields = {"ppid": 0, "python": "3.11.7", "gil": True, "cpu_ns": 0, "switches": 0}
    builder.feed(described(ev.PROCESS, pid=1, **fields))  # type: ignore[arg-type]
    for number in numbers:
        lane = {"name": "x", "tid": 100 + number, "kind": "thread", "at_ns": 10}
        builder.feed(described(ev.LANE, pid=1, lane=number, **lane))  # type: ignore[arg-type]
    return builder


def test_the_first_stamp_of_an_end_holds_and_the_first_known_code() -> None:
    builder = begun(1)
    assert builder.untold() == [1]
    for at_ns, code in ((50, None), (60, -9), (70, 0)):
        builder.children.ended(1, at_ns, code)
    assert builder.untold() == []
    (lane,) = builder.lanes(99, "")
    assert (lane.end_ns, lane.end_reason) == (50, "killed by SIGKILL")


def test_an_end_is_told_when_its_moment_has_come() -> None:
    builder = begun(1)
    builder.children.ended(1, 50, -9)
    ends = [(lane.end_ns, lane.end_reason) for now in (49, 50) for lane in builder.lanes(now, "")]
    assert ends == [(49, ""), (50, "killed by SIGKILL")]


def test_a_lane_ends_when_the_kernel_saw_its_thread_end() -> None:
    builder = begun(1, 2, 3)
    switches = columns([(5, 101, 1, 0, 3), (40, 102, 1, 0, 3), (30, 103, 1, 0, 1)])
    exits = records.exits(switches)
    assert exits == {101: 5, 102: 40}
    assert [lane.end_ns for lane in builder.lanes(99, "", exits)] == [99, 40, 99]
    builder.children.ended(1, 50, -9)
    # The one with number 101 was another thread, before this one began.
    assert [lane.end_ns for lane in builder.lanes(99, "", exits)] == [50, 40, 50]


def test_a_command_line_from_before_a_program_began_is_its_parents() -> None:
    program = subprocess.Popen(["sleep", "60"])
    try:
        process = ProcessSeen(program.pid, 1, 0)
        looks = Looks(lambda: [process])
        while not looks.lines:
            # It may be about to have its own.
            looks.look([], [], [])
        assert looks.lines == {program.pid: ("sleep", "60")}
        process.began.append((time.perf_counter_ns(), "true"))
        assert looks.lines == {}
        looks.look([], [], [])
        assert looks.lines == {program.pid: ("sleep", "60")}
    finally:
        program.kill()
        program.wait()
