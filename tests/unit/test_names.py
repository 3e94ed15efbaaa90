"""What a lock or an end of a pipe is called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz.session.names import lock_name

if TYPE_CHECKING:
    from pathlib import Path


def named(folder: Path, text: str, target: int | None = None) -> str:
    file = folder / "work.py"
    file.write_text(text + "\n")
    return lock_name("Lock", str(file), 1, target)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("lock = Lock()", "lock"),
        ("    self._lock = Lock()", "self._lock"),
        ("locks[i, 0]: Any = Lock()", "locks[i, 0]"),
        ("use(Lock())", "Lock work.py:1"),
        ("lock == Lock()", "Lock work.py:1"),
        ("a, b = Lock(), Lock()", "Lock work.py:1"),
        ("queue = Queue(); lock = Lock()", "lock"),
        ("queue = Queue(); use(made())", "Lock work.py:1"),
    ],
)
def test_the_name_is_what_the_line_binds(tmp_path: Path, text: str, name: str) -> None:
    assert named(tmp_path, text) == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("a, b = Pipe()", ["a", "b"]),
        ("    (self.a, ends[0, 1]) = Pipe(False)", ["self.a", "ends[0, 1]"]),
        ("ends = Pipe()", ["ends", "ends"]),
        ("use(*Pipe())", ["Lock work.py:1"] * 2),
        ("(a, b), c = Pipe(), 1", ["Lock work.py:1"] * 2),
        ("a, b == Pipe()", ["Lock work.py:1"] * 2),
    ],
)
def test_of_two_that_one_call_makes_each_has_its_own(
    tmp_path: Path, text: str, names: list[str]
) -> None:
    for target, name in enumerate(names):
        (tmp_path / str(target)).mkdir()
        assert named(tmp_path / str(target), text, target) == name
