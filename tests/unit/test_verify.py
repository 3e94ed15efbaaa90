"""A program that does the same observed is said to, one that looks for paraviz is caught."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from paraviz.verifying.comparing import compared
from paraviz.verifying.running import How, Run
from paraviz.verifying.telling import told

if TYPE_CHECKING:
    from pathlib import Path

NOTICES = """
import pathlib, sys
watched = "paraviz.observe" in sys.modules
print("same in both")
print("watched" if watched else "alone", file=sys.stderr)
pathlib.Path("seen.txt").write_text(str(watched))
print(pathlib.Path("input.txt").read_text(), end="")
sys.exit(3 if watched else 0)
"""
HEALTHY = """
import threading
for n in range(3):
    thread = threading.Thread(target=print, args=(n,))
    thread.start()
    thread.join()
open("written.txt", "w").write("x")
raise ValueError("on purpose")
"""


def verify(folder: Path, text: str) -> tuple[int, dict[str, Any]]:
    (folder / "program.py").write_text(text)
    (folder / "input.txt").write_text("read\n")
    command = [sys.executable, "-m", "paraviz", "verify", "--runs", "1", "--json", "program.py"]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, found


def test_what_differs_is_told_by_kind_and_nothing_is_written_here(tmp_path: Path) -> None:
    code, found = verify(tmp_path, NOTICES)
    assert code == 1 and not found["same"]
    assert {each["what"] for each in found["differs"]} == {"exit code", "stderr", "files"}
    assert found["observed"][0]["exit_code"] == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["input.txt", "program.py"]


def test_the_same_is_the_same(tmp_path: Path) -> None:
    code, found = verify(tmp_path, HEALTHY)
    assert (code, found["same"], found["differs"]) == (0, True, [])
    assert found["observed"][0]["files"] == ["written.txt"]
    assert found["plain"][0]["exceptions"] == ["ValueError"]


def run(how: How, out: bytes, code: int | None = 0) -> Run:
    return Run(how, code, out, b"", (len(out), 0), {}, 0.1, 0.1)


@pytest.mark.parametrize(
    ("plain", "observed", "same", "reordered"),
    [
        ([b"a\nb\n", b"b\na\n"], [b"b\na\n"], True, ("stdout",)),
        ([b"a\nb\n", b"b\na\n"], [b"a\na\n"], False, ("stdout",)),
        ([b"abab", b"aabb"], [b"bbaa"], True, ("stdout",)),
        ([b"abab", b"aabb"], [b"abb"], False, ("stdout",)),
        ([b"a\nb\n", b"a\nb\n"], [b"b\na\n"], False, ()),
        ([b"1", b"22"], [b"333"], True, ()),
    ],
)
def test_order_is_free_where_plain_runs_say_so(
    plain: list[bytes], observed: list[bytes], same: bool, reordered: tuple[str, ...]
) -> None:
    runs = [*(run("plain", out) for out in plain), *(run("observed", out) for out in observed)]
    found = compared(runs)
    assert (not found.differs, found.in_other_order) == (same, reordered)
    assert told(found, "x").startswith("✓" if same else "✗")


def test_a_run_that_does_not_end_differs_from_one_that_does() -> None:
    found = compared([run("plain", b""), run("observed", b"", None)])
    assert [kind for kind, _told in found.differs] == ["exit code"]
