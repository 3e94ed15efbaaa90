"""Chrome traces of others: what becomes of their spans, and what is refused."""

from __future__ import annotations

import gzip
import json
import random
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.errors import FormatError
from paraviz.formats import SUFFIXES, chrome, chrome_foreign, chrome_lanes, chrome_scan, load, save
from paraviz.trace import Lane, State, Trace
from tests.unit.strategies import assert_same, state_at

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


def test_async_spans_show_only_that_the_lane_lives(tmp_path: Path) -> None:
    events = [event("b", 0, id=1), event("n", 2, id=1), event("e", 4, id=1), event("X", 1, dur=1)]
    (lane,) = loaded(tmp_path, events).lanes
    assert spelled(lane) == "BRBB"


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


def test_what_is_not_shown_is_told(tmp_path: Path) -> None:
    events = [event("X", 0, dur=1), event("i", 1), event("C", 1, args={"depth": 3})]
    events += [event("s", 0, id=1), event("f", 1, id=1), event("X", None), event("X", 0, pid=[])]
    notices = loaded(tmp_path, events).notices
    assert notices[0].startswith("made by another tool")
    assert notices[1:] == (
        "1 events without a usable time were passed over",
        "1 events with fields of a wrong type were passed over",
        "not shown: 1 instants, 1 counters, 1 arrows",
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


@pytest.mark.parametrize(
    "form",
    [
        '{"traceEvents": %s}',
        '{"traceEvents": %s, "otherData": {"a": [1]}, "displayTimeUnit": "ms"}',
        '{"otherData": {"traceEvents": "]"}, "stackFrames": {}, "traceEvents": %s}',
        "\ufeff \n%s \n",
        "%s\n,",
    ],
)
def test_array_and_object_form(form: str, tmp_path: Path) -> None:
    (lane,) = loaded(tmp_path, form % json.dumps([event("X", 1, dur=2)])).lanes
    assert spelled(lane) == "RR"


WHOLE = [
    event("X", at, dur=1, args={"text": '},{"[\\', "list": [{}, {}]}) for at in range(0, 40, 2)
]


@pytest.mark.parametrize("size", [1, 50, 333, 1 << 22])
@pytest.mark.parametrize("form", ["%s", '{"traceEvents": %s'])
def test_what_comes_before_the_cut_is_shown(
    size: int, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chrome_scan, "BATCH_BYTES", size)
    text = form % json.dumps(WHOLE)
    ends = [at + 3 for at in range(len(text)) if text.startswith("}}, ", at)]
    for length in range(ends[0], len(text), 29):
        trace = loaded(tmp_path, text[:length])
        whole = sum(end <= length + 1 for end in ends)
        assert (trace.lanes[0].states.states == State.RUNNING).sum() == whole
        assert "the file is cut off; what came before is shown" in trace.notices


def test_whole_traces_are_not_said_to_be_cut_off(tmp_path: Path) -> None:
    for content in (WHOLE, {"traceEvents": WHOLE}):
        assert not any("cut off" in notice for notice in loaded(tmp_path, content).notices)


def test_batches_make_no_difference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = loaded(tmp_path, WHOLE)
    for size in (1, 50, 333):
        monkeypatch.setattr(chrome_scan, "BATCH_BYTES", size)
        assert_same(expected, loaded(tmp_path, WHOLE))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "empty"),
        ("   ", "neither a Chrome trace nor"),
        ("5", "neither a Chrome trace nor"),
        ("<html>", "neither a Chrome trace nor"),
        ("[]", "no event"),
        ("[", "no event"),
        ("{}", "no traceEvents"),
        ('{"traceEvents": 5}', "no traceEvents"),
        ('{"traceEvents": []}', "no event"),
        ('{"a": 1', "truncated"),
        ('[{"ph": NaN}, {}]', "malformed"),
        ("[" * 100_000, "no event"),
        ('[{"ph": 1, "x": ' + "[" * 10_000 + "]" * 10_000 + "}]", "nests too deeply"),
        ('{"a":' * 100_000, "nests too deeply"),
        ("[1, 2, 3]", "no event"),
        (b"[\xff]", "no event"),
        (b'[{"ph": "\xff"}, {}]', "not UTF-8"),
        ('[{"ph": "X", "ts": 1, "dur": 1}]', "no event"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_trace_is_refused(content: str | bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(tmp_path, content)


def test_times_years_apart_are_refused(tmp_path: Path) -> None:
    assert "years" in refusal(tmp_path, [event("X", 0, dur=1), event("X", 1.7e15, dur=1)])
    assert "years" in refusal(tmp_path, [event("X", 0, dur=1e15)])


def test_more_threads_than_there_can_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chrome_foreign, "LANE_LIMIT", 10)
    assert len(loaded(tmp_path, [event("i", 0, tid) for tid in range(10)]).lanes) == 10
    assert "more than 10 threads" in refusal(tmp_path, [event("i", 0, tid) for tid in range(11)])


def test_metadata_of_endless_threads_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chrome_lanes, "LANE_LIMIT", 10)
    names = chrome_lanes.LaneNames()
    name, args = (
        msgspec.Raw(b'"thread_name"'),
        msgspec.Raw(b'{"name":"x"}'),
    )
    for tid in range(100):
        names.take(1, tid, name, args)
    assert len(names._thread_names) == 10


