"""Chrome traces as tools write them that do not keep to the format: what is only unusual is read,
what is wrong costs that event."""

from __future__ import annotations

import gzip
import io
import json
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from paraviz.formats import load
from tests.unit.test_chrome_foreign import Event, event, loaded

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

A = b'{"ph":"X","name":"a","pid":1,"tid":1,"ts":0,"dur":5}'
B = b'{"ph":"X","name":"b","pid":1,"tid":1,"ts":9,"dur":5}'
TWO = [("a", 0, 5_000), ("b", 9_000, 14_000)]
PASSED = "1 event that could not be read was passed over, at byte "


def spans(trace: Trace) -> list[tuple[str, int, int]]:
    found = []
    for lane in trace.lanes:
        columns = (lane.spans.names.tolist(), lane.spans.starts.tolist(), lane.spans.ends.tolist())
        found += [(trace.span_names[name], *when) for name, *when in zip(*columns, strict=True)]
    return found


@pytest.mark.parametrize(
    "content",
    [
        b"[" + A + b"\n" + B + b"]",
        A + b"\n" + B + b"\n",
        A + b",\n" + B + b",\n",
        b"[" + A.replace(b"}", b",}") + b"," + B + b",]",
        b'{"traceEvents":[' + A + b"," + B + b"],}",
        b'{"traceEvents":[' + A + b'],"traceEvents":[' + B + b"]}",
        json.dumps({"traceEvents": f"[{A.decode()},{B.decode()}]"}).encode(),
        b"\xef\xbb\xbf[" + A + b"," + B + b"]",
        (b"[" + A + b"," + B + b"]").decode().encode("utf-16"),
        (b"[" + A + b"," + B + b"]").decode().encode("utf-16-be"),
        (b"[" + A + b"," + B + b"]").decode().encode("utf-32"),
        b"[" + A + b"," + B.replace(b'"dur"', b'"args":{"x":NaN,"y":-Infinity},"dur"') + b"]",
    ],
    ids=[
        *("no comma", "a line each", "no bracket", "commas", "comma behind", "key twice", "text"),
        *("mark", "utf-16", "utf-16-be", "utf-32", "no numbers"),
    ],
)
def test_what_is_only_unusual_is_read(content: bytes, tmp_path: Path) -> None:
    trace = loaded(tmp_path, content)
    assert spans(trace) == TWO
    assert len(trace.notices) == 1


@pytest.mark.parametrize(
    ("name", "read"),
    [("line1\nline2", "line1\nline2"), ("half \\ud800", "half �"), ("tab\t", "tab\t")],
)
def test_odd_texts_are_read(name: str, read: str, tmp_path: Path) -> None:
    content = b"[" + A.replace(b'"a"', f'"{name}"'.encode()) + b"," + B + b"]"
    assert [span[0] for span in spans(loaded(tmp_path, content))] == [read, "b"]


def test_bytes_of_another_encoding_are_read(tmp_path: Path) -> None:
    content = b"[" + A.replace(b'"a"', b'"caf\xe9"') + b"," + B + b"]"
    assert [span[0] for span in spans(loaded(tmp_path, content))] == ["caf�", "b"]


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (A.replace(b'"pid":1', b'"pid":true'), 1),
        (A.replace(b":5}", b":5 5}"), 1),
        (b"null", 1),
        (b'{"ph":"X","name":"never ends","args":{', 1),
    ],
)
def test_what_is_wrong_costs_that_event(wrong: bytes, place: int, tmp_path: Path) -> None:
    trace = loaded(tmp_path, b"[" + wrong + b",\n" + A + b",\n" + B + b"]")
    assert spans(trace) == TWO
    assert f"{PASSED}{place}" in trace.notices


