"""Chrome traces as tools make them: what becomes of their lanes, spans, names and counters.

`tests/data/traces` has files that the tools themselves wrote, with the names of folders changed:
VizTracer 1.1, PyTorch 2.15's profiler, Node.js 20 (Chromium's own tracing), tasks that Dask's
`get_task_stream` told, written as its users write them, Chromium 156, by
`tests.data.record_chrome`, and what Perfetto 58's `traceconv json` made of that.
"""

from __future__ import annotations

import gzip
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from paraviz.formats import SUFFIXES, load, save
from paraviz.trace import Lane, State, Trace
from paraviz.trace.intervals import union
from tests.unit.strategies import assert_same

TRACES = Path(__file__).parent.parent / "data" / "traces"
TOOLS = ("viztracer", "pytorch", "node", "dask", "chrome", "perfetto")
every_tool = pytest.mark.parametrize("tool", TOOLS)

PERFETTO = """{"traceEvents":[
{"args":{"name":"Main"},"cat":"__metadata","name":"thread_name","ph":"M","pid":7,"tid":8,"ts":0},
{"args":{"name":"Browser"},"cat":"__metadata","name":"process_name","ph":"M","pid":7,"tid":0,"ts":0},
{"args":{},"cat":"cat","dur":10,"name":"outer","ph":"X","pid":7,"tdur":4,"tid":8,"ts":1000,"tts":3},
{"args":{"a":[1,"]"]},"cat":"cat","dur":4,"name":"inner","ph":"X","pid":7,"tid":8,"ts":1002},
{"args":{},"bind_id":"0x1","bp":"e","cat":"f","flow_out":true,"id":"0x1","name":"f","ph":"s","pid":7,\
"tid":8,"ts":1003},
{"args":{},"cat":"cat","name":"instant","ph":"I","pid":7,"s":"t","tid":8,"ts":1005},
{"args":{},"cat":"a","id2":{"local":"0x2a"},"name":"async","ph":"b","pid":7,"tid":9,"ts":1000},
{"args":{},"cat":"a","id2":{"local":"0x2b"},"name":"other","ph":"b","pid":7,"tid":9,"ts":1004},
{"args":{},"cat":"a","id2":{"local":"0x2a"},"name":"async","ph":"e","pid":7,"tid":9,"ts":1006},
{"args":{},"cat":"a","id2":{"local":"0x2b"},"name":"other","ph":"e","pid":7,"tid":9,"ts":1012}],
"systemTraceEvents":
"# tracer: nop\\n]}",
"metadata":
{"telemetry":{"x":[1]},"trace_processor_stats":{"traced_buf":[{"a":1},{"a":2}]}}}"""
"""As Perfetto's `export_json.cc` writes: keys in their order, numbers of async spans under `id2`,
long texts behind the events."""


def content(tool: str) -> bytes:
    return gzip.decompress((TRACES / f"{tool}.json.gz").read_bytes())


def events(tool: str) -> list[dict[str, Any]]:
    told = json.loads(content(tool))
    return told if isinstance(told, list) else told["traceEvents"]


def names(trace: Trace) -> Counter[str]:
    return Counter(trace.span_names[name] for lane in trace.lanes for name in lane.spans.names)


@every_tool
def test_every_span_is_there_by_name(tool: str) -> None:
    trace = load(TRACES / f"{tool}.json.gz")
    spans = [event for event in events(tool) if event["ph"] in "XBb"]
    assert names(trace) == Counter(event["name"] for event in spans)
    assert not any("cut off" in notice for notice in trace.notices)


@every_tool
def test_spans_lie_in_their_lane_and_no_two_of_one_depth_overlap(tool: str) -> None:
    for lane in load(TRACES / f"{tool}.json.gz").lanes:
        spans = lane.spans
        assert (spans.starts >= lane.start_ns).all()
        assert (spans.ends <= lane.end_ns).all()
        for depth in np.unique(spans.depths):
            mine = spans.depths == depth
            assert (spans.starts[mine][1:] >= spans.ends[mine][:-1]).all()
        begins, ends = union(spans.starts, spans.ends)
        covered = (ends - begins).sum()
        lengths = np.diff(lane.states.starts, append=lane.end_ns)
        assert lengths[lane.states.states == State.RUNNING].sum() == covered


@every_tool
def test_traces_of_tools_come_back_from_every_format(tool: str, tmp_path: Path) -> None:
    trace = load(TRACES / f"{tool}.json.gz")
    for suffix in SUFFIXES:
        save(trace, tmp_path / f"again{suffix}")
        assert_same(trace, load(tmp_path / f"again{suffix}"))


@every_tool
def test_what_a_killed_tool_leaves_is_shown(tool: str, tmp_path: Path) -> None:
    whole = content(tool)
    for part in (0.3, 0.6, 0.9):
        # Behind its events VizTracer tells of files.
        cut = whole[: int(part * whole.rindex(b'"ph"'))]
        (tmp_path / "cut.json").write_bytes(cut)
        packed = gzip.compress(cut)
        (tmp_path / "cut.json.gz").write_bytes(packed[:-8])
        for name in ("cut.json", "cut.json.gz"):
            trace = load(tmp_path / name)
            assert names(trace) <= names(load(TRACES / f"{tool}.json.gz"))
            assert sum(names(trace).values()) > 0
            assert "the file is cut off; what came before is shown" in trace.notices


