"""Where a text for a shell begins a Python, and how it reads so that this one is observed."""

from __future__ import annotations

import pytest

from paraviz.observe.interpreters import FOLLOW, observed_line
from paraviz.observe.starters import observed_program


def read(text: str) -> str | None:
    """The text as it reads then, in short; None where it stays as it is."""
    made = observed_program(
        "/bin/sh", ["sh", "-c", text], lambda words: observed_line(words, [700, 701], 0.1, 0)
    )
    return None if made is None else made[1][-1].replace(FOLLOW, "F").replace("700:701:0.1:0:", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("python x.py", "python F file:1:0:1 python x.py"),
        (
            "cd a && python3 -u x.py $A >l 2>&1",
            "cd a && python3 -u F file:2:0:1 python3 -u x.py $A >l 2>&1",
        ),
        (
            'for f in *; do python "$f"; done',
            'for f in *; do python F file:1:0:1 python "$f"; done',
        ),
        ("A=1 timeout 5 python -c '1' &", "A=1 timeout 5 python F c:2:0:1 python -c '1' &"),
        ("echo 1 | python -", "echo 1 | python F input:1:0:1 python -"),
        ("(exec python -um m)", "(exec python -u F m:2:0:1 python -um m)"),
        (
            "if python a; then python b; fi",
            "if python F file:1:0:1 python a; then python F file:1:0:1 python b; fi",
        ),
        ("{ python a; } # python b", "{ python F file:1:0:1 python a; } # python b"),
        ("'/a b/python' x", "'/a b/python' F file:1:0:1 '/a b/python' x"),
        ("A=$(python a) python b", "A=$(python a) python F file:1:0:1 python b"),
        ("set -e; python a", "set -e; python F file:1:0:1 python a"),
    ],
)
def test_words_stand_behind_the_name_of_the_interpreter(text: str, expected: str) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "echo python x.py",
        "$PYTHON x.py",
        "python -X $OPTION x.py",
        "python",
        "eval 'python x.py'",
        "set -x; python x.py",
        "set -o xtrace; python x.py",
        "f() { python x.py; }; f",
        "case a in a) python x.py;; esac",
        "python <<E\n1\nE",
        "python 'x.py",
        "python $'x.py'",
        "alias python=true; python x.py",
    ],
)
def test_what_is_not_understood_or_would_show_is_left_alone(text: str) -> None:
    assert read(text) is None or text == "python"


@pytest.mark.parametrize("options", [["-xc"], ["-o", "verbose", "-c"], ["-s"], []])
def test_shells_that_show_what_they_read_are_left_alone(options: list[str]) -> None:
    words = ["sh", *options, "python x.py"]
    assert observed_program("/bin/sh", words, list) is None
