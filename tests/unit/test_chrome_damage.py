"""Chrome traces of others in all their forms: cut off, damaged, too big, no traces at all."""

from __future__ import annotations

import gzip
import json
import random
import sys
from typing import TYPE_CHECKING

import msgspec
import pytest

from paraviz.errors import FormatError
from paraviz.formats import SUFFIXES, load, save
from paraviz.formats.chrome import format as chrome
from paraviz.formats.chrome import lanes as chrome_lanes
from paraviz.formats.chrome import scan as chrome_scan
from paraviz.formats.chrome import seen as chrome_seen
from paraviz.trace import State
from tests.trying import tries
from tests.unit.strategies import assert_same
from tests.unit.test_chrome_foreign import event, loaded, refusal, spelled

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    "form",
    [
        '{"traceEvents": %s}',
        '{"traceEvents": %s, "otherData": {"a": [1]}, "displayTimeUnit": "ms"}',
        '{"otherData": {"traceEvents": "]"}, "stackFrames": {}, "traceEvents": %s}',
        '{"a": {"traceEvents": [1]}, "b": "\\"traceEvents\\":[", "traceEvents": %s, "c": [[1]]}',
        '{"a": [' + '{"traceEvents": []},' * 20 + '1], "traceEvents": %s, "c": [{}, {}]}',
        '{"traceEvents": %s, "stackFrames": [{"a": []}, {"b": 1}], "s": "]}, {"}',
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
        ('{"a": 1', "cut off or not valid JSON"),
        ('[{"ph": NaN}, {}]', "cut off or not valid JSON"),
        ("[" * 100_000, "no event"),
        ("[1, 2, 3]", "no event"),
        (b"[\xff]", "no event"),
        (b'[{"ph": "\xff"}, {}]', "no event"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_trace_is_refused(content: str | bytes, said: str, tmp_path: Path) -> None:
    assert said in refusal(tmp_path, content)


@pytest.mark.parametrize(
    ("content", "read"),
    [
        ('[{"ph": "X", "x": ' + "[" * 10_000 + "]" * 10_000 + "}]", "no event"),
        ('{"a":' * 100_000, "cut off or not valid JSON"),
    ],
    ids=["whole", "cut off"],
)
def test_what_nests_deeply_is_refused(content: str, read: str, tmp_path: Path) -> None:
    # How deep is too deep depends since 3.14 on the size of the stack; what is not, is read.
    said = refusal(tmp_path, content)
    assert "nests too deeply" in said or (sys.version_info >= (3, 14) and read in said)


def test_what_is_decades_from_the_rest_is_passed_over(tmp_path: Path) -> None:
    passed = "1 event without a usable time was passed over"
    trace = loaded(tmp_path, [event("X", 0, dur=1), event("X", 1.7e15, dur=3)])
    assert (trace.wall_ns, passed in trace.notices) == (3_000, True)
    assert trace.recorded_at == "2023-11-14T22:13:20+00:00"
    trace = loaded(tmp_path, [event("X", 0, dur=5), event("X", 7, dur=1), event("i", 1.7e15)])
    assert (trace.wall_ns, passed in trace.notices) == (8_000, True)
    trace = loaded(tmp_path, [event("C", 0, args={"v": 1}), event("X", 1.7e15, dur=5)])
    assert (trace.wall_ns, passed in trace.notices, trace.counters) == (5_000, True, ())
    trace = loaded(tmp_path, [event("X", 0, dur=1e15), event("X", 9, dur=1)])
    assert (trace.wall_ns, passed in trace.notices) == (1_000, True)


def test_years_are_read(tmp_path: Path) -> None:
    trace = loaded(tmp_path, [event("X", 0, dur=5), event("X", 94_608_000_000_000, dur=5)])
    assert trace.wall_ns == 94_608_000_000_005_000
    assert trace.recorded_at == ""


def test_decades_are_refused(tmp_path: Path) -> None:
    events = [event("X", year * 3.15e13, dur=1) for year in range(40)]
    assert "years" in refusal(tmp_path, events)


def test_more_threads_than_there_can_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chrome_seen, "LANE_LIMIT", 10)
    assert len(loaded(tmp_path, [event("i", 0, tid) for tid in range(10)]).lanes) == 10
    assert "more than 10 threads" in refusal(tmp_path, [event("i", 0, tid) for tid in range(11)])


def test_metadata_of_endless_threads_take_bounded_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chrome_lanes, "LANE_LIMIT", 10)
    names = chrome_lanes.LaneNames()
    name, args = "thread_name", msgspec.Raw(b'{"name":"x"}')
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


@pytest.mark.tries
def test_random_damage_gives_a_trace_or_one_clear_line(tmp_path: Path) -> None:
    text = json.dumps({"traceEvents": WHOLE, "otherData": {"a": 1}}).encode()
    for seed in range(tries(300)):
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