def test_an_event_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chrome_scan, "BATCH_BYTES", 64)
    monkeypatch.setattr(chrome_scan, "EVENT_LIMIT", 1_000)
    long = event("X", 0, dur=1, args={"text": "x" * 5_000})
    assert "an event is too long" in refusal(tmp_path, [long, long])


def test_gzip_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(b"[" + b" " * (4 << 20)))
    monkeypatch.setattr(chrome, "RATIO_FROM", 1 << 20)
    with pytest.raises(FormatError, match="too much"):
        load(path)
    monkeypatch.setattr(chrome, "RATIO_FROM", 1 << 30)
    monkeypatch.setattr(chrome, "UNPACKED_LIMIT", 1 << 20)
    with pytest.raises(FormatError, match="too much"):
        load(path)


def test_compressed_and_plain_are_the_same(tmp_path: Path) -> None:
    expected = loaded(tmp_path, WHOLE)
    path = tmp_path / "t.json.gz"
    path.write_bytes(gzip.compress(json.dumps(WHOLE).encode()))
    assert load(path).lanes[0].states.starts.tolist() == expected.lanes[0].states.starts.tolist()
    path.write_bytes(b"no gzip")
    with pytest.raises(FormatError, match="damaged"):
        load(path)


def test_a_foreign_trace_can_be_saved_in_every_format(tmp_path: Path) -> None:
    trace = loaded(tmp_path, [*WHOLE, {"ph": "X", "pid": "Spans", "tid": "x", "ts": 0, "dur": 2}])
    for suffix in SUFFIXES:
        save(trace, tmp_path / f"again{suffix}")
        assert_same(trace, load(tmp_path / f"again{suffix}"))


def test_random_damage_gives_a_trace_or_one_clear_line(tmp_path: Path) -> None:
    text = json.dumps({"traceEvents": WHOLE, "otherData": {"a": 1}}).encode()
    for seed in range(1_000):
        source = random.Random(seed)
        damaged = bytearray(text)
        for _ in range(source.randint(1, 4)):
            at = source.randrange(len(damaged))
            damaged[at : at + source.choice([1, 1, 30])] = source.choice(
                [source.randbytes(1), b"", b"9", b'"', b"}", b"["]
            )
        try:
            trace = loaded(tmp_path, bytes(damaged))
        except FormatError as error:
            assert error.message.isprintable(), seed
        else:
            save(trace, tmp_path / "again.pviz")
