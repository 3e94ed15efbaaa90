"""What the use of shared memory leaves in a recording."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.trace.histories.shared_memory import SharedHistory, shared_histories, shown_value
from tests.observe.running import PROGRAMS, run_recorded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

Access = tuple[str, object]


@pytest.fixture(scope="module", params=multiprocessing.get_all_start_methods())
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Trace:
    folder: Path = tmp_path_factory.mktemp("memory")
    return run_recorded(folder, "shared_memory.py", request.param)[1]


def accesses(trace: Trace, lane_name: str, *names: str) -> list[Access]:
    """What a lane did to shared memory of these names: ("read" | "overwrite" | "write", value)."""
    (lane,) = [lane for lane in trace.lanes if lane.name == lane_name]
    rows = zip(lane.kinds.tolist(), lane.objects.tolist(), lane.values.tolist(), strict=True)
    return [
        (ev.KIND_NAMES[kind], shown_value(value, trace.objects[obj].typecode))
        for kind, obj, value in rows
        if kind in (ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE)
        and trace.objects[obj].name in names
    ]


def wrote(before: object, after: object) -> list[Access]:
    return [("overwrite", before), ("write", after)]


def read(*values: object) -> list[Access]:
    return [("read", value) for value in values]


def history(trace: Trace, name: str) -> SharedHistory:
    (found,) = [one for one in shared_histories(trace) if one.name == name]
    return found


def test_values_before_and_after_by_element(trace: Trace) -> None:
    expected = {
        "counter": [*read(5), *wrote(5, 6), *read(6), *wrote(6, 16)],
        "ratio": [*read(0.5), *wrote(0.5, 1.0)],
        "flag": [*read(False), *wrote(False, True)],
        "table[2]": [*read(3), *wrote(3, 8), *read(8)],
        "table[3]": [*wrote(4, -1), *read(-1)],
        "table": read(2),
        "text[0]": wrote("h", "J"),
        "raw": [*read(7), *wrote(7, 8)],
        "row[0]": read(0.0),
        "row[1]": wrote(0.0, 0.25),
        "point.x": wrote(1, 3),
        "point.y": [*read(2.0), *wrote(2.0, 3.5)],
        "names[0]": [*read(1), *wrote(1, 2)],
        "names[1]": wrote(4, 5),
        "names[2]": wrote(0, -1),
    }
    assert {name: accesses(trace, "child", name) for name in expected} == expected


def test_one_object_in_all_processes(trace: Trace) -> None:
    names = [one.name for one in trace.objects]
    assert len([name for name in names if name == "counter"]) == 1
    main = trace.lanes[0].name
    assert accesses(trace, main, "counter")[0] == ("read", 16)
    assert accesses(trace, main, "raw")[0] == ("read", 8)
    assert accesses(trace, main, "names[1]") == read(5)


def test_wholes_and_what_is_too_long_are_counted_by_elements(trace: Trace) -> None:
    main = trace.lanes[0].name
    assert accesses(trace, main, "text") == read(5, 5, 2)
    assert accesses(trace, main, "row")[0] == ("read", 2)
    assert accesses(trace, main, "big") == [*wrote(1, 1), *read(1, 1, 5_000)]
    assert accesses(trace, main, "table") == [*wrote(2, 2), *read(4)]


def test_behind_the_lock_and_what_does_not_fit(trace: Trace) -> None:
    main = trace.lanes[0].name
    lowered = [*read(16), *wrote(16, 15), *wrote(15, -(2**31)), *read(-(2**31))]
    assert accesses(trace, main, "counter")[1:] == lowered
    assert accesses(trace, main, "table[0]")[-2:] == wrote(1, 9)
    most = 2**64 - 1
    assert accesses(trace, main, "huge") == [*read(most - 1), *wrote(most - 1, most), *read(most)]
    assert accesses(trace, main, "letter") == [*read("a"), *wrote("a", "a"), *read("a")]


def test_a_lost_update_is_two_reads_of_one_value_before_two_writes(trace: Trace) -> None:
    (lossy,) = [one for one in shared_histories(trace) if one.lost_updates]
    assert trace.objects[lossy.object_index].typecode == "l"
    assert lossy.lost_updates == 1
    (lost,) = lossy.overwrites
    late, other = trace.lanes[lost.lane_index], trace.lanes[lost.other_lane]
    assert late.name == "late" and other is trace.lanes[0]
    assert late.values[[lost.read_row, lost.write_row]].tolist() == [0, 1]
    assert other.values[lost.other_row] == 1
    assert late.times[lost.read_row] < other.times[lost.other_row] < late.times[lost.write_row]
    before = late.kinds[lost.write_row - 1], late.values[lost.write_row - 1]
    assert before == (ev.MEMORY_BEFORE, 1), "not what it had read"


def test_the_lines_of_the_program(trace: Trace) -> None:
    source = (PROGRAMS / "shared_memory.py").read_text().splitlines()
    lines = set()
    for lane in trace.lanes:
        is_access = (lane.kinds >= ev.MEMORY_READ) & (lane.kinds <= ev.MEMORY_WRITE)
        assert (lane.sites[is_access] >= 0).all()
        lines |= {trace.sites[row].line for row in lane.sites[is_access].tolist()}
    shown = {source[line - 1].strip() for line in lines}
    assert {"counter.value += 1", "table[2] += 5", "names[0] += 1", "point.x = 3"} <= shown
    assert "own.value += 1" in shown


def test_what_is_not_shared_and_what_fails_is_not_told(trace: Trace) -> None:
    assert history(trace, "raw").writes == 1
    assert history(trace, "own").writes == 1
    assert not [one for one in trace.objects if one.name in ("table[4]", "row[3]", "names[3]")]


def test_it_says_what_it_cannot_see(trace: Trace) -> None:
    assert trace.notices == ("reads and writes through SharedMemory.buf cannot be seen",)
    assert trace.dropped == 0


def test_what_was_lost_adds_up(tmp_path: Path) -> None:
    times = 3_000
    outcome, trace = run_recorded(tmp_path, "lost_updates.py", str(times))
    total = history(trace, "total")
    assert (total.reads, total.writes) == (2 * times + 1, 2 * times)
    told = {(lost.lane_index, lost.write_row) for lost in total.overwrites}
    missed, lost = set(), 0
    for index, lane in enumerate(trace.lanes[1:], start=1):
        (reads,), (befores,), (after,) = (
            (lane.kinds == kind).nonzero()
            for kind in (ev.MEMORY_READ, ev.MEMORY_BEFORE, ev.MEMORY_WRITE)
        )
        seen, overwritten = lane.values[reads], lane.values[befores]
        assert (lane.values[after] == seen + 1).all()
        missed |= {(index, int(row)) for row in after[seen != overwritten]}
        lost += int((overwritten - seen).sum())
    assert missed <= told, "an order that the values contradict"
    assert 2 * times - lost == int(outcome.out), "what each one overwrote of the other's"
    # Stamped under the lock, so the order is the order of the accesses.
    assert 2 * times - total.lost_updates == int(outcome.out)
