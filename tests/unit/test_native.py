"""Native recordings: readable by NumPy, mapped in place, and proof against damage."""

from __future__ import annotations

import json
import random
import struct
import zipfile
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.formats.native import npz
from paraviz.formats.native.columns import DTYPES
from paraviz.formats.native.meta import META_LIMIT, TIME_LIMIT_NS
from paraviz.formats.native.npz import MappedNpz, write_npz
from tests import traces
from tests.trying import tries
from tests.unit.strategies import assert_same

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    from paraviz.trace import Trace

    Members = dict[str, bytes | NDArray[Any]]


def members(path: Path, trace: Trace | None = None) -> Members:
    """What a recording consists of, of the locked printers if of no other."""
    save(trace or traces.printers(4, locked=True), path)
    with np.load(path, allow_pickle=False) as archive:
        return {
            name: archive[name] if name != "meta.json" else bytes(archive[name])
            for name in archive.files
        }


def rewritten(path: Path, change: Callable[[Members], object], trace: Trace | None = None) -> None:
    """A recording with something changed."""
    parts = members(path, trace)
    change(parts)
    with path.open("wb") as file:
        write_npz(file, parts)


def refusal(path: Path) -> str:
    with pytest.raises(FormatError) as caught:
        load(path)
    assert caught.value.message.isprintable()
    return caught.value.message.removeprefix(f"{path}: ")


def test_numpy_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    parts = members(path)
    with np.load(path, allow_pickle=False) as archive:
        assert set(archive.files) == set(parts)
        for name in DTYPES:
            assert archive[name].tolist() == parts[name].tolist()  # type: ignore[union-attr]
            assert archive[name].dtype == DTYPES[name]
        meta = json.loads(archive["meta.json"])
    assert meta["version"] == 1
    assert meta["program"]["name"] == "printers"
    assert zipfile.ZipFile(path).testzip() is None


