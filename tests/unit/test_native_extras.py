"""What native recordings hold beside events and states: spans, counters, CPUs, the index."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz.formats import load, save
from paraviz.formats.native import extras
from paraviz.formats.native.columns import DTYPES
from paraviz.formats.native.npz import MappedNpz, write_npz
from paraviz.trace.index import StateIndex, index_of
from paraviz.trace.model import Counter, Cpu, Spans, Stand
from tests import traces
from tests.unit.strategies import assert_same
from tests.unit.test_formats_safety import long
from tests.unit.test_native import members, meta_with, put, refusal, replaced, rewritten

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paraviz.trace import Trace
    from tests.unit.test_native import Members


def with_everything() -> Trace:
    """The locked printers with spans, a counter and a CPU."""
    trace = traces.printers(4, locked=True)
    starts, ends = np.array([0, 0, 5]), np.array([9, 5, 5])
    depths, names = np.array([0, 1, 1], np.uint16), np.array([1, 0, 0], np.int32)
    lanes = (trace.lanes[0], replace(trace.lanes[1], spans=Spans(starts, ends, depths, names)))
    return replace(
        trace,
        lanes=(*lanes, *trace.lanes[2:]),
        span_names=("inner", "outer"),
        counters=(Counter("depth", np.array([1, 4]), np.array([1.0, 0.5])),),
        cpus=(Cpu(3, np.array([2]), np.array([4]), np.array([1], np.int32)),),
        stands=(Stand(1, 3, 9, function="recv"), Stand(2, 4, 4, -1, "import", "import", "m", 1)),
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("span_starts", 1, -1), "out of order"),
        (put("span_starts", 0, -(1 << 60)), "absurd time"),
        (put("span_ends", 0, 1 << 60), "absurd time"),
        (put("span_ends", 2, 4), "ends before it begins"),
        (put("span_names", 0, 2), "name that is not there"),
        (put("span_names", 0, -1), "name that is not there"),
        (put("span_offsets", -1, 4), "wrong length"),
        (put("span_offsets", 1, 9), "out of order"),
        (put("name_offsets", -1, 99), "wrong length"),
        (put("name_offsets", 1, 99), "out of order"),
        (replaced("name_offsets", np.zeros(0, np.int64)), "does not fit"),
        (replaced("span_offsets", np.zeros(9, np.int64)), "does not fit"),
        (replaced("span_depths", np.zeros(3, np.uint8)), "wrong type"),
        (put("counter_times", 1, 0), "out of order"),
        (put("counter_values", 0, np.nan), "no number"),
        (put("counter_offsets", 1, 1), "wrong length"),
        (put("cpu_ends", 0, 1), "leaves a CPU before"),
        (put("cpu_lanes", 0, 3), "a lane that is not there"),
        (put("cpu_lanes", 0, -2), "a lane that is not there"),
        (meta_with(counters=["a", "b"]), "does not fit"),
        (meta_with(cpus=[-1]), "metadata are damaged"),
        (meta_with(stands=[{"lane_index": 9, "at_ns": 1, "until_ns": 1}]), "what is not there"),
        (meta_with(stands=[{"lane_index": -1, "at_ns": 1, "until_ns": 1}]), "are damaged"),
        (lambda parts: parts.pop("span_depths"), "only some are there"),
        (lambda parts: [parts.pop(f"cpu_{n}") for n in ("starts", "ends", "lanes", "offsets")], ""),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_damaged_spans_counters_and_cpus_are_refused(
    change: Callable[[Members], None], said: str, tmp_path: Path
) -> None:
    path = tmp_path / "t.pviz"
    rewritten(path, change, with_everything())
    assert said in refusal(path)


def test_spans_counters_and_cpus_are_views_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(with_everything(), path)
    trace = load(path)
    assert_same(with_everything(), trace)
    for column in (trace.lanes[1].spans.starts, trace.counters[0].values, trace.cpus[0].starts):
        assert not column.flags.owndata


def test_names_that_are_no_text_are_shown_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    rewritten(path, put("name_text", 0, 0xFF), with_everything())
    assert list(load(path).span_names) == ["\ufffdnner", "outer"]


def test_an_older_paraviz_reads_what_it_knows(tmp_path: Path) -> None:
    """What is new is in members and fields that it passes over; so the version stays."""
    path = tmp_path / "t.pviz"
    parts = members(path, with_everything())
    assert json.loads(bytes(parts["meta.json"]))["version"] == 1
    assert set(DTYPES) <= set(parts)
    old = {name: parts[name] for name in (*DTYPES, "meta.json")}
    meta = json.loads(bytes(old["meta.json"]))
    del meta["counters"], meta["cpus"], meta["stands"]
    old["meta.json"] = json.dumps(meta).encode()
    with path.open("wb") as file:
        write_npz(file, old)
    assert_same(traces.printers(4, locked=True), load(path))


@pytest.fixture
def indexed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A recording that has its index."""
    monkeypatch.setattr(extras, "INDEX_FROM", 0)
    save(long(with_everything(), 500), tmp_path / "t.pviz")
    return tmp_path / "t.pviz"


def test_a_long_recording_has_its_index(indexed: Path) -> None:
    trace = load(indexed)
    edges = np.linspace(0, trace.end_ns, 50).astype(np.int64)
    found = index_of(trace).in_columns(edges)
    expected = StateIndex(trace.lanes).in_columns(edges)
    assert found.times.tolist() == expected.times.tolist()
    assert found.rows.tolist() == expected.rows.tolist()
    assert trace.stored_index is not None
    assert not trace.stored_index["index_sums"].flags.owndata


def test_an_index_that_does_not_fit_is_made_anew(indexed: Path) -> None:
    trace = load(indexed)
    shorter = replace(trace, lanes=trace.lanes[:1])
    edges = np.linspace(0, trace.end_ns, 50).astype(np.int64)
    expected = StateIndex(shorter.lanes).time_in_states(edges)
    assert index_of(shorter).time_in_states(edges).tolist() == expected.tolist()


def test_a_hostile_index_tells_nonsense_and_nothing_else(indexed: Path) -> None:
    trace, mapped = load(indexed), MappedNpz(indexed)
    edges = np.linspace(-5, trace.end_ns + 5, 50).astype(np.int64)
    right = index_of(trace).time_in_states(edges)
    for seed in range(20):
        source = np.random.default_rng(seed)
        wrong = {
            name: source.integers(-(1 << 62), 1 << 62, len(mapped.column(name, dtype)))
            for name, dtype in extras._INDEX.items()
        }
        hostile = index_of(replace(trace, stored_index=wrong))
        assert hostile.time_in_states(edges).tolist() != right.tolist()
