"""From what others saw of processes to the lanes of those without probes."""

from __future__ import annotations

from paraviz import events as ev
from paraviz.kernel.processes import ProcessSeen, ThreadSeen
from paraviz.observe.descriptions import described
from paraviz.session.builder import TraceBuilder
from paraviz.session.census import LANES_LIMIT, THREADS_LIMIT, census
from paraviz.trace import Lane

MS = 1_000_000
HOST, CHILD, OTHER = 1, 2, 3


def seen(pid: int, start: int, end: int | None = None, *began: tuple[int, str]) -> ProcessSeen:
    parent = 0 if pid == HOST else HOST
    times = [(at * MS, name) for at, name in began]
    last = None if end is None else end * MS
    thread = ThreadSeen(pid, start * MS, last, times[-1][1] if times else "")
    return ProcessSeen(pid, parent, start * MS, last, times, {pid: thread})


class Run:
    """A run as it was reported."""

    def __init__(self, *observed: tuple[int, int]) -> None:
        """`observed`: processes and when they began to report, in ms; the host does from 100 on."""
        self.builder = TraceBuilder()
        for pid, at in ((HOST, 100), *observed):
            fields = {"ppid": 0, "python": "3.11.7", "gil": True, "cpu_ns": 0, "switches": 0}
            self.feed(ev.PROCESS, pid, **fields)
            lane = {"name": "MainThread", "tid": pid, "kind": "process", "at_ns": at * MS}
            self.feed(ev.LANE, pid, lane=0, **lane)
        self.write(HOST, 100, ev.PROGRAM_BEGIN)

    def feed(self, message: int, pid: int, **fields: object) -> None:
        self.builder.feed(described(message, pid=pid, **fields))  # type: ignore[arg-type]

    def write(self, pid: int, at: int, kind: int, obj: int = 0) -> None:
        pair = b"".join(n.to_bytes(8, "little") for n in (at * MS, ev.word(kind, obj)))
        self.builder.feed(ev.message(ev.EVENTS, ev.EVENTS_HEAD.pack(pid, 0, 0) + pair))

    def lanes(self, *processes: ProcessSeen, lines: dict[int, str] | None = None) -> list[Lane]:
        words = {pid: tuple(line.split("|")) for pid, line in (lines or {}).items()}
        self.known = census(self.builder, [seen(HOST, 0), *processes], words)
        return self.builder.lanes(900 * MS, "", {}, self.known)


def told(lane: Lane) -> tuple[str, int, int, str]:
    """Name, life in ms and end."""
    return lane.name, lane.start_ns // MS, lane.end_ns // MS, lane.end_reason


def test_a_process_without_probes_lives_from_its_fork_to_its_end() -> None:
    run = Run()
    main, other = run.lanes(seen(OTHER, 300, 400, (301, "sleep")), lines={OTHER: "/bin/sleep|9"})
    assert main.probes and not other.probes
    assert told(other) == ("sleep 9", 200, 300, "ended")
    assert (other.command, other.kind, other.pid, other.tid) == ("/bin/sleep 9", "process", 3, 3)
    run.feed(ev.ENDED, HOST, child=OTHER, code=-9, at_ns=450 * MS)
    (_, other) = run.lanes(seen(OTHER, 300, 400, (301, "sleep")))
    assert told(other) == ("sleep", 200, 300, "killed by SIGKILL")
    (notice,) = run.known.notices()
    assert notice == "1 process has no probes, only the system's view of it is known: sleep"


def test_whoever_reports_has_no_second_lane() -> None:
    run = Run((CHILD, 350))
    assert [lane.pid for lane in run.lanes(seen(CHILD, 300))] == [HOST, CHILD]
    assert run.known.notices() == []


def test_one_that_is_started_afresh_lives_from_its_fork_on() -> None:
    run = Run((CHILD, 350))
    _, child = run.lanes(seen(CHILD, 300, None, (310, "python")))
    assert child.start_ns == 200 * MS and child.probes
    _, child = run.lanes(seen(CHILD, 300))
    assert child.start_ns == 250 * MS, "a forked one reports from its begin on"
    run.feed(ev.CHILD, HOST, child=CHILD, at_ns=299 * MS, name="x")
    _, child = run.lanes()
    assert (child.name, child.start_ns) == ("x", 250 * MS), "before that nothing is known of it"


