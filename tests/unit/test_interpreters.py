"""Command lines of Python, and what they run."""

from __future__ import annotations

import os

import pytest

from paraviz.observe.interpreters import is_python, observed_line, what_runs


@pytest.mark.parametrize(
    ("line", "kind", "target", "rest", "options"),
    [
        ("work.py a -b", "file", "work.py", ["a", "-b"], []),
        ("-u -OO work.py", "file", "work.py", [], ["-u", "-OO"]),
        ("-c pass -m x", "c", "pass", ["-m", "x"], []),
        ("-cpass x", "c", "pass", ["x"], []),
        ("-Ium mod x", "m", "mod", ["x"], ["-Iu"]),
        ("-umod x", "m", "od", ["x"], ["-u"]),
        ("-X dev -Wall -W error f", "file", "f", [], ["-X", "dev", "-Wall", "-W", "error"]),
        ("-uXdev f", "file", "f", [], ["-uXdev"]),
        ("--check-hash-based-pycs never f", "file", "f", [], ["--check-hash-based-pycs", "never"]),
        ("- a", "input", "-", ["a"], []),
        ("-- -f x", "file", "-f", ["x"], []),
        ("-s", "input", "", [], ["-s"]),
        ("", "input", "", [], []),
    ],
)
def test_what_a_command_line_runs(
    line: str, kind: str, target: str, rest: list[str], options: list[str]
) -> None:
    words = ["python", *line.split()]
    what = what_runs(words)
    assert what is not None and (what.kind, what.options) == (kind, options)
    named = words[what.at][what.skip :] if what.at < len(words) else ""
    assert (named, words[what.at + 1 :]) == (target, rest)


@pytest.mark.parametrize(
    "line", ["-i f", "-V", "-h", "-x f", "--version", "-c", "-m", "-Zf", "f.pyc", "--help-all"]
)
def test_what_is_left_alone(line: str) -> None:
    assert what_runs(["python", *line.split()]) is None


@pytest.mark.parametrize("name", ["python", "/usr/bin/python3", "python3.14", "python3.13t"])
def test_names_of_interpreters(name: str) -> None:
    assert is_python(name)


@pytest.mark.parametrize("name", ["pythonw", "ipython", "python3-config", "sh", "", "py"])
def test_names_of_other_programs(name: str) -> None:
    assert not is_python(name)


def test_the_observed_line_has_the_plain_one_at_its_end() -> None:
    line = observed_line([b"python3", "-u", "work.py", os.fsencode("a")], [700, 701], 0.2, 1)
    assert line is not None
    assert line[:2] == ["python3", "-u"] and line[2].endswith(f"observe{os.sep}follow.py")
    assert line[3:] == ["700:701:0.2:1:file:2:0:1", "python3", "-u", "work.py", "a"]
    alone = observed_line(["python3", "work.py"], [700], 0.2, 1, follows=False)
    assert alone is not None and alone[2] == "700:-1:0.2:1:file:1:0:0"
    assert observed_line(["python3", "-i"], [700], 0.2, 0) is None
    assert observed_line([], [700], 0.2, 0) is None
