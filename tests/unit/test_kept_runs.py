"""The last runs are kept within bounds, and the oldest go first."""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from paraviz.user import kept_runs
from paraviz.user.kept_runs import MOST, kept_folder, make_room, place_of

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 5, 17, 9, 30, 1)


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def put(number: int, size: int = 1) -> Path:
    path = place_of("printers", NOW)
    path.write_bytes(b"x" * size)
    os.utime(path, ns=(number, number))
    return path


def test_each_has_a_place_of_its_own_that_only_the_user_may_read() -> None:
    assert not kept_runs.kept_runs()
    places = [put(number) for number in range(3)]
    assert [path.name for path in places] == [
        "printers 2026-05-17 09.30.01.pviz",
        "printers 2026-05-17 09.30.01 2.pviz",
        "printers 2026-05-17 09.30.01 3.pviz",
    ]
    assert kept_runs.kept_runs() == places[::-1]
    assert kept_folder().stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    ("program", "stem"),
    [
        ("-m json.tool", "json"),
        ("/tmp/some folder/my prog.py", "my_prog"),
        ("../..", "run"),
        ("x" * 300, "x" * 60),
        ("a\x1b[31m\nb.py", "a_31m_b"),
    ],
)
def test_a_program_cannot_lead_it_elsewhere(program: str, stem: str) -> None:
    place = place_of(program, NOW)
    assert place.parent == kept_folder() and place.name.startswith(f"{stem} 2026")


def test_no_more_are_kept_than_may_be() -> None:
    places = [put(number) for number in range(MOST + 3)]
    make_room()
    assert kept_runs.kept_runs() == places[:2:-1]


def test_nor_more_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_runs, "MOST_BYTES", 100)
    places = [put(number, 40) for number in range(4)]
    make_room()
    assert kept_runs.kept_runs() == [places[3], places[2]]


def test_one_that_vanishes_meanwhile_hides_no_other(tmp_path: Path) -> None:
    place = put(1)
    (kept_folder() / "gone.pviz").symlink_to(tmp_path / "nothing")
    assert kept_runs.kept_runs() == [place]
