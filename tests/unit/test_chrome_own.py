"""Chrome traces as paraviz writes them: what viewers see, and the way back."""

from __future__ import annotations

import gzip
import itertools
import json
import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.formats.chrome import scan as chrome_scan
from paraviz.formats.chrome.write import chrome_tids
from paraviz.trace import SharedObject
from paraviz.trace.causality.edges import EDGE_KINDS, Edges
from paraviz.trace.model import Counter, Cpu, Spans
from tests import traces
from tests.trying import tries
from tests.unit.strategies import assert_same

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace


def document(trace: Trace, tmp_path: Path) -> dict[str, Any]:
    save(trace, tmp_path / "t.json")
    whole: dict[str, Any] = json.loads((tmp_path / "t.json").read_bytes())
    return whole


def of_phase(whole: dict[str, Any], phase: str) -> list[dict[str, Any]]:
    return [event for event in whole["traceEvents"] if event["ph"] == phase]


def test_viewers_see_the_lanes_by_name_and_in_order(tmp_path: Path) -> None:
    told = of_phase(document(traces.printers(), tmp_path), "M")
    names = {
        event["tid"]: event["args"]["name"] for event in told if event["name"] == "thread_name"
    }
    assert names == {100: "MainThread", 101: "thread-a", 102: "thread-b"}
    places = {
        event["tid"]: event["args"]["sort_index"]
        for event in told
        if event["name"] == "thread_sort_index"
    }
    assert places == {100: 0, 101: 1, 102: 2}
    (process,) = (event for event in told if event["name"] == "process_name")
    assert (process["pid"], process["args"]["name"]) == (100, "printers")


def test_spans_on_a_thread_neither_overlap_nor_leave_gaps(tmp_path: Path) -> None:
    """Viewers drop or misplace an `X` that does not nest in its thread's others."""
    trace = traces.printers(locked=True)
    by_thread = defaultdict(list)
    for event in of_phase(document(trace, tmp_path), "X"):
        by_thread[event["tid"]].append((event["ts"], event["ts"] + event["dur"]))
    for lane in trace.lanes:
        spans = by_thread[lane.tid]
        assert spans[0][0] * 1e3 == pytest.approx(lane.start_ns)
        assert spans[-1][1] * 1e3 == pytest.approx(lane.end_ns)
        for (_, end), (begin, _) in itertools.pairwise(spans):
            assert end == pytest.approx(begin)


def test_states_are_called_by_their_causes(tmp_path: Path) -> None:
    whole = document(traces.printers(locked=True), tmp_path)
    names = {event["name"] for event in of_phase(whole, "X")}
    assert names >= {"running", "waiting for lock `lock`", "blocked: join thread-a"}
    assert {event["cat"] for event in of_phase(whole, "X")} == {"state"}


def test_writes_carry_their_text(tmp_path: Path) -> None:
    whole = document(traces.printers(10), tmp_path)
    texts = [event["args"]["text"] for event in of_phase(whole, "i") if event["name"] == "write"]
    assert sorted(texts) == ["\n", *"a" * 10, *"b" * 10]


def test_holds_of_locks_are_async_pairs(tmp_path: Path) -> None:
    whole = document(traces.printers(locked=True), tmp_path)
    begins, ends = of_phase(whole, "b"), of_phase(whole, "e")
    assert [(event["name"], event["cat"], event["tid"]) for event in begins] == [
        ("lock", "lock", 101),
        ("lock", "lock", 102),
    ]
    # A number within the process: with another one viewers show them outside of it.
    numbers = [{"local": 1}, {"local": 2}]
    assert [event["id2"] for event in begins] == [event["id2"] for event in ends] == numbers
    assert [event["args"]["holder"] for event in begins] == ["thread-a", "thread-b"]
    assert all(b["ts"] < e["ts"] for b, e in zip(begins, ends, strict=True))


