"""Each level can be reached, proved or mended as it says; what is no level is refused in a line."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz.cli import _exit_code
from paraviz.errors import UsageError
from paraviz.levels.judging import checked, explored, of_mended, of_proof, of_run
from paraviz.levels.level import Goal, read_level
from paraviz.levels.shipped import levels
from paraviz.user.level_progress import reach, reached

if TYPE_CHECKING:
    from pathlib import Path

LEVELS = {each.name: each for each in levels()}
QUICK = ("a01_world_first", "a04_one_piece", "b01_lose_an_update", "c01_deadlock")
MENDED = {
    "b03_mend_the_counter": ("    seen = counter\n", "    with lock:\n     seen = counter\n"),
    "c02_mend_the_deadlock": ("args=(b, a, ", "args=(a, b, "),
}


@pytest.fixture(autouse=True)
def own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))


def test_there_are_enough_and_each_is_told_in_both_languages() -> None:
    assert len(LEVELS) >= 15
    for each in LEVELS.values():
        assert each.title and each.text and each.hints, each.name
        assert each.de.title and each.de.text and len(each.de.hints) == len(each.hints), each.name
        assert each.mend or each.impossible or each.fewest, each.name


@pytest.mark.parametrize(
    "name",
    [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in LEVELS],
)
def test_it_holds(name: str) -> None:
    level = LEVELS[name]
    found = explored(level.path)
    assert checked(level, found) is None
    verdict = of_proof(level, found)
    assert verdict.solved == level.impossible and bool(verdict.schedule) != level.impossible
    if level.impossible:
        assert "proved: none of all" in verdict.told.english
        assert checked(replace(level, impossible=False), found) is not None
    elif level.fewest:
        more, fewer = (replace(level, fewest=level.fewest + by) for by in (1, -1))
        assert checked(more, found) is not None, "fewer are enough"
        assert level.fewest == 1 or checked(fewer, found) is not None, "so few are not"


@pytest.mark.parametrize("name", MENDED)
def test_it_can_be_mended(name: str, tmp_path: Path) -> None:
    level = LEVELS[name]
    before, after = MENDED[name]
    assert before in level.source
    mended = tmp_path / "mended.py"
    text = level.source.replace(before, after)
    if name == "b03_mend_the_counter":
        text = text.replace("    counter = seen + 1\n", "     counter = seen + 1\n")
    mended.write_text(text)
    verdict = of_mended(level, explored(mended))
    assert verdict.solved and verdict.stars == 3, verdict.told.english
    empty = tmp_path / "empty.py"
    empty.write_text("print('nothing')\n")
    assert "something else" in of_mended(level, explored(empty)).told.english
    empty.write_text("print('2', end='')\n" if "counter" in name else "print('ab', end='')\n")
    assert "nothing in it goes on beside" in of_mended(level, explored(empty)).told.english
    assert not of_mended(level, explored(level.path)).solved


def test_stars_go_by_switches() -> None:
    level = LEVELS["b01_lose_an_update"]
    (wrong,) = [each for each in explored(level.path).outcomes if each.output == "1\n"]
    paths = {3: [1, 2, 1, 0], 4: [1, 2, 1, 2, 0], 7: [1, 2, 1, 2, 1, 2, 1, 0]}
    assert {n: of_run(level, wrong, path).stars for n, path in paths.items()} == {3: 3, 4: 2, 7: 1}
    other = replace(level, goal=Goal(output="7"))
    assert not of_run(other, wrong, [1, 0]).solved


def test_the_most_stars_stay() -> None:
    reach("a", 2)
    reach("a", 1)
    reach("b", 3)
    assert reached() == {"a": 2, "b": 3}


HEAD = '"""Title\n\nText.\n\n[level]\n{}\n"""\n'


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("print(1)\n", "no line [level]"),
        ("def\n", "invalid syntax"),
        (HEAD.format("fewest = 1"), "goal"),
        (HEAD.format("goal = {}"), "says nothing"),
        (HEAD.format('goal = { matches = "(" }'), "matches"),
        (HEAD.format('goal = { kind = "wrong" }'), "kind"),
        (HEAD.format('goal = { output = "1" }\nfewer = 1'), "fewer"),
        (HEAD.format('goal = { output = "1" }\nimpossible = true\nmend = true'), "not both"),
        (HEAD.format("goal = "), "Invalid value"),
        (HEAD.format('goal = { output = "1" }\nmend = true'), "no keep"),
        ("#" * 200_000, "too large"),
    ],
)
def test_what_is_no_level_is_refused_in_a_line(
    source: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "level.py"
    path.write_text(source)
    with pytest.raises(UsageError):
        read_level(path)
    assert _exit_code(["levels", "--list", str(path)]) == 2
    told = capsys.readouterr().err
    assert words in told and "is no level" in told and told.count("\n") == 1


def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for path in (tmp_path / "nothing.py", tmp_path, tmp_path / "a\0b"):
        assert _exit_code(["levels", str(path)]) == 2
        told = capsys.readouterr().err
        assert told.count("\n") == 1 and "internal" not in told


def test_levels_of_one_name_are_not_taken_for_each_other(tmp_path: Path) -> None:
    made = []
    for folder, output in (("a", "1"), ("b", "2")):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "mine.py"
        path.write_text(HEAD.format(f'goal = {{ output = "{output}" }}'))
        made.append(read_level(path))
    assert made[0].name == made[1].name and made[0].key != made[1].key


def test_reading_runs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "level.py"
    path.write_text(HEAD.format('goal = { output = "1" }') + "raise SystemExit(9)\n")
    assert read_level(path).title == "Title"


def test_machines_list_and_check_them(capsys: pytest.CaptureFixture[str]) -> None:
    assert _exit_code(["levels", "--list", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in rows] == list(LEVELS)
    assert _exit_code(["levels", "--check", "--json", "b01_lose_an_update"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["holds"] and row["exhausted"] and row["schedules"] > 1


@pytest.mark.parametrize("name", LEVELS)
def test_it_is_a_program_that_runs_as_it_is(name: str) -> None:
    """Under the interpreter's own scheduler the goal of most is not reached, and all end."""
    level = LEVELS[name]
    assert ast.get_docstring(ast.parse(level.source))
    if level.goal.kind == "deadlock":
        return
    done = subprocess.run(
        [sys.executable, str(level.path)], capture_output=True, text=True, timeout=20, check=False
    )
    assert done.returncode == 0, done.stderr
