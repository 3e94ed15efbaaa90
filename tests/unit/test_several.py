"""Several runs of two sides: a difference is told from noise."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from paraviz.analysis.chance import LEVEL, chance, least_chance
from paraviz.analysis.reports.several_text import several_text
from paraviz.analysis.several import as_json, several
from paraviz.cli import _exit_code
from paraviz.formats import load, save
from paraviz.trace import Trace

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "recordings"
RACE = load(SCENARIOS / "counter_race.pviz")


def counted(a: list[int], b: list[int]) -> float:
    """The same as `chance`, by dealing out the ranks in every way."""
    both = sorted([*a, *b])
    rank = {value: both.index(value) + (both.count(value) + 1) / 2 for value in both}
    values = [rank[value] for value in (*a, *b)]
    middle = len(a) * (len(values) + 1) / 2
    far = abs(sum(values[: len(a)]) - middle)
    dealt = [sum(hand) for hand in itertools.combinations(values, len(a))]
    return sum(abs(each - middle) >= far for each in dealt) / len(dealt)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ([1, 2, 3, 4, 5], [6, 7, 8, 9, 10]),
        ([1, 3, 5, 7], [2, 4, 6]),
        ([1, 1, 1, 2], [1, 2, 2, 2, 2]),
        ([5, 5, 5], [5, 5, 5]),
        ([9, 1, 4, 4, 2], [4, 8, 8, 3]),
    ],
)
def test_chance_is_what_dealing_in_every_way_says(a: list[int], b: list[int]) -> None:
    assert chance(a, b) == pytest.approx(counted(a, b))
    assert chance(b, a) == pytest.approx(chance(a, b))


def test_of_five_each_that_do_not_overlap_a_difference_can_be_told() -> None:
    assert least_chance(5, 5) == pytest.approx(2 / 252) and least_chance(5, 5) <= LEVEL
    assert least_chance(4, 4) > LEVEL
    assert chance([], [1]) == 1.0
    assert chance(range(50), range(50, 100)) < 1e-20


def runs(*scales: float) -> list[Trace]:
    """The recording with other wall times."""
    return [replace(RACE, wall_ns=round(RACE.wall_ns * scale)) for scale in scales]


def verdicts(a: list[Trace], b: list[Trace]) -> dict[str, str]:
    return {each.name: each.verdict for each in several(a, b).figures}


def test_what_is_noise_is_said_to_be() -> None:
    slow, fast = runs(2.0, 2.1, 2.2, 2.3, 2.4), runs(1.0, 1.1, 1.2, 1.3, 1.4)
    assert verdicts(slow, fast)["wall"] == "differs"
    assert verdicts(slow, fast)["workers"] == "noise"
    mixed = runs(1.05, 2.15, 1.25, 1.35, 2.45)
    assert verdicts(mixed, fast)["wall"] == "noise"
    assert verdicts(slow[:3], fast)["wall"] == "few"
    told = several_text(several(mixed, fast), ("before", "after"))
    (row,) = [line for line in told.splitlines() if line.startswith("wall time")]
    assert row.split()[2] == "≈" and "no measurable difference" in told
    assert told.index("in 5 of 5: the program says") < told.index("wall time"), "claims on top"
    assert "too few" not in told
    assert "too few" in several_text(several(slow[:3], fast), ("before", "after"))


def test_machines_are_told_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for side, scale in (("a", 1.0), ("b", 2.0)):
        (tmp_path / side).mkdir()
        for number, trace in enumerate(runs(*(scale + part / 10 for part in range(5)))):
            save(trace, tmp_path / side / f"{number}.pviz")
    assert _exit_code(["compare", "--json", str(tmp_path / "a"), str(tmp_path / "b")]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert told["runs"] == {"a": 5, "b": 5}
    (wall,) = [each for each in told["figures"] if each["name"] == "wall"]
    assert wall["verdict"] == "differs" and wall["a_least"] < wall["a"] < wall["a_most"]
    assert wall["b"] > wall["a_most"] and wall["chance"] <= LEVEL
    assert {each["side"] for each in told["claims"]} == {"a", "b"}
    assert json.dumps(as_json(several(runs(1.0), runs(1.0))))


def test_programs_are_run_in_turns(capsys: pytest.CaptureFixture[str]) -> None:
    sides = ("printers --n 2 --steps 100", "printers --n 2 --steps 100 --locked")
    assert _exit_code(["compare", "--runs", "2", *sides]) == 0
    told = capsys.readouterr().out
    assert "A  printers · locked off: 2 runs (2 × ended)" in told
    assert "B  printers · locked on: 2 runs (2 × ended)" in told
    assert "locks acquired" in told


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["{empty}", "{empty}"], "has no recordings"),
        (["--open", "--runs", "2", "hello", "hello"], "--open shows two recordings"),
        (["--runs", "2", "", "hello"], "a side is a PROGRAM"),
        (["--runs", "2", "hello 'x", "hello"], "No closing quotation"),
        (["--runs", "2", "nothing_like_it", "hello"], "nothing_like_it"),
        (["nothing.pviz", "nothing.pviz"], "nothing.pviz"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    argv: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _exit_code(["compare", *(each.format(empty=tmp_path) for each in argv)]) in (2, 65, 66)
    error = capsys.readouterr().err
    assert words in error and error.count("\n") == 1


def test_a_run_that_hangs_is_ended_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("paraviz.commands.compare_runs.LIMIT_S", 0.5)
    hangs = tmp_path / "hangs.py"
    hangs.write_text("import threading\nthreading.Event().wait()\n")
    assert _exit_code(["compare", "--runs", "1", str(hangs), "printers --n 1 --steps 1"]) == 0
    assert "1 run (1 × stopped at its time limit of 0.5 s)" in capsys.readouterr().out
