"""What can be run, and the typed parameters of its main()."""

from __future__ import annotations

from pathlib import Path

import pytest

from paraviz.errors import ProgramError, UsageError
from paraviz.programs.catalogue import find, scenarios
from paraviz.programs.parameters import Parameter, Runnable

SOURCE = '''"""A title

More words.
"""
from typing import Literal

def main(flag: bool = False, count: int = 3, rate: float = 1, name: str = "x",
         how: Literal["fast", "slow"] = "fast", *, extra: bool = True, unknown=None):
    print(flag, count, rate, name, how, extra)

if __name__ == "__main__":
    main()
'''


@pytest.fixture
def program(tmp_path: Path) -> Runnable:
    path = tmp_path / "program.py"
    path.write_text(SOURCE)
    return find(str(path))


def test_what_is_read_from_a_file(program: Runnable) -> None:
    assert (program.title, program.text) == ("A title", "More words.")
    assert program.parameters == (
        Parameter("flag", "bool", False),
        Parameter("count", "int", 3),
        Parameter("rate", "float", 1.0),
        Parameter("name", "str", "x"),
        Parameter("how", "choice", "fast", ("fast", "slow")),
        Parameter("extra", "bool", True),
    )


def test_values_and_flags_go_there_and_back(program: Runnable) -> None:
    flags = ["--flag", "--count", "-5", "--rate=2.5", "--how", "slow", "--no-extra"]
    values = program.values(flags)
    assert values == {
        "flag": True,
        "count": -5,
        "rate": 2.5,
        "name": "x",
        "how": "slow",
        "extra": False,
    }
    assert program.values(program.argv(values)) == values
    assert program.argv(program.defaults()) == []


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["--count", "many"], "--count takes a whole number, not 'many'"),
        (["--rate", "fast"], "--rate takes a number, not 'fast'"),
        (["--how", "never"], "--how takes one of fast, slow, not 'never'"),
        (["--count"], "--count needs a value"),
        (["--flag=maybe"], "--flag takes yes or no, not 'maybe'"),
        (["--no-count"], "does not know '--no-count'"),
        (["stray"], "does not know 'stray'"),
    ],
)
def test_wrong_values_are_told_in_one_line(program: Runnable, flags: list[str], told: str) -> None:
    with pytest.raises(UsageError) as caught:
        program.values(flags)
    assert told in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    "source",
    [
        "def main(n: int = 1): ...\n",
        "import sys\ndef main(n: int = 1): print(sys.argv)\nmain()\n",
        "import argparse\ndef main(n: int = 1): ...\nmain()\n",
        "from typer import run\ndef main(n: int = 1): ...\nrun(main)\nmain()\n",
        "def main(n: int = 1): ...\nmain(2)\n",
        "def main(*n: int): ...\nmain()\n",
        "print('no main')\n",
        "def broken(:\n",
        "\0",
    ],
)
def test_a_program_with_a_command_line_of_its_own_keeps_it(tmp_path: Path, source: str) -> None:
    path = tmp_path / "own.py"
    path.write_text(source)
    runnable = find(str(path))
    assert runnable.parameters == ()
    assert runnable.values(["anything", "--at", "all"]) == {}


def test_what_cannot_be_run(tmp_path: Path) -> None:
    for name, told in [
        ("nowhere.py", "no file and no scenario 'nowhere.py'"),
        (str(tmp_path), "is a directory without a __main__.py"),
        ("/dev/null", "is not a file"),
    ]:
        with pytest.raises(ProgramError, match=told):
            find(name)


def test_a_directory_with_a_main_runs(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("print('in')\n")
    found = find(str(tmp_path))
    assert found.path == str(tmp_path) and found.source == "print('in')\n"


def test_scenarios_say_what_they_are() -> None:
    assert "printers" in {scenario.name for scenario in scenarios()}
    for scenario in scenarios():
        assert scenario.title and scenario.text and scenario.source
        assert find(scenario.name) is scenario
