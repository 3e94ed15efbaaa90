"""What processes are called by their command lines."""

from __future__ import annotations

import pytest

from paraviz.session.command_lines import LINE_LIMIT, NAME_LIMIT, Called, called_by


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("/bin/python3|-u|-X|dev|work.py|7", "python3 work.py"),
        ("/bin/python3.13t|-u|-m|joblib.externals|x", "python3.13t -m joblib…"),
        ("python|-m|timeit", "python -m timeit"),
        ("python|folder/work.py|-m|x", "python work.py"),
        ("python|-c|print(1)", "python -c"),
        ("python|-W|error", "python"),
        ("python|-um|json.tool", "python -m json…"),
        ("python|-Ic|print(1)", "python -c"),
        ("python|-|x", "python -"),
        ("python|--version", "python"),
        ("python|-m|loky.backend.popen_loky_posix|--process-name|LokyProcess-1", "LokyProcess-1"),
        ("/usr/bin/sleep|600", "sleep 600"),
        ("sh|-c|echo a |\n  cat", "sh -c echo a cat"),
        ("|", ""),
        ("x|" + "y" * 100, "x " + "y" * (NAME_LIMIT - 3) + "…"),
    ],
)
def test_a_command_line_in_a_few_words(line: str, name: str) -> None:
    called = called_by(tuple(line.split("|")))
    assert called.name == name and not called.helper
    assert called.python == name.startswith(("python", "Loky"))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("python|-c|from multiprocessing.resource_tracker import main;main(4)", "resource tracker"),
        ("python|-c|from joblib.loky.backend.resource_tracker import main", "resource tracker"),
        ("python|-sS|-c|from multiprocessing.forkserver import main; main()", "forkserver"),
        ("python|-c|s('paraviz_child'); from multiprocess.forkserver import main", "forkserver"),
        ("python|-c|from multiprocess.semaphore_tracker import main;main(4)", "semaphore tracker"),
    ],
)
def test_what_libraries_start_for_themselves(line: str, name: str) -> None:
    called = called_by(tuple(line.split("|")))
    assert (called.name, called.helper) == (name, True)


def test_the_whole_line_is_quoted_and_has_an_end() -> None:
    assert called_by(("a b", "c")) == Called("a b c", "'a b' c")
    assert len(called_by(("x", "y " * LINE_LIMIT)).line) == LINE_LIMIT