def test_a_message_is_an_arrow_from_its_put_to_its_get(tmp_path: Path) -> None:
    putting = traces.lane("p", [(1_000, ev.PUT, 0, 7)], end_ns=9_000, pid=1, tid=1)
    getting = traces.lane("g", [(4_000, ev.GET, 0, 7)], end_ns=9_000, pid=2, tid=2)
    whole = document(traces.trace([putting, getting], [SharedObject("Queue", "q")]), tmp_path)
    (source,), (target,) = of_phase(whole, "s"), of_phase(whole, "f")
    assert (source["pid"], source["ts"]) == (1, 1.0)
    assert (target["pid"], target["ts"]) == (2, 4.0)
    assert source["id"] == target["id"]


def test_every_edge_is_an_arrow(tmp_path: Path) -> None:
    trace = traces.printers(locked=True)
    whole = document(trace, tmp_path)
    sources, targets = of_phase(whole, "s"), of_phase(whole, "f")
    tids = [lane.tid for lane in trace.lanes]
    kinds, edges = Edges(trace).table
    names = [EDGE_KINDS[kind] for kind in kinds]
    assert set(names) == {"start", "join", "wake"}
    assert [(event["name"], tids.index(event["tid"]), event["ts"]) for event in sources] == list(
        zip(names, edges.from_lanes.tolist(), (edges.from_ns / 1e3).tolist(), strict=True)
    )
    assert [(tids.index(event["tid"]), event["ts"]) for event in targets] == list(
        zip(edges.to_lanes.tolist(), (edges.to_ns / 1e3).tolist(), strict=True)
    )
    assert {event["bp"] for event in targets} == {"e"}
    assert [event["id"] for event in sources] == [event["id"] for event in targets]


def test_nothing_is_before_the_beginning(tmp_path: Path) -> None:
    early = traces.lane("t", [(-5_000, ev.WRITE, 1, 0)], start_ns=-2_000, end_ns=9_000)
    whole = document(traces.trace([early]), tmp_path)
    assert [event["ts"] for event in of_phase(whole, "i")] == [0.0]
    assert [event["ts"] for event in of_phase(whole, "X")] == [3.0]


def test_every_lane_has_a_tid_of_its_own() -> None:
    lanes = [
        traces.lane("t", [], end_ns=1, pid=pid, tid=tid)
        for pid, tid in [(7, 1), (7, 1), (7, 0), (8, 1), (7, 2), (7, 0)]
    ]
    tids = chrome_tids(lanes)
    assert tids[:1] + tids[3:5] == (1, 1, 2)
    assert len({(lane.pid, tid) for lane, tid in zip(lanes, tids, strict=True)}) == 6
    assert min(tids) > 0


def test_nanoseconds_survive(tmp_path: Path) -> None:
    source = random.Random(1)
    times = sorted(source.randrange(10**15) for _ in range(500))  # within 11 days
    lane = traces.lane("t", [(at, ev.WRITE, 1, 0) for at in times], end_ns=10**15)
    save(traces.trace([lane]), tmp_path / "t.json")
    assert load(tmp_path / "t.json").lanes[0].times.tolist() == times


def test_text_of_writes_that_never_arrived_survives(tmp_path: Path) -> None:
    lane = traces.lane("t", [(1, ev.WRITE, 1, 2)], end_ns=9, text="ab\ud800cd")
    trace = traces.trace([replace(lane, emitted=3)])
    save(trace, tmp_path / "t.json")
    assert_same(trace, load(tmp_path / "t.json"))


def test_lanes_may_be_mixed_up(tmp_path: Path) -> None:
    whole = document(traces.printers(locked=True), tmp_path)
    whole["traceEvents"].sort(key=lambda event: event.get("ts", 0))
    (tmp_path / "t.json").write_text(json.dumps(whole))
    assert_same(traces.printers(locked=True), load(tmp_path / "t.json"))


def test_small_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save(traces.printers(locked=True), tmp_path / "t.json")
    for size in (1, 7, 300):
        monkeypatch.setattr(chrome_scan, "BATCH_BYTES", size)
        assert_same(traces.printers(locked=True), load(tmp_path / "t.json"))


