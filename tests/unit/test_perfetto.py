"""Perfetto's protobuf traces, written by its own messages (`tests/data/make_perfetto.py`)."""

from __future__ import annotations

import random
import zlib
from pathlib import Path

import numpy as np
import pytest

from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.formats.perfetto.wire import Broken, message
from paraviz.trace import State, Trace
from tests.unit.strategies import assert_same

TRACES = Path(__file__).parents[1] / "data/traces"
SYSTEM, APP = TRACES / "perfetto.pftrace", TRACES / "perfetto-app.pftrace"


def spans(trace: Trace, lane: str) -> list[tuple[str, int, float, float]]:
    own = next(each for each in trace.lanes if each.name == lane).spans
    columns = (own.names.tolist(), own.depths.tolist(), own.starts.tolist(), own.ends.tolist())
    return [
        (trace.span_names[name], depth, begin / 1e6, end / 1e6)
        for name, depth, begin, end in zip(*columns, strict=True)
    ]


def states(trace: Trace, lane: str) -> list[tuple[float, State]]:
    own = next(each for each in trace.lanes if each.name == lane).states
    return [(at / 1e6, State(state)) for at, state in zip(own.starts, own.states, strict=True)]


def field(number: int, content: bytes | int) -> bytes:
    """A field as it is written; short ones."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    return varint(number << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])


def opened(content: bytes, tmp_path: Path) -> Trace:
    (tmp_path / "trace").write_bytes(content)
    return load(tmp_path / "trace")


@pytest.mark.parametrize("path", [SYSTEM, APP])
def test_what_happened_on_tracks_is_there(path: Path) -> None:
    trace = load(path)
    last = 12.0 if path == SYSTEM else 11.0
    # What never ends lasts as long as anything is known.
    assert spans(trace, "main") == [
        ("handle", 0, 0, 10),
        ("parse", 1, 0, 2),
        ("never ends", 0, 11, last),
    ]
    assert spans(trace, "worker") == [("compute", 0, 3, 8)]
    assert spans(trace, "requests") == [("GET /", 0, 3, 9), ("PUT /", 1, 4, 7)]
    (counter,) = trace.counters
    assert (counter.name, counter.values.tolist()) == ("memory", [3 * 1024, 5 * 1024])
    assert counter.times.tolist() == [5_000_000, 6_000_000]
    assert trace.flows is not None
    assert (trace.flows.from_ns.tolist(), trace.flows.to_ns.tolist()) == ([2_000_000], [3_000_000])
    assert [thing.name for thing in trace.objects] == ["parsed"]
    assert {lane.pid for lane in trace.lanes[:3]} == {100}
    assert trace.is_foreign


def test_states_are_the_kernel_s_where_it_told() -> None:
    trace = load(SYSTEM)
    assert states(trace, "main") == [
        (0, State.RUNNING),
        (3, State.BLOCKED),
        (7, State.WAITING_CPU),
        (8, State.RUNNING),
    ]
    assert states(trace, "worker") == [
        (2, State.WAITING_CPU),
        (3, State.RUNNING),
        (5, State.WAITING_CPU),
        (6, State.RUNNING),
        (8, State.BLOCKED),
    ]
    assert states(trace, "gone") == [(1, State.RUNNING)]
    assert trace.lanes[[lane.name for lane in trace.lanes].index("gone")].end_reason == "ended"
    names = [[trace.lanes[lane].name for lane in cpu.lanes] for cpu in trace.cpus]
    assert names == [["main", "worker", "other", "worker", "main"], ["gone"]]
    assert (trace.truth, trace.wakings, trace.gil) == ("kernel", True, False)
    assert trace.recorded_at.startswith("2023-11-14T22:13:20")
    assert load(APP).truth == "inferred"


def test_reports_say_nothing_of_a_gil() -> None:
    from paraviz.analysis.reports.summary_text import summary_text

    for path in (SYSTEM, APP):
        told = summary_text(load(path))
        assert "GIL" not in told
        assert "lock" not in told.replace("blocked", "")
        assert ("for CPU" in told) == (path == SYSTEM)


@pytest.mark.parametrize("path", [SYSTEM, APP])
def test_it_comes_back_from_our_own_format(path: Path, tmp_path: Path) -> None:
    trace = load(path)
    for suffix in (".pviz", ".json"):
        save(trace, tmp_path / f"again{suffix}")
        assert_same(trace, load(tmp_path / f"again{suffix}"))


def test_what_is_cut_or_flipped_opens_or_is_refused_in_one_line(tmp_path: Path) -> None:
    chance = random.Random(3)
    for turn in range(60):
        content = (APP if turn % 2 else SYSTEM).read_bytes()
        broken = bytearray(content[: chance.randrange(len(content))] if turn % 3 == 0 else content)
        for _ in range(turn % 4):
            if broken:
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        try:
            opened(bytes(broken), tmp_path)
        except FormatError as error:
            assert "\n" not in error.message


def test_one_bad_packet_costs_that_packet(tmp_path: Path) -> None:
    good = APP.read_bytes()
    trace = opened(good + field(1, b"\x5a\x05ab"), tmp_path)
    place = f"{len(good):,}"
    assert any(notice.endswith(f"at byte {place}") for notice in trace.notices)
    assert spans(trace, "worker") == [("compute", 0, 3, 8)]
    cut = opened(good[:-3], tmp_path)
    assert "the file is cut off; what came before is shown" in cut.notices


def test_a_time_years_away_costs_its_event(tmp_path: Path) -> None:
    far = field(10, 7) + field(8, 1 << 61) + field(11, field(9, 3) + field(11, 3))
    trace = opened(APP.read_bytes() + field(1, far), tmp_path)
    assert "1 event without a usable time was passed over" in trace.notices
    assert trace.wall_ns == 11_000_000


def test_what_unpacks_to_too_much_is_refused(tmp_path: Path) -> None:
    bomb = zlib.compress(bytes(200 << 20), 9)
    with pytest.raises(FormatError):
        opened(field(1, field(10, 7)) + field(1, field(50, bomb)), tmp_path)


def test_events_of_kinds_that_are_not_drawn_are_counted(tmp_path: Path) -> None:
    trace = opened(APP.read_bytes() + field(1, field(66, field(1, 5))) * 3, tmp_path)
    assert "not shown: 3 records of other kinds" in trace.notices


@pytest.mark.parametrize(
    "content", [b"\x80" * 11, b"\x0a\x05a", b"\x0b", b"\x09abc", b"\x00\x01", b"\x08"]
)
def test_what_is_no_message_is_told(content: bytes) -> None:
    with pytest.raises(Broken):
        message(content, 0, len(content))


def test_an_empty_line_before_json_is_no_perfetto(tmp_path: Path) -> None:
    trace = opened(b'\n[{"ph": "X", "pid": 1, "tid": 1, "ts": 1, "dur": 2, "name": "a"}]', tmp_path)
    assert np.array_equal(trace.lanes[0].spans.ends, [2_000])