def packed(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("readme.txt", b"about it")
        archive.writestr("some/trace.json", content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("node_trace.1.log", b"[" + A + b"," + B + b"]"),
        ("command.profile.gz", gzip.compress(b"[" + A + b"," + B + b"]")),
        ("members.json.gz", gzip.compress(b"[" + A) + gzip.compress(b"," + B + b"]")),
        ("plain.json.gz", b"[" + A + b"," + B + b"]"),
        ("packed.json", gzip.compress(b"[" + A + b"," + B + b"]")),
        ("trace.zip", packed(b"[" + A + b"," + B + b"]")),
        ("trace", packed(gzip.compress(b"[" + A + b"," + B + b"]"))),
        ("recording.pviz", b"[" + A + b"," + B + b"]"),
    ],
)
def test_a_file_is_what_is_in_it(name: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    trace = load(path)
    assert (trace.program.name, spans(trace)) == (name, TWO)


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    class Input:
        buffer = io.BytesIO(gzip.compress(b"[" + A + b"," + B + b"]"))

    monkeypatch.setattr(sys, "stdin", Input)
    trace = load("-")
    assert (trace.program.name, spans(trace)) == ("stdin", TWO)


def pair(ph: str, at: float, name: str, **more: Any) -> Event:
    return {"cat": "c", "id": 1, **event(ph, at, **more), "name": name}


@pytest.mark.parametrize(
    ("events", "read"),
    [
        (
            [pair("b", 0, "A"), pair("b", 1, "B"), pair("e", 4, "A"), pair("e", 7, "B")],
            [("A", 0, 4_000), ("B", 1_000, 7_000)],
        ),
        (
            [pair("B", 0, "A"), pair("B", 1, "B"), pair("E", 4, "A"), pair("E", 7, "B")],
            [("A", 0, 4_000), ("B", 1_000, 7_000)],
        ),
        (
            [pair("B", 0, "A"), pair("B", 1, "B"), pair("E", 4, ""), pair("E", 7, "")],
            [("A", 0, 7_000), ("B", 1_000, 4_000)],
        ),
        (
            [
                *(pair("b", 0, "A", scope="x"), pair("b", 1, "A", scope="y")),
                *(pair("e", 4, "A", scope="x"), pair("e", 7, "A", scope="y")),
            ],
            [("A", 0, 4_000), ("A", 1_000, 7_000)],
        ),
        ([pair("b", 0, "A", id=16), pair("e", 4, "A", id="16")], [("A", 0, 4_000)]),
        ([pair("b", 0, "A", id="0x7"), pair("e", 4, "A", id="0x7", pid=2)], [("A", 0, 4_000)]),
        (
            [
                *(pair("b", 0, "A", id=None, id2={"global": "7"}), pair("b", 1, "Z", id=2)),
                pair("e", 4, "A", id=None, id2={"global": "7"}, pid=2),
                pair("e", 9, "Z", id=2),
            ],
            [("A", 0, 4_000), ("Z", 1_000, 9_000)],
        ),
        (
            [
                pair("b", 0, "A", id=None, id2={"local": "7"}),
                pair("b", 1, "A", id=None, id2={"local": "7"}, pid=2),
                pair("e", 4, "A", id=None, id2={"local": "7"}),
                pair("e", 9, "A", id=None, id2={"local": "7"}, pid=2),
            ],
            [("A", 0, 4_000), ("A", 1_000, 9_000)],
        ),
    ],
)
def test_begin_and_end_find_each_other(
    events: list[Event], read: list[tuple[str, int, int]], tmp_path: Path
) -> None:
    assert spans(loaded(tmp_path, events)) == read


def test_numbers_that_are_texts_are_numbers(tmp_path: Path) -> None:
    events: list[Event] = [
        {"ph": "X", "name": "a", "pid": "1", "tid": "5", "ts": "1.5", "dur": "2.25"},
        {"ph": "X", "name": "b", "pid": 1, "tid": 5, "ts": 9, "dur": 1},
        {"ph": "X", "name": "c", "pid": 1, "tid": 6, "ts": 9, "dur": 1},
        {"ph": "C", "name": "n", "pid": 1, "ts": 2, "args": {"v": "2.5"}},
        {"ph": "M", "name": "thread_sort_index", "pid": 1, "tid": 5, "args": {"sort_index": "2"}},
        {"ph": "M", "name": "thread_sort_index", "pid": 1, "tid": 6, "args": {"sort_index": "1"}},
    ]
    trace = loaded(tmp_path, events)
    assert [(lane.tid, len(lane.spans)) for lane in trace.lanes] == [(6, 1), (5, 2)]
    assert trace.counters[0].values.tolist() == [2.5]
    assert spans(trace)[1] == ("a", 0, 2_250)


def test_processes_of_one_name_have_their_labels(tmp_path: Path) -> None:
    events: list[Event] = []
    for pid in (0, 1):
        of = {"ph": "M", "pid": pid, "tid": 7}
        events += [
            {**of, "name": "process_name", "args": {"name": "python"}},
            {**of, "name": "process_labels", "args": {"labels": f"GPU {pid}"}},
            {**of, "name": "thread_name", "args": {"name": "stream"}},
            {**of, "ph": "X", "name": "k", "ts": pid, "dur": 1},
        ]
    lanes = loaded(tmp_path, events).lanes
    assert [lane.name for lane in lanes] == ["stream (python GPU 0)", "stream (python GPU 1)"]


def test_counters_alone_are_read(tmp_path: Path) -> None:
    events = [event("C", at, args={"used": at}) for at in (0, 3)]
    trace = loaded(tmp_path, events)
    assert (trace.lanes, trace.wall_ns) == ((), 3_000)
    assert trace.counters[0].values.tolist() == [0, 3]


def test_samples_are_a_lane_of_what_was_on_top(tmp_path: Path) -> None:
    frames = {"1": {"name": "main"}, "2": {"name": "f", "parent": "1"}}
    stacks = ["2", "2", "1", "2"]
    samples = [{"cpu": 0, "tid": 7, "ts": at, "sf": sf} for at, sf in enumerate(stacks)]
    whole: Event = {"traceEvents": [], "stackFrames": frames, "samples": samples}
    trace = loaded(tmp_path, whole)
    assert [lane.name for lane in trace.lanes] == ["samples 7"]
    assert spans(trace) == [("f", 0, 2_000), ("main", 2_000, 3_000), ("f", 3_000, 4_000)]
    assert spans(
        loaded(tmp_path, {**whole, "samples": [{"ts": "?"}], "traceEvents": [event("X", 0)]})
    )
