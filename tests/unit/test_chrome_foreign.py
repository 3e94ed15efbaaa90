"""Chrome traces of others: what becomes of their spans, and what is refused."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.errors import FormatError
from paraviz.formats import load
from paraviz.formats.chrome import counters as chrome_counters
from paraviz.formats.chrome import foreign as chrome_foreign
from paraviz.formats.chrome import seen as chrome_seen
from paraviz.trace import Lane, State, Trace
from tests.unit.strategies import state_at

if TYPE_CHECKING:
    from pathlib import Path

Event = dict[str, Any]


def loaded(tmp_path: Path, content: str | bytes | list[Event] | Event) -> Trace:
    if isinstance(content, list | dict):
        content = json.dumps(content)
    path = tmp_path / "t.json"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return load(path)


def refusal(tmp_path: Path, content: str | bytes | list[Event] | Event) -> str:
    with pytest.raises(FormatError) as caught:
        loaded(tmp_path, content)
    assert caught.value.message.isprintable()
    return caught.value.message.removeprefix(f"{tmp_path / 't.json'}: ")


def event(ph: str, ts: object, tid: object = 1, **more: object) -> Event:
    return {"ph": ph, "pid": 1, "tid": tid, "ts": ts, "name": "f", **more}


def spelled(lane: Lane) -> str:
    """A letter a µs: R running, B blocked."""
    return "".join(
        {State.RUNNING: "R", State.BLOCKED: "B"}[state_at(lane, at)]
        for at in range(lane.start_ns, lane.end_ns, 1_000)
    )


def test_complete_spans_are_running_and_what_is_between_is_blocked(tmp_path: Path) -> None:
    trace = loaded(tmp_path, [event("X", 100, dur=3), event("X", 105, dur=2)])
    (lane,) = trace.lanes
    assert (lane.start_ns, lane.end_ns) == (0, 7_000)
    assert spelled(lane) == "RRRBBRR"
    assert (trace.python, trace.truth, trace.live) == ("", "inferred", False)
    assert trace.wall_ns == 7_000
    assert trace.program.name == "t.json"


def test_begins_and_ends_pair_up_nested_and_in_any_order(tmp_path: Path) -> None:
    events = [event("B", 0), event("B", 2), event("E", 3), event("E", 5), event("B", 8)]
    events += [event("E", 9), event("i", 12, s="t")]
    for seed in range(5):
        random.Random(seed).shuffle(events)
        (lane,) = loaded(tmp_path, events).lanes
        assert spelled(lane) == "RRRRRBBBRBBB"


def test_an_end_without_a_begin_and_a_begin_without_an_end(tmp_path: Path) -> None:
    events = [event("E", 0), event("B", 2), event("E", 4), event("E", 5), event("B", 6)]
    (lane,) = loaded(tmp_path, [*events, event("i", 9)]).lanes
    assert spelled(lane) == "BBRRBBRRR"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), min_size=1, max_size=10))
def test_a_lane_runs_where_any_span_covers(tmp_path: Path, spans: list[tuple[int, int]]) -> None:
    (lane,) = loaded(tmp_path, [event("X", ts, dur=dur) for ts, dur in spans]).lanes
    first = min(ts for ts, _ in spans)
    for at in range(lane.end_ns // 1_000):
        covered = any(ts <= at + first < ts + dur for ts, dur in spans)
        expected = State.RUNNING if covered else State.BLOCKED
        assert state_at(lane, at * 1_000) is expected


def names(trace: Trace, lane: Lane) -> list[str]:
    return [trace.span_names[name] for name in lane.spans.names.tolist()]


def test_spans_keep_their_names_and_their_nesting(tmp_path: Path) -> None:
    events = [event("X", 2, dur=3, name="inner"), event("X", 0, dur=9, name="outer")]
    events += [event("B", 5, name="begun"), event("E", 7), event("X", 0, 2, dur=1, name=None)]
    events += [event("X", 1, 2, dur=1, name=["no", "text"])]
    trace = loaded(tmp_path, events)
    one, other = trace.lanes
    assert names(trace, one) == ["outer", "inner", "begun"]
    assert one.spans.starts.tolist() == [0, 2_000, 5_000]
    assert one.spans.ends.tolist() == [9_000, 5_000, 7_000]
    assert one.spans.depths.tolist() == [0, 1, 1]
    assert names(trace, other) == ["", "['no', 'text']"]


def test_async_spans_of_a_lane_with_others_stand_below_it(tmp_path: Path) -> None:
    events = [event("b", 0, id=1), event("n", 2, id=1), event("e", 4, id=1), event("X", 1, dur=1)]
    events += [event("i", 3), event("b", 2, 2, id=2), event("e", 5, 1, id=2)]
    trace = loaded(tmp_path, [*events, event("X", 6, 2, dur=1)])
    assert [(lane.name, lane.kind, lane.tid, spelled(lane)) for lane in trace.lanes] == [
        ("thread 1", "process", 1, "RB"),
        ("async thread 1", "task", 1, "RRRR"),
        ("thread 2", "thread", 2, "R"),
        ("async thread 2", "task", 2, "RRR"),
    ]
    assert [lane.start_ns for lane in trace.lanes] == [1_000, 0, 6_000, 2_000]


def test_more_threads_than_there_can_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chrome_foreign, "LANE_LIMIT", 3)
    events = [event("X", 0, tid, dur=1) for tid in (1, 2)]
    events += [event("b", 0, 1, id=1), event("e", 1, 1, id=1)]
    assert len(loaded(tmp_path, events).lanes) == 3
    more = [event("b", 0, 2, id=2), event("e", 1, 2, id=2)]
    assert "more than 3 threads" in refusal(tmp_path, [*events, *more])


@pytest.mark.parametrize("key", ["id", "id2"])
def test_async_spans_are_the_spans_of_a_lane_without_others(key: str, tmp_path: Path) -> None:
    one, other = {"local": "0x1"}, {"local": "0x2"}
    events = [event("b", 0, **{key: one}, name="a"), event("b", 2, **{key: other}, name="b")]
    events += [event("e", 3, 9, **{key: one}), event("e", 6, **{key: other})]
    trace = loaded(tmp_path, events)
    lane = trace.lanes[0]
    assert names(trace, lane) == ["a", "b"]
    assert (lane.spans.starts.tolist(), lane.spans.ends.tolist()) == ([0, 2_000], [3_000, 6_000])
    assert spelled(lane) == "RRRRRR"


def test_a_process_without_threads_is_a_lane(tmp_path: Path) -> None:
    events = [{"ph": "B", "pid": "scheduler", "ts": 1, "name": "schedule"}]
    events += [{"ph": "E", "pid": "scheduler", "ts": 4}, {"ph": "X", "ts": 2, "dur": 1}]
    lanes = loaded(tmp_path, events).lanes
    assert [(lane.name, spelled(lane)) for lane in lanes] == [("scheduler", "RRR"), ("thread", "R")]


def test_counters_change_over_time(tmp_path: Path) -> None:
    events = [event("X", 5, dur=1)]
    events += [event("C", at, name="memory", args={"used": at, "free": -at}) for at in (9, 4)]
    events += [event("C", 6, name="depth", args={"value": 1.5, "unit": "items"})]
    events += [event("C", 7, name="depth", args={"value": "x"}), event("C", 7, name="none")]
    events += [event("C", "x", args={"value": 1})]
    trace = loaded(tmp_path, events)
    assert [(c.name, c.times.tolist(), c.values.tolist()) for c in trace.counters] == [
        ("memory used", [0, 5_000], [4.0, 9.0]),
        ("memory free", [0, 5_000], [-4.0, -9.0]),
        ("depth", [2_000], [1.5]),
    ]
    assert trace.lanes[0].start_ns == 1_000
    assert trace.notices[1:] == (
        "1 event without a usable time was passed over",
        "not shown: 2 counters",
    )


def test_more_names_and_counters_than_there_can_be_are_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chrome_seen, "NAME_LIMIT", 2)
    monkeypatch.setattr(chrome_counters, "COUNTER_LIMIT", 2)
    events = [event("X", at, dur=1, name=f"call {at}") for at in range(5)]
    events += [event("C", 0, name="c", args={str(at): at for at in range(5)})]
    trace = loaded(tmp_path, events)
    assert names(trace, trace.lanes[0]) == ["call 0", *[chrome_seen.MORE_NAMES] * 4]
    assert len(trace.counters) == 2


def test_lanes_are_named_and_ordered_by_metadata(tmp_path: Path) -> None:
    events = [
        event("X", 0, 11, dur=1),
        event("X", 0, 12, dur=1),
        event("X", 0, 13, dur=1),
        {"ph": "X", "pid": "Spans", "tid": "Profiler", "ts": 0, "dur": 1},
        {"ph": "X", "pid": 5, "tid": 5, "ts": 0, "dur": 1},
        {"ph": "M", "pid": 1, "tid": 12, "name": "thread_name", "args": {"name": "worker"}},
        {"ph": "M", "pid": 1, "tid": 11, "name": "thread_sort_index", "args": {"sort_index": 9}},
        {"ph": "M", "pid": 5, "name": "process_sort_index", "args": {"sort_index": -1}},
        {"ph": "M", "pid": 5, "tid": 5, "name": "thread_name", "args": {"name": ["no", "text"]}},
        {"ph": "M", "pid": 1, "name": "thread_name"},
    ]
    lanes = loaded(tmp_path, events).lanes
    assert [(lane.name, lane.pid, lane.tid, lane.kind) for lane in lanes] == [
        ("thread 5", 5, 5, "process"),
        ("worker", 1, 12, "thread"),
        ("thread 13", 1, 13, "thread"),
        ("thread 11", 1, 11, "thread"),
        ("Spans Profiler", 0, 0, "thread"),
    ]


def named(pid: int, tid: int, process: str, thread: str) -> list[Event]:
    of = {"ph": "M", "pid": pid, "tid": tid}
    return [
        {**of, "name": "process_name", "args": {"name": process}},
        {**of, "name": "thread_name", "args": {"name": thread}},
        {"ph": "X", "pid": pid, "tid": tid, "ts": 0, "dur": 1, "name": "f"},
        {"ph": "C", "pid": pid, "tid": tid, "ts": 0, "name": "queued", "args": {"": pid}},
        {"ph": "C", "pid": pid, "tid": tid, "ts": 0, "name": f"n{pid}", "args": {"x": pid}},
    ]


def test_lanes_and_counters_called_the_same_are_told_apart(tmp_path: Path) -> None:
    events = [*named(1, 5, "Browser", "io"), *named(2, 6, "Tab", "io"), *named(3, 7, "Tab", "io")]
    events += [*named(1, 8, "Browser", "pool"), *named(1, 1, "Browser", "alone")]
    trace = loaded(tmp_path, [*events, *named(1, 9, "Browser", "pool")])
    assert [lane.name for lane in trace.lanes] == [
        "alone",
        "io (Browser)",
        "pool 8",
        "pool 9",
        "io (Tab 2)",
        "io (Tab 3)",
    ]
    assert [counter.name for counter in trace.counters] == [
        *("queued (Browser)", "n1", "queued (Tab 2)", "n2", "queued (Tab 3)", "n3"),
    ]


def test_what_is_not_shown_is_told(tmp_path: Path) -> None:
    events = [event("X", 0, dur=1), event("i", 1), event("C", 1, args={"depth": 3})]
    events += [event("R", 1), event("P", 1)]
    events += [event("s", 0, id=1), event("f", 1, id=1), event("X", None), event("X", 0, pid=[])]
    notices = loaded(tmp_path, events).notices
    assert notices[0].startswith("made by another tool")
    assert notices[1:] == (
        "1 event without a usable time was passed over",
        "1 event that could not be read was passed over, at byte 494",
        "not shown: 1 arrow, 1 sample",
    )


@pytest.mark.parametrize("ts", ["7.5", 7.5, "7.5e0"])
def test_times_may_be_texts_and_fractions(ts: object, tmp_path: Path) -> None:
    (lane,) = loaded(tmp_path, [event("X", 5, dur="1.25"), event("X", ts, dur=1)]).lanes
    assert lane.states.starts.tolist() == [0, 1_250, 2_500]


@pytest.mark.parametrize("ts", ["x", "NaN", "inf", None, 1e300, -1e300, True, [], {}, ""])
def test_events_at_impossible_times_are_passed_over(ts: object, tmp_path: Path) -> None:
    (lane,) = loaded(tmp_path, [event("X", 5, dur=2), event("X", ts, 2, dur=1)]).lanes
    assert spelled(lane) == "RR"


@pytest.mark.parametrize("dur", [-5, "NaN", None, "x"])
def test_spans_of_impossible_lengths_are_instants(dur: object, tmp_path: Path) -> None:
    (lane,) = loaded(tmp_path, [event("X", 5, dur=2), event("X", 9, dur=dur)]).lanes
    assert spelled(lane) == "RRBB"


def test_instants_are_marks_of_their_threads(tmp_path: Path) -> None:
    events = [event("X", 0, dur=5), event("i", 4), event("I", 2), event("i", 7, 2)]
    events[2]["name"] = "g"
    trace = loaded(tmp_path, events)
    first, second = trace.lanes
    assert (first.times.tolist(), second.times.tolist()) == ([2_000, 4_000], [7_000])
    assert [trace.objects[row].name for row in first.objects.tolist()] == ["g", "f"]
    assert set(first.kinds.tolist()) == {ev.MARK}
    assert (trace.events, len(trace.notices)) == (3, 1)


def test_instants_of_the_whole_trace_are_bookmarks(tmp_path: Path) -> None:
    events = [event("X", 1, dur=1), {**event("i", 9), "s": "g", "name": "begin"}]
    trace = loaded(tmp_path, events)
    assert [(each.at_ns, each.note) for each in trace.bookmarks] == [(8_000, "begin")]
    assert trace.wall_ns == 8_000