def test_viztracer_s_calls_and_variables() -> None:
    trace = load(TRACES / "viztracer.json.gz")
    assert [lane.name for lane in trace.lanes] == ["MainThread", "worker-0", "worker-1"]
    worker = trace.lanes[1]
    called = [
        trace.span_names[name].split(" ")[0]
        for name, depth in zip(worker.spans.names, worker.spans.depths, strict=True)
        if depth >= int(worker.spans.depths.max()) - 3 and "fib" in trace.span_names[name]
    ]
    assert called
    assert [(counter.name, counter.values.tolist()) for counter in trace.counters] == [
        ("depth", [3.0, 5.5]),
        ("both", [1.0]),
    ]


def test_pytorch_s_steps_are_around_its_operators() -> None:
    trace = load(TRACES / "pytorch.json.gz")
    assert [lane.name for lane in trace.lanes] == [
        "thread 19295 (python)",
        "Spans PyTorch Profiler",
    ]
    spans = trace.lanes[0].spans
    told = {
        trace.span_names[name]: depth
        for name, depth in zip(spans.names.tolist(), spans.depths.tolist(), strict=True)
    }
    assert told["step 0"] < told["aten::matmul"] < told["aten::mm"]


def names_in(trace: Trace, lane: Lane) -> list[str]:
    return [trace.span_names[name] for name in lane.spans.names.tolist()]


def test_chrome_s_main_threads_stand_first_and_twins_are_told_apart() -> None:
    lanes = [lane for lane in load(TRACES / "chrome.json.gz").lanes if lane.kind != "task"]
    mains = [lane.name.split(" ")[0] for lane in lanes if lane.kind == "process"]
    assert {"CrBrowserMain", "CrRendererMain", "CrGpuMain"} <= {*mains}
    first = {lane.pid: lane for lane in reversed(lanes)}
    assert {lane.name for lane in first.values() if lane.kind == "process"} == {
        lane.name for lane in lanes if lane.kind == "process"
    }
    called = [lane.name for lane in lanes]
    assert "Chrome_ChildIOThread (GPU Process)" in called
    assert "Chrome_ChildIOThread (Service: network.mojom.NetworkService)" in called
    assert len(set(called)) == len(called)


def test_what_a_page_measures_stands_below_its_thread() -> None:
    trace = load(TRACES / "chrome.json.gz")
    (page,) = [lane for lane in trace.lanes if "whole page" in names_in(trace, lane)]
    row = trace.lanes.index(page)
    thread = trace.lanes[row - 1]
    assert (page.kind, page.name, page.tid) == ("task", f"async {thread.name}", thread.tid)
    assert thread.name.startswith("CrRendererMain")
    assert "ThreadControllerImpl::RunTask" in names_in(trace, thread)
    (worker,) = [lane for lane in trace.lanes if "primes" in names_in(trace, lane)]
    assert worker.name.startswith("async DedicatedWorker thread")
    assert names_in(trace, worker).count("primes") == 2


def test_chrome_s_counters_are_those_of_a_process_each() -> None:
    counters = load(TRACES / "chrome.json.gz").counters
    told = [event for event in events("chrome") if event["ph"] == "C"]
    assert sum(len(counter.times) for counter in counters) == len(told)
    called = [counter.name for counter in counters]
    assert {"DEFAULT_TQ (Browser)", "DEFAULT_TQ (GPU Process)"} <= set(called)
    assert len(set(called)) == len(called)


def test_what_chrome_tells_and_is_not_shown_is_counted() -> None:
    phases = Counter(event["ph"] for event in events("chrome"))
    trace = load(TRACES / "chrome.json.gz")
    steps: dict[object, list[tuple[float, bool, object]]] = {}
    for each in events("chrome"):
        if each["ph"] in "stf":
            step = each["ts"], each["ph"] != "s", (each["pid"], each["tid"])
            steps.setdefault((each["cat"], str(each["id"])), []).append(step)
    across = sum(
        later[1] and earlier[2] != later[2]
        for flow in steps.values()
        for earlier, later in pairwise(sorted(flow, key=lambda step: step[:2]))
    )
    assert trace.flows is not None
    assert len(trace.flows) == across > 0
    (notice,) = trace.notices[1:]
    assert notice.startswith(f"not shown: {phases['n']} instants, ")
    assert trace.events + len(trace.bookmarks) == phases["I"] + phases["R"]


def test_dask_s_workers_are_lanes_side_by_side() -> None:
    lanes = load(TRACES / "dask.json.gz").lanes
    assert len(lanes) == 4
    assert all(lane.name.startswith("tcp://127.0.0.1:") for lane in lanes)


def test_perfetto_s_export(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(PERFETTO)
    trace = load(tmp_path / "t.json")
    main, tasks = trace.lanes
    assert main.name == "Main"
    assert [trace.span_names[name] for name in main.spans.names] == ["outer", "inner"]
    assert main.spans.depths.tolist() == [0, 1]
    assert [trace.span_names[name] for name in tasks.spans.names] == ["async", "other"]
    assert tasks.spans.starts.tolist() == [0, 4_000]
    assert tasks.spans.ends.tolist() == [6_000, 12_000]
    assert tasks.spans.depths.tolist() == [0, 1]
    assert trace.notices[1:] == ("not shown: 1 arrow",)
