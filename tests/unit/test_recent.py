"""The list of recordings that were last written or opened."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from paraviz.user.recent_files import MOST, recent, remember

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the list is kept, in a folder of its own; it is not there yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "paraviz" / "recent.json"


def recordings(folder: Path, count: int) -> list[Path]:
    paths = [folder / f"{number}.pviz" for number in range(count)]
    for path in paths:
        path.write_bytes(b"")
    return paths


def test_without_a_list_there_are_none() -> None:
    assert recent() == ()


def test_the_newest_comes_first_and_each_once(tmp_path: Path) -> None:
    a, b, c = recordings(tmp_path, 3)
    for path in (a, b, c, b):
        remember(path)
    assert recent() == (b, c, a)


def test_a_path_is_kept_as_seen_from_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (path,) = recordings(tmp_path, 1)
    monkeypatch.chdir(tmp_path)
    remember(path.relative_to(tmp_path))
    monkeypatch.chdir("/")
    assert recent() == (path,)


def test_what_has_gone_is_left_out_until_it_is_there_again(tmp_path: Path) -> None:
    a, b = recordings(tmp_path, 2)
    for path in (a, b):
        remember(path)
    b.unlink()
    assert recent() == (a,)
    b.mkdir()
    assert recent() == (a,)
    b.rmdir()
    b.write_bytes(b"")
    assert recent() == (b, a)


def test_the_oldest_are_forgotten(file: Path, tmp_path: Path) -> None:
    paths = recordings(tmp_path, MOST + 3)
    for path in paths:
        remember(path)
    assert recent() == tuple(paths[: -MOST - 1 : -1])
    assert len(json.loads(file.read_text("utf-8"))) == MOST


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"7",
        b'{"a": 1}',
        b"[1, null, []]",
        b'["a\\u0000b"]',
        b'["\\ud800"]',
        json.dumps(["x" * 5_000]).encode(),
        json.dumps(["/x"] * 50_000).encode(),
    ],
)
def test_a_list_that_is_none_keeps_nobody_from_work(
    file: Path, tmp_path: Path, content: bytes
) -> None:
    file.parent.mkdir(parents=True)
    file.write_bytes(content)
    assert recent() == ()
    (path,) = recordings(tmp_path, 1)
    remember(path)
    assert recent() == (path,)


def test_where_nothing_can_be_written_nothing_is_kept(file: Path, tmp_path: Path) -> None:
    file.parent.parent.mkdir()
    file.parent.write_bytes(b"a file where a folder should be")
    (path,) = recordings(tmp_path, 1)
    remember(path)
    assert recent() == ()


def test_only_the_list_is_left_behind(file: Path, tmp_path: Path) -> None:
    for path in recordings(tmp_path, 2):
        remember(path)
    assert [each.name for each in file.parent.iterdir()] == [file.name]