def refusal(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        load(path)
    assert caught.value.message.isprintable()
    return caught.value.message.removeprefix(f"{path}: ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda whole: whole["otherData"]["paraviz"].update(version=7), "format 7"),
        (lambda whole: whole["otherData"].pop("tids"), "damaged"),
        (lambda whole: whole["otherData"]["tids"].pop(), "do not fit each other"),
        (lambda whole: whole["otherData"].update(base_ns=1 << 70), "damaged"),
        (lambda whole: whole["otherData"]["paraviz"].update(lanes=[]), "do not fit each other"),
        (lambda whole: whole["traceEvents"].append(whole["traceEvents"][8]), "out of order"),
        (lambda whole: whole["traceEvents"][8].update(tid=5), "belongs to no lane"),
        (lambda whole: whole["traceEvents"][8].update(ts=1e300), "absurd time"),
        (lambda whole: whole["traceEvents"][8]["args"].update(state=0), "unknown state"),
        (lambda whole: whole["traceEvents"][8]["args"].update(state=99), "unknown state"),
    ],
)
def test_damage_is_refused(change: Any, said: str, tmp_path: Path) -> None:
    whole = document(traces.printers(), tmp_path)
    assert whole["traceEvents"][8]["ph"] == "X"
    change(whole)
    (tmp_path / "t.json").write_text(json.dumps(whole))
    assert said in refusal(tmp_path / "t.json")