def test_one_that_ended_before_it_was_ready_has_the_name_that_its_parent_gave_it() -> None:
    run = Run()
    run.feed(ev.CHILD, HOST, child=CHILD, at_ns=299 * MS, name="victim")
    run.feed(ev.ENDED, HOST, child=CHILD, code=-15, at_ns=400 * MS)
    for processes in ((), (seen(CHILD, 300, 399, (301, "python")),)):
        _, child = run.lanes(*processes)
        assert child.name == "victim" and child.end_reason == "killed by SIGTERM"
        assert not child.probes and child.end_ns - child.start_ns in (101 * MS, 99 * MS)
        assert run.known.notices() == [], "it is not known that it had no probes"
    run.feed(ev.ENDED, HOST, child=OTHER, code=0, at_ns=400 * MS)
    run.feed(ev.CHILD, HOST, child=OTHER, at_ns=299 * MS, name="mute")
    run.lanes()
    assert [notice for notice in run.known.notices() if "no probes" in notice and "mute" in notice]


def test_a_start_and_a_join_name_a_process_without_probes() -> None:
    run = Run()
    run.write(HOST, 310, ev.PROCESS_START, OTHER)
    main, other = run.lanes(seen(OTHER, 300))
    assert main.objects.tolist() == [-1, 1] and other.pid == OTHER


def test_a_fork_that_began_to_run_something_else_at_once_is_that() -> None:
    run = Run((CHILD, 301))
    _, only = run.lanes(seen(CHILD, 300, 400, (310, "sleep")))
    assert told(only) == ("sleep", 200, 300, "ended") and not only.probes


def test_one_that_said_something_before_ends_where_another_program_takes_its_place() -> None:
    run = Run((CHILD, 301))
    run.write(CHILD, 305, ev.SLEEP_BEGIN)
    run.write(HOST, 310, ev.PROCESS_START, CHILD)
    main, first, then = run.lanes(seen(CHILD, 300, 400, (310, "sleep")))
    assert told(first) == ("MainThread", 201, 210, "replaced by sleep") and first.probes
    assert told(then) == ("sleep", 210, 300, "ended") and not then.probes
    assert main.objects.tolist()[-1] == 1, "who is started is the first of them"


def test_helpers_stand_last_and_are_not_worth_a_notice() -> None:
    run = Run()
    tracker = "python|-c|from multiprocessing.resource_tracker import main;main(4)"
    lanes = run.lanes(seen(CHILD, 200), seen(OTHER, 300), lines={CHILD: tracker, OTHER: "cat"})
    assert [lane.name for lane in lanes] == ["MainThread", "cat", "resource tracker"]
    assert [lane.helper for lane in lanes] == [False, False, True]
    (notice,) = run.known.notices()
    assert notice.endswith(": cat")


def test_threads_of_a_process_without_probes() -> None:
    process = seen(OTHER, 300, 400, (301, "tool"))
    for number, name in enumerate(("tool", "fetcher", *["tool"] * THREADS_LIMIT), 10):
        process.threads[number] = ThreadSeen(number, (300 + number) * MS, 390 * MS, name)
    run = Run()
    threads = [lane for lane in run.lanes(process) if lane.kind == "thread"]
    assert [lane.name for lane in threads[:3]] == ["tool thread 2", "fetcher", "tool thread 4"]
    assert len(threads) == THREADS_LIMIT and {lane.pid for lane in threads} == {OTHER}
    assert all(lane.end_reason == "ended" for lane in threads)
    assert "2 further threads and processes without probes have no lane" in run.known.notices()


def test_there_is_an_end_to_lanes() -> None:
    run = Run()
    lanes = run.lanes(*(seen(pid, 300, 301, (300, "true")) for pid in range(10, LANES_LIMIT + 20)))
    assert len(lanes) == 1 + LANES_LIMIT
    assert run.known.notices()[1].startswith("10 further threads and processes")


def test_what_is_yet_to_come_has_no_lane() -> None:
    assert len(Run().lanes(seen(OTHER, 950))) == 1
