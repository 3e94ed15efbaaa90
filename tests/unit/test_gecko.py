"""Profiles of the Firefox profiler: one that Python's own sampler wrote, in the processed form, and
raw ones of Gecko's, made here after the format's description."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.trace import State, Trace
from tests.unit.strategies import assert_same

PYTHON = Path(__file__).parents[1] / "data/traces/gecko-python.json"
"""`python3.15 -m profiling.sampling run -a -r 200 --gecko` of two threads and a main one."""


def opened(profile: Any, tmp_path: Path) -> Trace:
    (tmp_path / "profile").write_text(json.dumps(profile))
    return load(tmp_path / "profile")


def raw(**thread: Any) -> dict[str, Any]:
    """A raw profile: `b` is called twice from `a`, then nothing is seen."""
    told = {
        "name": "GeckoMain",
        "pid": 7,
        "tid": 8,
        "registerTime": 0,
        "samples": {
            "schema": {"stack": 0, "time": 1, "eventDelay": 2},
            "data": [[0, 10.0], [1, 11.0], [2, 12.0], [0, 13.0], [None, 14.0], [1, 15.0]],
        },
        "markers": {
            "schema": {"name": 0, "startTime": 1, "endTime": 2, "phase": 3, "category": 4},
            "data": [[3, 11.5, None, 0, 0], [4, 10.5, None, 2, 0], [4, None, 13.5, 3, 0]],
        },
        "stackTable": {
            "schema": {"prefix": 0, "frame": 1, "category": 2},
            "data": [[None, 0, 0], [0, 1, 0], [0, 2, 0]],
        },
        "frameTable": {"schema": {"location": 0, "line": 1}, "data": [[1], [2, 5], [2, 6]]},
        "stringTable": ["", "a", "b", "click", "load"],
    }
    return {
        "meta": {"version": 30, "startTime": 1_700_000_000_000, "interval": 1, "processType": 0},
        "libs": [],
        "threads": [told | thread],
        "processes": [],
    }


def spans(trace: Trace, lane: int) -> list[tuple[str, float, float]]:
    own = trace.lanes[lane].spans
    return [
        (trace.span_names[name], begin / 1e6, end / 1e6)
        for name, begin, end in zip(own.names, own.starts, own.ends, strict=True)
    ]


def test_what_python_s_sampler_saw_is_there() -> None:
    trace, profile = load(PYTHON), json.loads(PYTHON.read_text())
    threads = [lane for lane in trace.lanes if lane.kind != "task"]
    assert [lane.tid for lane in threads] == [thread["tid"] for thread in profile["threads"]]
    texts = profile["shared"]["stringArray"]
    for lane, thread in zip(threads, profile["threads"], strict=True):
        functions = [
            texts[thread["funcTable"]["name"][thread["frameTable"]["func"][frame]]]
            for frame in thread["stackTable"]["frame"]
        ]
        seen: set[str] = set()
        for stack in thread["samples"]["stack"]:
            while stack is not None:
                seen.add(functions[stack])
                stack = thread["stackTable"]["prefix"][stack]
        assert {trace.span_names[name] for name in lane.spans.names} == seen
    markers = [lane for lane in trace.lanes if lane.kind == "task"]
    told = Counter(texts[name] for each in profile["threads"] for name in each["markers"]["name"])
    assert told == Counter(
        trace.span_names[name] for lane in markers for name in lane.spans.names.tolist()
    )
    assert trace.is_foreign
    assert "GIL" not in trace.notices[0]


def test_calls_last_from_the_first_look_to_the_first_that_did_not_see_them(tmp_path: Path) -> None:
    trace = opened(raw(), tmp_path)
    assert [lane.name for lane in trace.lanes] == ["GeckoMain", "markers GeckoMain"]
    assert spans(trace, 0) == [
        ("a", 0, 4),
        # Two lines of one function are one call.
        ("b", 1, 3),
        ("a", 5, 6),
        ("b", 5, 6),
    ]
    assert spans(trace, 1) == [("load", 0.5, 3.5)]
    assert trace.lanes[0].times.tolist() == [1_500_000]
    assert [thing.name for thing in trace.objects] == ["click"]
    assert trace.recorded_at.startswith("2023-11-14T22:13:20")


def test_cpu_time_tells_who_was_blocked(tmp_path: Path) -> None:
    samples = {
        "schema": {"stack": 0, "time": 1, "threadCPUDelta": 2},
        "data": [[0, 1, 0], [0, 2, 900], [0, 3, 0], [0, 4, 0], [0, 5, 800]],
    }
    states = opened(raw(samples=samples), tmp_path).lanes[0].states
    kinds = [State.RUNNING, State.BLOCKED, State.RUNNING]
    # Markers lived on to 13.5 ms, and nobody looked there.
    assert states.states.tolist()[:3] == kinds
    assert states.starts.tolist()[:3] == [0, 1_000_000, 3_000_000]


def test_children_s_times_count_from_their_own_begin(tmp_path: Path) -> None:
    child = raw(name="GeckoMain", pid=9)
    child["meta"] = {"startTime": 1_700_000_000_100, "interval": 1}
    profile = raw(markers={})
    profile["processes"] = [child]
    trace = opened(profile, tmp_path)
    assert [lane.start_ns for lane in trace.lanes[:2]] == [0, 100_000_000]


def test_looks_far_apart_say_nothing_of_between(tmp_path: Path) -> None:
    data = [[0, 1.0], [0, 2.0], [0, 3.0], [0, 500.0]]
    trace = opened(raw(samples={"schema": {"stack": 0, "time": 1}, "data": data}), tmp_path)
    assert [(begin, end) for _, begin, end in spans(trace, 0)] == [(0, 3), (499, 500)]
    assert trace.notices[1].startswith("1 time the looks were far apart")


def test_a_time_years_away_costs_its_look(tmp_path: Path) -> None:
    data = [[0, 1.0], [0, 2.0], [0, 9e14], [0, 3.0]]
    trace = opened(raw(samples={"schema": {"stack": 0, "time": 1}, "data": data}), tmp_path)
    assert "1 event without a usable time was passed over" in trace.notices
    assert spans(trace, 0) == [("a", 0, 3)]


@pytest.mark.parametrize("form", ["processed", "raw"])
def test_what_is_cut_or_flipped_opens_or_is_refused_in_one_line(form: str, tmp_path: Path) -> None:
    content = PYTHON.read_bytes() if form == "processed" else json.dumps(raw()).encode()
    chance = random.Random(2)
    for turn in range(20):
        broken = bytearray(content[: chance.randrange(len(content))] if turn % 3 == 0 else content)
        for _ in range(3):
            if broken:
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        (tmp_path / "broken").write_bytes(broken)
        try:
            load(tmp_path / "broken")
        except FormatError as error:
            assert "\n" not in error.message


@pytest.mark.parametrize("odd", [None, 3, "x", [], {}, [[]], {"length": 1, "time": ["x", {}]}])
def test_odd_tables_are_empty_ones(odd: Any, tmp_path: Path) -> None:
    for table in ("samples", "markers", "stackTable", "frameTable", "stringTable", "pid", "name"):
        try:
            opened(raw(**{table: odd}), tmp_path)
        except FormatError as error:
            assert "no event in it" in error.message


def test_it_comes_back_from_our_own_format(tmp_path: Path) -> None:
    trace = load(PYTHON)
    for suffix in (".pviz", ".json"):
        save(trace, tmp_path / f"again{suffix}")
        assert_same(trace, load(tmp_path / f"again{suffix}"))


def test_stacks_as_deep_as_you_like_take_no_long_time(tmp_path: Path) -> None:
    deep = 5_000
    stacks = {"schema": {"prefix": 0, "frame": 1}, "data": [[i - 1, i % 2] for i in range(deep)]}
    data = [[deep - 1 - at % 2, float(at)] for at in range(200)]
    trace = opened(
        raw(stackTable=stacks, samples={"schema": {"stack": 0, "time": 1}, "data": data}), tmp_path
    )
    assert int(np.max(trace.lanes[0].spans.depths)) == 1_999
