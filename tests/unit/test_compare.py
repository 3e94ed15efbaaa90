"""Two runs side by side: figures, JSON, text, names and what can be switched."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.compare import Comparison, Figure, as_json, compare
from paraviz.analysis.reports.compare_text import comparison_text, figure_cells, figure_text
from paraviz.errors import UsageError
from paraviz.programs.catalogue import find
from paraviz.programs.parameters import Parameter, Runnable
from paraviz.programs.switches import changed, names_of, switches
from paraviz.trace import Program, SharedObject, Trace
from tests.traces import MS, lane, printers, trace
from tests.unit.strategies import whole_traces

PARAVIZ = [sys.executable, "-m", "paraviz"]
DATA = Path(__file__).parents[1] / "data"
PRINTERS = str(DATA / "printers.pviz"), str(DATA / "printers_locked.pviz")
NAMES = [
    "wall",
    "cpu",
    "parallelism",
    "running_at_once",
    "context_switches",
    "running",
    "waiting_cpu",
    "waiting_gil",
    "waiting_lock",
    "blocked",
    "lock_acquisitions",
    "lock_waits",
    "longest_lock_wait",
    "deadlocks",
    "lost_updates",
    "workers",
    "processes",
    "tasks",
    "task_median",
    "events",
    "dropped",
    "output",
]
"""What scripts rely on."""


def by_name(comparison: Comparison) -> dict[str, Figure]:
    return {each.name: each for each in comparison.figures}


def wrote(text: str) -> Trace:
    return trace([lane("w", [(MS, ev.WRITE, ev.STDOUT, len(text))], end_ns=2 * MS, text=text)])


@given(whole_traces(), whole_traces())
def test_what_json_promises(a: Trace, b: Trace) -> None:
    told: Any = json.loads(json.dumps(as_json(compare(a, b))))
    assert list(told) == ["a", "b", "figures", "output", "claims"]
    assert [each["name"] for each in told["figures"]] == NAMES
    for each in told["figures"]:
        assert list(each) == ["name", "unit", "a", "b", "difference", "ratio"]
        known = each["a"] is not None and each["b"] is not None
        assert (each["difference"] is not None) == known
        if known:
            assert each["difference"] == each["b"] - each["a"]
        if each["ratio"] is not None:
            assert each["ratio"] == each["b"] / each["a"]
        if each["unit"] == "ns" and known:
            assert isinstance(each["a"], int) and isinstance(each["b"], int)
    for run, of in ((told["a"], a), (told["b"], b)):
        assert (run["program"], run["truth"]) == (of.program.name, of.truth)


@given(whole_traces())
def test_a_run_does_not_differ_from_itself(a: Trace) -> None:
    comparison = compare(a, a)
    assert comparison.output == "same" and comparison.same_truth
    assert not any(each.difference for each in comparison.figures)
    assert all(pair.a == pair.b for pair in comparison.claims)


def test_the_printers_without_and_with_the_lock() -> None:
    comparison = compare(printers(), printers(locked=True))
    figures = by_name(comparison)
    assert (figures["lock_acquisitions"].a, figures["lock_acquisitions"].b) == (0, 2)
    assert figures["lock_waits"].difference == 1 and figures["lock_waits"].ratio is None
    waited = figures["waiting_lock"]
    assert waited.a == 0 and waited.b == figures["longest_lock_wait"].b
    assert waited.b is not None and waited.b > 10 * MS
    assert comparison.output == "reordered"
    assert figures["output"].difference == 0
    assert figures["wall"].a == printers().wall_ns


def test_what_is_not_known_is_no_zero() -> None:
    known = replace(printers(), cpu_ns=11 * MS, context_switches=7)
    figures = by_name(compare(printers(), known))
    for name in ("cpu", "parallelism", "context_switches"):
        assert figures[name].a is None and figures[name].b
        assert figures[name].difference is None and figures[name].ratio is None
    assert figure_cells(figures["context_switches"])[1:] == ("–", "7", "–", "")


def test_how_many_ran_at_once() -> None:
    one, other = (lane(name, [], end_ns=4 * MS, tid=tid) for tid, name in enumerate("ab"))
    figures = by_name(compare(trace([one], gil=False), trace([one, other], gil=False)))
    assert (figures["running_at_once"].a, figures["running_at_once"].b) == (1.0, 2.0)


def test_tasks_and_how_long_they_take() -> None:
    times = [(at * MS, kind, 0, 0) for at, kind in ((1, ev.TASK_BEGIN), (4, ev.TASK_END))]
    busy = trace([lane("w", times, end_ns=5 * MS)], [SharedObject("task", "f(1)")])
    figures = by_name(compare(printers(), busy))
    assert (figures["tasks"].a, figures["tasks"].b) == (0, 1)
    assert (figures["task_median"].a, figures["task_median"].b) == (None, 3 * MS)


def test_a_tasks_time_is_not_told_twice() -> None:
    thread = lane("main", [], end_ns=4 * MS)
    task = lane("task", [], end_ns=4 * MS, kind="task")
    figures = by_name(compare(trace([thread]), trace([thread, task])))
    assert figures["running"].difference == 0
    assert figures["workers"].difference == 1


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [("ab", "ab", "same"), ("aab", "aba", "reordered"), ("aab", "abb", "different")],
)
def test_outputs(a: str, b: str, told: str) -> None:
    assert compare(wrote(a), wrote(b)).output == told


def test_claims_of_either_run_are_paired() -> None:
    def claiming(*names: str, locked: bool) -> Trace:
        return replace(printers(locked=locked), program=Program("printers", claims=names))

    pairs = compare(
        claiming("interleaved", locked=False),
        claiming("interleaved", "processes", locked=True),
    ).claims
    assert [each.name for each in pairs] == ["interleaved", "processes"]
    assert pairs[0].a and pairs[0].a.holds and pairs[0].b and not pairs[0].b.holds
    assert pairs[1].a is None and pairs[1].b


def test_the_text_is_a_table() -> None:
    comparison = compare(printers(), printers(locked=True))
    lines = comparison_text(comparison, ("one", "other")).splitlines()
    assert lines[:2] == ["A  one: ended", "B  other: ended"]
    head = lines[3]
    assert head.split() == ["A", "B", "difference", "ratio"]
    rows = lines[4 : lines.index("", 4)]
    ends = [head.index(word) + len(word) for word in (" A", " B", "difference")]
    for row in rows:
        # Every column ends where its head does.
        assert all(row[end - 1] != " " and row[end : end + 1] in ("", " ") for end in ends), row
    waiting = next(row for row in rows if row.startswith("waiting for locks"))
    assert waiting.split()[3] == "0" and waiting.rstrip().endswith(" ms")
    assert next(row for row in rows if row.startswith("workers")).split() == [
        *("workers", "3", "3", "="),
    ]
    assert not any(row.startswith("deadlocks") for row in rows)
    assert lines[-1] == "both wrote the same characters, in another order"


def test_what_makes_runs_hard_to_compare_is_said() -> None:
    kernel = replace(printers(), truth="kernel", python="3.13.0", gil=False)
    text = comparison_text(compare(printers(), kernel), ("a", "b"))
    assert "note: the states of one run were seen by the operating system" in text
    assert "A  a: ended, Python 3.11.7 with a GIL" in text
    assert "B  b: ended, Python 3.13.0 without a GIL" in text


def test_a_hostile_name_drives_no_terminal() -> None:
    evil = replace(printers(), program=Program("a\x1b[2J\nb"))
    assert "\x1b" not in comparison_text(compare(evil, evil), names_of(evil, evil))


def test_figures_in_words() -> None:
    assert figure_text(Figure("wall", "ns", "", 1500, None), 1500, signed=True) == "+1.50 µs"
    assert figure_text(Figure("wall", "ns", "", 1500, None), None) == "–"
    assert figure_text(Figure("x", "", "", 1.001, 1.0), -0.001, signed=True) == "0.00"
    assert figure_text(Figure("x", "", "", 0, 0), -12345, signed=True) == "-12,345"
    assert figure_cells(Figure("parallelism", "", "workers", 1.0, 1.5)) == (
        *("workers", "1.00", "1.50", "+0.50", "×1.50"),
    )


def test_runs_are_called_by_what_sets_them_apart() -> None:
    source = find("printers").source
    assert source

    def run(*argv: str, text: str = source) -> Trace:
        return replace(printers(), program=Program("printers", argv, source=text))

    assert names_of(run(), run("--locked", "--n", "20")) == (
        *("printers · locked off", "printers · locked on"),
    )
    assert names_of(run("--n", "9"), run("--n=7")) == ("printers · n 9", "printers · n 7")
    assert names_of(run(), run()) == ("printers", "printers")
    # What cannot be read is told as it stands.
    assert names_of(run(), run("--bogus")) == ("printers", "printers · --bogus")
    assert names_of(run("a", text=""), run("b", text="")) == ("printers · a", "printers · b")
    assert names_of(run("a", text="def ("), run()) == ("printers · a", "printers")


PROGRAM = Runnable(
    "program",
    "program.py",
    parameters=(
        Parameter("n", "int", 3),
        Parameter("how", "choice", "b", ("a", "b", "c")),
        Parameter("only", "choice", "x", ("x",)),
        Parameter("wait", "bool", True),
        Parameter("locked", "bool", False),
    ),
)


def test_switches_the_lock_first() -> None:
    assert [each.name for each in switches(PROGRAM)] == ["locked", "wait", "how"]


@pytest.mark.parametrize(
    ("words", "name", "value"),
    [
        ("locked", "locked", True),
        ("wait", "wait", False),
        ("how", "how", "c"),
        (" how = a ", "how", "a"),
        ("--n=5", "n", 5),
    ],
)
def test_one_value_changes(words: str, name: str, value: object) -> None:
    values = PROGRAM.defaults()
    assert changed(PROGRAM, values, words) == {**values, name: value}
    assert values == PROGRAM.defaults()


def test_a_choice_goes_round() -> None:
    assert changed(PROGRAM, {**PROGRAM.defaults(), "how": "c"}, "how")["how"] == "a"


@pytest.mark.parametrize("words", ["", "bogus", "n", "n=x", "how=z"])
def test_what_cannot_be_changed(words: str) -> None:
    with pytest.raises(UsageError):
        changed(PROGRAM, PROGRAM.defaults(), words)


def paraviz(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PARAVIZ, "compare", *words], capture_output=True, text=True, timeout=60)


def test_the_command_prints_json() -> None:
    done = paraviz("--json", *PRINTERS)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert [each["name"] for each in told["figures"]] == NAMES
    assert told["b"]["argv"] == ["--locked"]
    assert told["output"] == "reordered"


def test_the_command_prints_a_table() -> None:
    done = paraviz(*PRINTERS)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("A  printers · locked off: ended\nB  printers · locked on: ended")
    assert all(len(line) <= 80 for line in done.stdout.splitlines())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((PRINTERS[0], "nowhere.pviz"), "nowhere.pviz: No such file or directory"),
        ((PRINTERS[0], __file__), "neither a Chrome trace nor"),
        ((PRINTERS[0],), "B is missing"),
        (("--open", *PRINTERS), "needs a terminal; try paraviz compare"),
    ],
    ids=["missing", "no recording", "one only", "no terminal"],
)
def test_wrong_use_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    done = paraviz(*words)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("paraviz: ") and told in line