def test_a_recording_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    save(traces.printers(), tmp_path / "t.json")
    whole = (tmp_path / "t.json").read_bytes()
    for length in range(0, len(whole) - 4, 97):
        (tmp_path / "cut.json").write_bytes(whole[:length])
        said = refusal(tmp_path / "cut.json")
        assert length < whole.index(b"traceEvents") + 20 or "cut off" in said
        (tmp_path / "cut.json.gz").write_bytes(gzip.compress(whole)[: length // 20])
        refusal(tmp_path / "cut.json.gz")


@pytest.mark.tries
def test_random_damage_gives_a_trace_or_one_clear_line(tmp_path: Path) -> None:
    for locked, suffix in [(False, ".json"), (True, ".json.gz")]:
        path = tmp_path / f"t{suffix}"
        save(traces.printers(4, locked=locked), path)
        whole = path.read_bytes()
        for seed in range(tries(1_000)):
            source = random.Random(seed)
            damaged = bytearray(whole)
            for _ in range(source.randint(1, 4)):
                at = source.randrange(len(damaged))
                damaged[at : at + source.choice([1, 1, 30])] = source.choice(
                    [source.randbytes(1), b"", b"9", b'"', b"}", b"["]
                )
            path.write_bytes(damaged)
            try:
                loaded = load(path)
            except FormatError as error:
                assert error.message.isprintable(), seed
            else:
                save(loaded, tmp_path / "again.pviz")


def extra(trace: Trace) -> Trace:
    """With spans, a counter and a CPU."""
    starts, ends = np.array([0, 0, 5]), np.array([9, 5, 5])
    depths, names = np.array([0, 1, 1], np.uint16), np.array([1, 0, 0], np.int32)
    lanes = (trace.lanes[0], replace(trace.lanes[1], spans=Spans(starts, ends, depths, names)))
    return replace(
        trace,
        lanes=(*lanes, *trace.lanes[2:]),
        span_names=("inner", "outer"),
        counters=(Counter("depth", np.array([1, 4]), np.array([1.0, 0.5])),),
        cpus=(Cpu(3, np.array([2]), np.array([4]), np.array([1], np.int32)),),
    )


def test_viewers_see_spans_counters_and_cpus(tmp_path: Path) -> None:
    whole = document(extra(traces.printers()), tmp_path)
    begins = [(event["tid"], event["name"], event["ts"]) for event in of_phase(whole, "B")]
    assert begins == [(101, "outer", 0.0), (101, "inner", 0.0), (101, "inner", 0.005)]
    assert [event["ts"] for event in of_phase(whole, "E")] == [0.009, 0.005, 0.005]
    counted = [(event["name"], event["ts"], event["args"]) for event in of_phase(whole, "C")]
    assert counted == [("depth", 0.001, {"number": 1.0}), ("depth", 0.004, {"number": 0.5})]
    (on_cpu,) = (event for event in of_phase(whole, "X") if event["cat"] == "cpu")
    assert (on_cpu["name"], on_cpu["tid"], on_cpu["dur"]) == ("thread-a", 3, 0.002)
    named = {
        event["args"].get("name", "")
        for event in of_phase(whole, "M")
        if event["pid"] == on_cpu["pid"]
    } - {""}
    assert named == {"CPUs", "CPU 3"}


def test_viewers_see_how_full_queues_are(tmp_path: Path) -> None:
    lane = traces.lane("t", [(1, ev.PUT, 0, 1), (2, ev.PUT, 0, 2), (3, ev.GET, 0, 1)], end_ns=9)
    stored = Counter("depth", np.array([1]), np.array([7.0]))
    trace = replace(traces.trace([lane], [SharedObject("Queue", "jobs")]), counters=(stored,))
    whole = document(trace, tmp_path)
    told = [(event["name"], event["args"]["number"]) for event in of_phase(whole, "C")]
    assert told == [("depth", 7.0), ("jobs", 1.0), ("jobs", 2.0), ("jobs", 1.0)]
    assert_same(trace, load(tmp_path / "t.json"))


def test_what_says_that_it_is_ours_may_stand_behind_the_events(tmp_path: Path) -> None:
    whole = document(traces.printers(), tmp_path)
    whole["otherData"] = whole.pop("otherData")
    (tmp_path / "t.json").write_text(json.dumps(whole))
    assert_same(traces.printers(), load(tmp_path / "t.json"))


@pytest.mark.parametrize(
    ("phase", "args", "said"),
    [
        ("B", {"span": 7}, "name that is not there"),
        ("B", {"span": -1}, "name that is not there"),
        ("B", {"depth": 1 << 16}, None),
        ("E", None, "a span has no end"),
        ("C", {"number": 1e999}, None),
        ("X", {"cpu": 1}, "belongs to nothing"),
        ("X", {"lane": 9}, "a lane that is not there"),
    ],
)
def test_damaged_spans_counters_and_cpus_are_refused(
    phase: str, args: dict[str, float] | None, said: str | None, tmp_path: Path
) -> None:
    whole = document(extra(traces.printers()), tmp_path)
    event = of_phase(whole, phase)[-1]
    if args is None:
        whole["traceEvents"].remove(event)
    else:
        event["args"] |= args
    (tmp_path / "t.json").write_text(json.dumps(whole))
    with pytest.raises(FormatError, match=said) as caught:
        load(tmp_path / "t.json")
    assert caught.value.message.isprintable()


def test_spans_that_do_not_nest_stand_beside_their_thread(tmp_path: Path) -> None:
    lane = traces.lane("t", [], end_ns=9_000, tid=(1 << 32) + 7)
    starts, ends = np.array([0, 2_000]), np.array([4_000, 6_000])
    spans = Spans(starts, ends, np.array([0, 1], np.uint16), np.array([0, 1], np.int32))
    trace = replace(traces.trace([replace(lane, spans=spans)]), span_names=("a\0b", "two"))
    whole = document(trace, tmp_path)
    assert not of_phase(whole, "B") and len({event["tid"] for event in of_phase(whole, "b")}) == 1
    assert [event["name"] for event in of_phase(whole, "b")] == ["a\\u0000b", "two"]
    assert [event["ts"] for event in of_phase(whole, "e")] == [4.0, 6.0]
    # Viewers keep 32 bits of a thread's number.
    assert all(event["tid"] < 1 << 32 for event in whole["traceEvents"])
    assert_same(trace, load(tmp_path / "t.json"))
