"""Loading and saving: every format carries every trace, and a file appears whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, BinaryIO

import pytest
from hypothesis import given
from msgspec.structs import replace

from paraviz import events as ev
from paraviz import formats
from paraviz.errors import FormatError, WriteError
from paraviz.formats import SUFFIXES, load, save
from paraviz.formats.native import format as native
from paraviz.formats.native.meta import escape, unescape
from paraviz.trace import Trace
from tests import traces
from tests.unit.strategies import assert_same, whole_traces

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.formats.progress import Progress

every_format = pytest.mark.parametrize("suffix", [".pviz", ".json", ".json.gz"])


def test_the_known_suffixes() -> None:
    assert SUFFIXES == (".pviz", ".json", ".json.gz")


@every_format
@given(trace=whole_traces())
def test_a_trace_comes_back_equal(suffix: str, trace: Trace, tmp_path: Path) -> None:
    path = tmp_path / f"trace{suffix}"
    save(trace, path)
    assert_same(trace, load(path))


@every_format
@pytest.mark.parametrize("locked", [False, True])
def test_the_printers_come_back_equal(suffix: str, locked: bool, tmp_path: Path) -> None:
    trace = traces.printers(locked=locked)
    save(trace, str(tmp_path / f"trace{suffix}"))
    assert_same(trace, load(str(tmp_path / f"trace{suffix}")))


@every_format
def test_any_text_comes_back(suffix: str, tmp_path: Path) -> None:
    text = "\0a\ud800\udc00é🙂\r\n\x1b[31m\udcff"
    lane = traces.lane(text, [(1, ev.WRITE, 1, 3), (2, ev.WRITE, 1, 9)], end_ns=9, text=text)
    trace = traces.trace([lane], name=text)
    save(trace, tmp_path / f"trace{suffix}")
    assert_same(trace, load(tmp_path / f"trace{suffix}"))


@every_format
def test_the_same_trace_makes_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    save(traces.printers(), one)
    save(traces.printers(), other)
    assert one.read_bytes() == other.read_bytes()


def test_what_is_loaded_can_be_saved_over_its_own_file(tmp_path: Path) -> None:
    path = tmp_path / "trace.pviz"
    save(traces.printers(), path)
    loaded = load(path)
    save(loaded, path)
    save(traces.printers(3), path)
    assert_same(traces.printers(), loaded)
    assert_same(traces.printers(3), load(path))


@pytest.mark.parametrize("text", ["\0", "\0" + "0041", "\ud800", "\udcff\0", "\0" + "d800"])
def test_what_json_cannot_say_is_escaped_and_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text
    assert escape(text).encode()


def test_a_live_trace_is_not_live_in_a_file(tmp_path: Path) -> None:
    save(replace(traces.printers(), live=True), tmp_path / "trace.pviz")
    assert not load(tmp_path / "trace.pviz").live


def test_suffixes_are_told_apart_whatever_their_case(tmp_path: Path) -> None:
    save(traces.printers(), tmp_path / "a.b.JSON.GZ")
    assert (tmp_path / "a.b.JSON.GZ").read_bytes().startswith(b"\x1f\x8b")
    assert load(tmp_path / "a.b.JSON.GZ").program.name == "printers"


@pytest.mark.parametrize("name", ["trace", "trace.txt", "trace.gz", "pviz", "nul\0.pviz"])
def test_other_names_are_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        save(traces.trace([]), tmp_path / name)
    assert "\0" in name or ".pviz, .json or .json.gz" in caught.value.message
    assert caught.value.message.isprintable()
    with pytest.raises(FormatError):
        load(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


@every_format
def test_what_cannot_be_read_is_one_line(suffix: str, tmp_path: Path) -> None:
    (tmp_path / f"folder{suffix}").mkdir()
    (tmp_path / f"empty{suffix}").touch()
    os.mkfifo(tmp_path / f"pipe{suffix}")
    for name, said in {
        "missing": "No such file",
        "folder": "not a regular file",
        "pipe": "not a regular file",
        "empty": "",
        "new\nline": "No such file",
    }.items():
        with pytest.raises(FormatError) as caught:
            load(tmp_path / f"{name}{suffix}")
        assert said in caught.value.message
        assert caught.value.message.isprintable()
        assert suffix in caught.value.message


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make native writing fail after half of it."""

    def write(trace: Trace, file: BinaryIO, progress: Progress | None) -> None:
        native.write(trace, file, progress)
        file.seek(100)
        file.truncate()
        raise error

    (known,) = native.FORMATS
    monkeypatch.setattr(formats, "_FORMATS", (replace(known, write=write),))


@pytest.mark.parametrize("old", [b"old", None])
def test_a_full_disk_leaves_the_old_file_whole(
    old: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trace.pviz"
    if old is not None:
        path.write_bytes(old)
    failing(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    with pytest.raises(WriteError) as caught:
        save(traces.printers(), path)
    assert caught.value.message == f"{path}: No space left on device"
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [old] * (old is not None)


def test_an_interrupted_save_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        save(traces.printers(), tmp_path / "trace.pviz")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_folder_in_the_way_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="No such file or directory"):
        save(traces.printers(), tmp_path / "missing" / "trace.pviz")
    (tmp_path / "trace.pviz").mkdir()
    with pytest.raises(WriteError, match="not a regular file"):
        save(traces.printers(), tmp_path / "trace.pviz")


def test_the_disk_has_it_before_the_name_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    sync, put = os.fsync, os.replace

    def noted_sync(descriptor: int) -> None:
        steps.append("fsync")
        sync(descriptor)

    def noted_put(source: str, target: str) -> None:
        steps.append("replace")
        put(source, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(os, "replace", noted_put)
    save(traces.printers(), tmp_path / "trace.pviz")
    assert steps == ["fsync", "replace"]


@pytest.mark.parametrize("umask", [0o022, 0o077, 0o002])
def test_a_new_recording_is_its_owners_alone(umask: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        save(traces.printers(), tmp_path / "trace.pviz")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "trace.pviz").stat().st_mode) == 0o600


def test_a_replaced_file_keeps_its_permissions_and_a_link_its_target(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    target, link = tmp_path / "far" / "target.pviz", tmp_path / "link.pviz"
    target.touch()
    target.chmod(0o640)
    link.symlink_to(target)
    save(traces.printers(), link)
    assert link.is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert load(target).program.name == "printers"
    assert [path.name for path in tmp_path.rglob("*.tmp")] == []


def test_a_name_as_long_as_the_file_system_takes(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 250 + ".pviz")
    save(traces.printers(), path)
    assert load(path).program.name == "printers"


def test_a_trace_that_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    lane = traces.lane("t", [(5, 10, 1, 0), (3, 10, 1, 0)], end_ns=10)
    for suffix in SUFFIXES:
        with pytest.raises(WriteError, match="out of order"):
            save(Trace(program=traces.printers().program, lanes=(lane,)), tmp_path / f"t{suffix}")
    assert list(tmp_path.iterdir()) == []