def test_members_are_stored_at_multiples_of_64_bytes(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    content = path.read_bytes()
    for info in zipfile.ZipFile(path).infolist():
        lengths = struct.unpack_from("<2H", content, info.header_offset + 26)
        assert (info.header_offset + 30 + sum(lengths)) % 64 == 0
        assert info.compress_type == zipfile.ZIP_STORED


def test_columns_are_views_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    lane = load(path).lanes[1]
    for column in (lane.times, lane.kinds, lane.objects, lane.values, lane.states.starts):
        assert column.flags.aligned
        assert not column.flags.writeable
        assert not column.flags.owndata


def test_big_members_use_zip64(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", -1)
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    monkeypatch.undo()
    assert b"PK\6\6" in path.read_bytes()
    assert_same(traces.printers(), load(path))
    with np.load(path) as archive:
        assert len(archive["times"]) == traces.printers().events


def test_members_nobody_knows_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    rewritten(path, lambda parts: parts.update(index=np.arange(3)))
    assert_same(traces.printers(4, locked=True), load(path))


def test_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    rewritten(path, lambda parts: parts.update({"meta.json": b'{"version": 7, "all": "new"}'}))
    assert refusal(path) == "made by a newer paraviz (format 7); this one reads up to 1"


def put(name: str, row: int, value: float) -> Callable[[Members], None]:
    def change(parts: Members) -> None:
        parts[name][row] = value  # type: ignore[index]

    return change


def replaced(name: str, content: bytes | NDArray[Any]) -> Callable[[Members], None]:
    return lambda parts: parts.update({name: content})


def meta_with(**changes: object) -> Callable[[Members], None]:
    def change(parts: Members) -> None:
        meta = json.loads(bytes(parts["meta.json"]))
        lane = changes.pop("lane", {})
        meta["lanes"][0].update(lane)
        parts["meta.json"] = json.dumps(meta | changes).encode()

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (put("times", 3, -1), "out of order"),
        (put("times", -1, TIME_LIMIT_NS + 1), "absurd time"),
        (put("kinds", 0, 0), "unknown kind"),
        (put("kinds", 0, 250), "unknown kind"),
        (put("objects", 1, -2), "not there"),
        (put("objects", 1, 3), "not there"),
        (put("objects", 7, 4), "not there"),
        (put("sites", 0, -2), "not there"),
        (put("sites", 0, 99), "not there"),
        (put("values", 7, -1), "absurd length"),
        (put("values", 7, 1 << 40), "absurd length"),
        (put("event_offsets", 1, -1), "out of order"),
        (put("event_offsets", 1, 1 << 40), "out of order"),
        (put("event_offsets", 0, 1), "out of order"),
        (put("event_offsets", -1, 10**6), "wrong length"),
        (put("states", 0, 0), "unknown state"),
        (put("states", 0, 6), "unknown state"),
        (put("state_starts", 0, -1), "do not fit"),
        (put("state_starts", -1, 1 << 50), "do not fit"),
        (put("state_starts", 1, 0), "out of order"),
        (put("causes", 0, -(1 << 20)), "not there"),
        (put("causes", 0, 9), "not there"),
        (put("text", 0, 0xFF), "not UTF-8"),
        (replaced("times", np.arange(3)), "wrong length"),
        (replaced("times", np.arange(3.0)), "wrong type"),
        (replaced("times", np.arange(4).reshape(2, 2)), "no plain column"),
        (replaced("times", np.array(5)), "no plain column"),
        (replaced("kinds", np.zeros(3, np.int64)), "wrong type"),
        (replaced("state_offsets", np.zeros(9, np.int64)), "does not fit"),
        (replaced("meta.json", b"{"), "metadata are damaged"),
        (replaced("meta.json", b"[]"), "metadata are damaged"),
        (replaced("meta.json", b'{"version": "1"}'), "metadata are damaged"),
        (replaced("meta.json", b'{"version": 1}'), "metadata are damaged"),
        (replaced("meta.json", b'{"version":1,"x":' + b"[" * 10**6), "metadata are damaged"),
        (replaced("meta.json", b'{"version":1,"x":"\xff"}'), "metadata are damaged"),
        (replaced("meta.json", b" " * (META_LIMIT + 1)), "too long"),
        (meta_with(lane={"end_ns": -1}), "ends before it begins"),
        (meta_with(lane={"end_ns": 1 << 70}), "metadata are damaged"),
        (meta_with(lane={"kind": "fibre"}), "metadata are damaged"),
        (meta_with(lane={"pid": 1 << 70}), "metadata are damaged"),
        (meta_with(switch_interval_s=-1.0), "metadata are damaged"),
        (meta_with(switch_interval_s=1e300), "metadata are damaged"),
        (meta_with(lanes=[]), "does not fit"),
        (lambda parts: parts.pop("kinds"), "kinds.npy is missing"),
        (lambda parts: parts.pop("meta.json"), "meta.json is missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_damage_is_refused(change: Callable[[Members], None], said: str, tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    rewritten(path, change)
    assert said in refusal(path)


@pytest.mark.parametrize("count", [2, 4])
def test_a_column_as_long_as_its_member_is_the_only_one_believed(
    count: int, tmp_path: Path
) -> None:
    path = tmp_path / "t.pviz"
    shape = b"{'descr': '<i8', 'fortran_order': False, 'shape': (%d,), }" % count
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + shape.ljust(117) + b"\n"
    archive(path, {"times.npy": header + bytes(3 * 8), "more.npy": bytes(99)})
    with pytest.raises(FormatError, match="times has a wrong length"):
        MappedNpz(path).column("times", np.dtype("<i8"))


def test_lives_too_long_to_add_up_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"

    def change(parts: Members) -> None:
        meta = json.loads(bytes(parts["meta.json"]))
        lane = meta["lanes"][0] | {"start_ns": -TIME_LIMIT_NS, "end_ns": TIME_LIMIT_NS}
        meta["lanes"] = [lane] * 100
        parts["meta.json"] = json.dumps(meta).encode()
        for name, dtype in DTYPES.items():
            parts[name] = np.zeros(101 if name.endswith("offsets") else 0, dtype)

    rewritten(path, change)
    assert "impossibly long" in refusal(path)


def archive(path: Path, parts: dict[str, bytes], compression: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", compression) as made:
        for name, content in parts.items():
            made.writestr(name, content)


def test_compressed_members_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "bomb.pviz"
    archive(path, {"meta.json": bytes(1 << 20)}, zipfile.ZIP_DEFLATED)
    assert "'meta.json' is compressed" in refusal(path)


def test_pickles_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    with np.load(path) as whole:
        columns = {name: whole[name] for name in whole.files if name != "meta.json"}
        meta = whole["meta.json"]
    columns["times"] = columns["times"].astype(object)
    with path.open("wb") as file:
        np.savez(file, **columns)
    with zipfile.ZipFile(path, "a") as more:
        more.writestr("meta.json", meta)
    assert refusal(path) == "damaged: times is no plain column"


def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    with zipfile.ZipFile(path, "a") as more, pytest.warns(UserWarning, match="Duplicate"):
        more.writestr("times.npy", b"")
    assert "'times.npy' is there twice" in refusal(path)


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    archive(path, {str(number): b"" for number in range(npz.MEMBER_LIMIT + 1)})
    assert "too many members" in refusal(path)


@pytest.mark.parametrize("content", [b"PK", b"not a zip at all" * 9, bytes(100), b"PK\5\6"])
def test_what_is_no_recording_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    path.write_bytes(content)
    refusal(path)


@pytest.mark.tries
def test_every_truncation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "t.pviz"
    save(traces.printers(), path)
    whole = path.read_bytes()
    for length in random.Random(1).sample(range(len(whole)), tries(len(whole))):
        path.write_bytes(whole[:length])
        refusal(path)


@pytest.mark.tries
def test_random_damage_gives_a_trace_or_one_clear_line(tmp_path: Path) -> None:
    """A flipped bit in a column may go unseen; what comes out is a valid trace then."""
    path = tmp_path / "t.pviz"
    save(traces.printers(4, locked=True), path)
    whole = path.read_bytes()
    refused = 0
    for seed in range(tries(3_000)):
        random_source = random.Random(seed)
        damaged = bytearray(whole)
        for _ in range(random_source.randint(1, 8)):
            at = random_source.randrange(len(damaged))
            length = random_source.choice([1, 1, 2, 8])
            damaged[at : at + length] = random_source.choice(
                [random_source.randbytes(length), bytes(length), b"\xff" * length, b""]
            )
        path.write_bytes(damaged)
        try:
            loaded = load(path)
        except FormatError as error:
            refused += 1
            assert error.message.isprintable(), seed
        else:
            save(loaded, tmp_path / "again.pviz")
    assert tries(1_000) < refused < tries(3_000)
