"""What is said of processes that nobody observes."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping

import pytest

from paraviz import events as ev
from paraviz.kernel import records
from paraviz.observe.descriptions import described
from paraviz.session.builder import TraceBuilder
from paraviz.session.looks import Looks
from tests.unit.switching import columns

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")


@pytest.fixture
def command_lines(monkeypatch: pytest.MonkeyPatch) -> dict[int, str]:
    """Command lines of made-up processes, their words divided by bars."""
    lines: dict[int, str] = {}

    def found(pid: int) -> tuple[str, ...]:
        return tuple(lines[pid].split("|")) if pid in lines else ()

    monkeypatch.setattr("paraviz.session.looks._command_line", found)
    return lines


def said(commands: Mapping[int, str], observed: tuple[int, ...] = ()) -> list[str]:
    looks = Looks(lambda: commands)
    assert looks.look([], observed, []) == []
    return looks.notices(observed)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/bin/python3|-u|-X|dev|work.py|7", "python3 dev"),
        ("/bin/python3.13t|-u|-m|joblib.externals|x", "python3.13t -m joblib…"),
        ("python|-m|timeit", "python -m timeit"),
        ("python|folder/work.py|-m|x", "python work.py"),
        ("python|-c|print(1)", "python -c"),
        ("python|-c|from multiprocessing.resource_tracker import main;main(4)", ""),
        ("python|-c|from joblib.loky.backend.resource_tracker import main", ""),
        ("python|-c|from multiprocessing.forkserver import main; main()", ""),
        ("python|-c|s('paraviz_child', '/x/host.py')", ""),
        ("python|/x/paraviz/observe/host.py|work.py", ""),
    ],
)
def test_a_python_is_told_by_what_it_runs(
    line: str, told: str, command_lines: dict[int, str]
) -> None:
    command_lines[7] = line.replace("/x/paraviz/observe/host.py", _host())
    words = f"1 process of the program was not observed: {told}"
    assert said({7: "python"}) == ([words] if told else [])


def _host() -> str:
    from paraviz.session.host import HOST_FILE

    return str(HOST_FILE)


def test_many_are_one_notice(command_lines: dict[int, str]) -> None:
    command_lines.update({3: "/bin/cat|x", 9: "python|work.py"})
    commands = {1: "true", 2: "python3.11", 3: "cat", 4: "true", 5: "sh", 6: "ls", 9: "python"}
    assert said(commands) == [
        "1 process of the program was not observed: python work.py",
        "5 processes of other programs were not observed: true, cat, sh, …",
    ]
    assert said(commands, observed=(1, 4, 5, 6, 9)) == [
        "1 process of another program was not observed: cat",
    ]


def test_whoever_is_alive_has_not_ended() -> None:
    looks = Looks(dict)
    assert looks.look([os.getpid()], [], [os.getpid()]) == []
    assert not looks.due()


@pytest.mark.parametrize("name", [b"true", b"a (b) c", b"fifteen bytes.."])
def test_the_kernel_says_what_a_process_begins_to_run(name: bytes) -> None:
    def record(misc: int, pid: int) -> bytes:
        body = records.COMM.pack(pid, pid) + name.ljust(16, b"\0")
        size = records.HEAD.size + len(body) + records.WHO.size
        who = records.WHO.pack(pid, pid, 5, 0, 0)
        return records.HEAD.pack(records.RECORD_COMM, misc, size) + body + who

    commands: dict[int, str] = {}
    # A thread that is given a name has the same record, without the flag.
    data = record(0, 6) + record(records.MISC_COMM_EXEC, 7)
    assert len(records.parsed(data, commands)[0]) == 0
    assert commands == {7: name.decode()}


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
        builder.saw_end(1, at_ns, code)
    assert builder.untold() == []
    (lane,) = builder.lanes(99, "")
    assert (lane.end_ns, lane.end_reason) == (50, "killed by SIGKILL")


def test_an_end_is_told_when_its_moment_has_come() -> None:
    builder = begun(1)
    builder.saw_end(1, 50, -9)
    ends = [(lane.end_ns, lane.end_reason) for now in (49, 50) for lane in builder.lanes(now, "")]
    assert ends == [(49, ""), (50, "killed by SIGKILL")]


def test_a_lane_ends_when_the_kernel_saw_its_thread_end() -> None:
    builder = begun(1, 2, 3)
    switches = columns([(5, 101, 1, 0, 3), (40, 102, 1, 0, 3), (30, 103, 1, 0, 1)])
    exits = records.exits(switches)
    assert exits == {101: 5, 102: 40}
    assert [lane.end_ns for lane in builder.lanes(99, "", exits)] == [99, 40, 99]
    builder.saw_end(1, 50, -9)
    # The one with number 101 was another thread, before this one began.
    assert [lane.end_ns for lane in builder.lanes(99, "", exits)] == [50, 40, 50]
