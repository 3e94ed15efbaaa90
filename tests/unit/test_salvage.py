"""What is whole in a damaged recording opens, and what is missing is said."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz.cli import _exit_code
from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.formats.native.npz import MappedNpz, directory
from paraviz.formats.native.salvage import salvaged
from paraviz.text import language
from paraviz.text.notices import told_notice
from paraviz.trace import Trace
from paraviz.trace.model import Spans
from paraviz.trace.states.partition import state_totals

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "recordings"
SOURCE = SCENARIOS / "shared_array.pviz"
BYTES = SOURCE.read_bytes()
WHOLE = load(SOURCE)
END = "whatever came behind what is there"


def members() -> dict[str, tuple[int, int]]:
    return {each.name: (each.begin, each.end) for each in directory(MappedNpz(SOURCE)._map)}


def flipped(*names: str) -> bytes:
    """The file with one bit of each of these members turned, in the middle."""
    content = bytearray(BYTES)
    for name in names:
        begin, end = members()[name]
        content[(begin + end) // 2] ^= 0x10
    return bytes(content)


def read(content: bytes, tmp_path: Path) -> Trace:
    path = tmp_path / "damaged.pviz"
    path.write_bytes(content)
    return salvaged(path)


def missing(trace: Trace) -> list[str]:
    words = trace.notices[-1]
    assert words.startswith("the file is damaged: only what is whole is shown; missing: "), words
    return words.rpartition("missing: ")[2].split(", ")


def test_without_its_directory_all_that_is_there_is_had(tmp_path: Path) -> None:
    last = max(end for _begin, end in members().values())
    trace = read(BYTES[:last], tmp_path)
    assert missing(trace) == [END], "nobody knows what came behind it"
    for own, other in zip(trace.lanes, WHOLE.lanes, strict=True):
        assert (own.times == other.times).all() and own.text == other.text
        assert state_totals(own) == state_totals(other)
    with pytest.raises(FormatError, match="cut off"):
        load(tmp_path / "damaged.pviz")


@pytest.mark.parametrize(
    ("names", "lost"),
    [
        (("times.npy",), ["the events", "the lines of the source", "the output"]),
        (("states.npy",), ["the states as they were seen"]),
        (("sites.npy",), ["the lines of the source"]),
        (("text.npy",), ["the output"]),
        (("text.npy", "causes.npy"), ["the states as they were seen", "the output"]),
        (("cpu_starts.npy",), ["spans and arrows and counters and CPUs"]),
    ],
)
def test_what_has_a_wrong_byte_is_missing_and_nothing_else(
    names: tuple[str, ...], lost: list[str], tmp_path: Path
) -> None:
    trace = read(flipped(*names), tmp_path)
    assert missing(trace) == lost
    assert [lane.name for lane in trace.lanes] == [lane.name for lane in WHOLE.lanes]
    kept = "the events" not in lost
    assert [len(lane.times) for lane in trace.lanes] == [
        len(lane.times) if kept else 0 for lane in WHOLE.lanes
    ]
    if kept:
        assert trace.dropped == WHOLE.dropped
    else:
        assert trace.dropped == sum(lane.emitted for lane in WHOLE.lanes), "they are counted"
        assert not trace.program.claims, "nothing is said of what was not seen"
    if "the states as they were seen" in lost:
        assert trace.truth == "inferred" and all(len(lane.states) for lane in trace.lanes)
    else:
        assert [*map(state_totals, trace.lanes)] == [*map(state_totals, WHOLE.lanes)]
    assert any(lane.text for lane in trace.lanes) == ("the output" not in lost)


def test_spans_that_are_cut_off_are_not_missing_in_silence(tmp_path: Path) -> None:
    spans = Spans(
        *(np.array([at], kind) for at, kind in ((0, "i8"), (5, "i8"), (0, "u2"), (0, "i4")))
    )
    lanes = tuple(replace(lane, spans=spans) for lane in WHOLE.lanes)
    path = tmp_path / "spans.pviz"
    save(replace(WHOLE, lanes=lanes, span_names=("call",)), path)
    (first,) = [each for each in directory(MappedNpz(path)._map) if each.name == "span_starts.npy"]
    content = path.read_bytes()
    for cut in (first.begin - 20, first.begin + 5):
        trace = read(content[:cut], tmp_path)
        assert not any(len(lane.spans) for lane in trace.lanes) and END in missing(trace)
    flipped_one = bytearray(content)
    flipped_one[first.end - 1] ^= 1
    assert missing(read(bytes(flipped_one), tmp_path)) == ["spans and arrows and counters and CPUs"]
    rescued = read(content, tmp_path)
    assert rescued.notices[-1] == "the file is damaged, but of what it holds nothing is missing"


def test_it_can_be_saved_drawn_and_told_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged, rescued, picture = (tmp_path / each for each in ("a.pviz", "b.pviz", "c.txt"))
    damaged.write_bytes(BYTES[: len(BYTES) // 2])
    assert _exit_code(["info", str(damaged)]) != 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("cut off · paraviz salvage keeps what is whole")
    assert _exit_code(["salvage", str(damaged), str(rescued)]) == 0
    assert "missing: the events" in capsys.readouterr().err
    assert _exit_code(["info", str(rescued)]) == 0
    assert "missing: the events" in " ".join(capsys.readouterr().out.split())
    assert _exit_code(["screenshot", str(rescued), "-o", str(picture), "--size", "80x24"]) == 0
    assert "events lost" in picture.read_text()


def test_what_is_no_recording_is_refused_in_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "x.pviz"
    for content in (b"", b"nothing", BYTES[:100], b"PK\3\4" * 1_000, BYTES[:2] * 5):
        path.write_bytes(content)
        assert _exit_code(["salvage", str(path), str(tmp_path / "y.pviz")]) != 0
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and str(path) in told
        assert not (tmp_path / "y.pviz").exists()
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "nothing of ours")
    assert _exit_code(["salvage", str(path), str(tmp_path / "y.pviz")]) != 0


def test_hostile_directories_cost_no_more_than_the_file(tmp_path: Path) -> None:
    # Two million beginnings of headers; and a directory that names the same bytes again and again.
    with pytest.raises(FormatError):
        read(b"PK\3\4" * 2_000_000, tmp_path)
    path = tmp_path / "again.pviz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("meta.json", bytes(1_000_000))
        for number in range(900):
            info = archive.getinfo("meta.json")
            other = zipfile.ZipInfo(f"{number}.npy")
            for name in ("header_offset", "file_size", "compress_size", "CRC"):
                setattr(other, name, getattr(info, name))
            archive.filelist.append(other)
    with pytest.raises(FormatError):
        salvaged(path)


def test_it_is_told_in_german(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    notice = read(flipped("times.npy"), tmp_path).notices[-1]
    monkeypatch.setattr(language, "_chosen", "de")
    assert "es fehlen: die Ereignisse, die Zeilen des Quelltexts" in told_notice(notice)


def test_whatever_is_wrong_it_opens_or_is_refused(tmp_path: Path) -> None:
    chance = random.Random(20)
    opened = 0
    for _round in range(150):
        content = bytearray(BYTES[: chance.choice((len(BYTES), chance.randrange(len(BYTES))))])
        for _flip in range(chance.randrange(4)):
            if content:
                content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            trace = read(bytes(content), tmp_path)
        except FormatError:
            continue
        opened += 1
        save(trace, tmp_path / "again.pviz")
        assert load(tmp_path / "again.pviz").notices == trace.notices
        assert all(np.diff(lane.times).min(initial=0) >= 0 for lane in trace.lanes)
    assert opened > 75
