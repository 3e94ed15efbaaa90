"""Which Python runs a program, with environments that are really made."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from paraviz.errors import ProgramError
from paraviz.programs import interpreter
from paraviz.programs.catalogue import find, module
from paraviz.programs.interpreter import Interpreter, interpreter_for
from paraviz.programs.parameters import Runnable
from paraviz.session import Session
from tests.pythons import OLDER, environment

OURS = Interpreter(sys.executable)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment."""
    return environment(tmp_path_factory.mktemp("made") / "env")


@pytest.fixture
def program(tmp_path: Path) -> Runnable:
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "work.py").write_text("print('ran')\n")
    return find(str(folder / "work.py"))


def beside(program: Runnable) -> Path:
    return Path(program.path).parent / ".venv"


def python_of(folder: Path) -> str:
    return str(folder / "bin" / "python")


def pretending(path: Path, says: str) -> str:
    """A file that says what a Python would say of itself."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n")
    path.chmod(0o755)
    return str(path)


def test_nobody_chose_one(program: Runnable) -> None:
    assert interpreter_for(program, "", {}) == OURS
    assert interpreter_for(program, "", {"VIRTUAL_ENV": ""}) == OURS


def test_the_one_that_was_asked_for_goes_before_all(program: Runnable, made: Path) -> None:
    beside(program).symlink_to(made)
    active = {"VIRTUAL_ENV": str(made)}
    for chosen in (sys.executable, os.path.relpath(sys.executable)):
        found = interpreter_for(program, chosen, active)
        # A link is what leads to an environment: it is not followed.
        assert found == Interpreter(os.path.abspath(sys.executable), "--python")
    found = interpreter_for(program, str(made), {})
    assert found == Interpreter(python_of(made), "--python")


def test_a_command_on_the_path(
    program: Runnable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python-of-mine").symlink_to(sys.executable)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    found = interpreter_for(program, "python-of-mine", {})
    assert found == Interpreter(str(tmp_path / "bin" / "python-of-mine"), "--python")


def test_the_active_environment_goes_before_the_one_beside(program: Runnable, made: Path) -> None:
    environment(beside(program))
    active = {"VIRTUAL_ENV": str(made)}
    assert interpreter_for(program, "", active) == Interpreter(python_of(made), "VIRTUAL_ENV")
    assert interpreter_for(program, "", {}) == Interpreter(python_of(beside(program)), ".venv")


def test_where_paraviz_runs_in_it_there_is_nothing_to_choose(
    program: Runnable, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(sys.prefix)
    environment(beside(program))
    for active in (sys.prefix, str(link), f"{sys.prefix}/"):
        assert interpreter_for(program, "", {"VIRTUAL_ENV": active}) == OURS


@pytest.mark.skipif(sys.prefix == sys.base_prefix, reason="the tests run in no environment")
def test_the_one_beside_may_be_ours(program: Runnable) -> None:
    beside(program).symlink_to(sys.prefix)
    assert interpreter_for(program, "", {}) == OURS


def test_beside_a_program_by_whatever_name(
    program: Runnable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment(beside(program))
    wanted = Interpreter(python_of(beside(program)), ".venv")
    link = tmp_path / "elsewhere.py"
    link.symlink_to(program.path)
    assert interpreter_for(find(str(link)), "", {}) == wanted
    monkeypatch.chdir(Path(program.path).parent)
    assert interpreter_for(find("work.py"), "", {}) == wanted
    assert interpreter_for(module("work"), "", {}) == wanted
    (Path(program.path).parent / "__main__.py").write_text("")
    assert interpreter_for(find("."), "", {}) == wanted


@pytest.mark.parametrize("active", [False, True])
def test_what_is_no_environment_is_passed_over(program: Runnable, active: bool) -> None:
    folder = beside(program)
    environ = {"VIRTUAL_ENV": str(folder)} if active else {}
    passed_over = Interpreter(sys.executable, passed_over=str(folder) if active else "")
    assert interpreter_for(program, "", environ) == passed_over  # it is not there
    (folder / "Scripts").mkdir(parents=True)
    (folder / "Scripts" / "python.exe").write_text("of another system")
    (folder / "pyvenv.cfg").write_text("home = C:\\Python313\n")
    assert interpreter_for(program, "", environ) == passed_over
    (folder / "pyvenv.cfg").unlink()
    pretending(folder / "bin" / "python", "paraviz:3.13:cpython")
    assert interpreter_for(program, "", environ) == passed_over


def test_what_was_passed_over_is_said(program: Runnable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIRTUAL_ENV", "/nowhere")
    session = Session(program, kernel="off")
    session.start()
    while session.pump(0.1):
        pass
    trace = session.snapshot()
    assert (trace.executable, trace.executable_by) == (sys.executable, "")
    assert any("VIRTUAL_ENV names /nowhere" in notice for notice in trace.notices)


@pytest.mark.parametrize("by", ["VIRTUAL_ENV", ".venv"])
def test_an_environment_whose_python_is_gone_is_no_reason_for_another(
    program: Runnable, by: str
) -> None:
    folder = environment(beside(program))
    for python in (folder / "bin").glob("python*"):
        python.unlink()
        python.symlink_to("/nowhere/python")
    environ = {"VIRTUAL_ENV": str(folder)} if by == "VIRTUAL_ENV" else {}
    with pytest.raises(ProgramError, match=rf"there is no Python at .*\({'the .*' + by}.*--python"):
        interpreter_for(program, "", environ)


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("paraviz:3.10:cpython", "is Python 3.10; paraviz watches 3.11 and newer$"),
        ("paraviz:2.7:cpython", "is Python 2.7; paraviz watches 3.11 and newer$"),
        ("paraviz:3.11:pypy", "is pypy; paraviz watches CPython alone$"),
        ("hello", "is no Python$"),
        ("paraviz:", "is no Python$"),
        ("paraviz:x.y:cpython", "is no Python$"),
    ],
)
def test_what_cannot_run_it_is_refused(
    program: Runnable, tmp_path: Path, says: str, told: str
) -> None:
    python = pretending(tmp_path / "bin" / "python", says)
    with pytest.raises(ProgramError, match=f"^{python} {told}"):
        interpreter_for(program, python, {})


@pytest.mark.parametrize("python", OLDER)
def test_a_real_one_that_is_too_old(program: Runnable, python: str) -> None:
    with pytest.raises(ProgramError, match=r"paraviz watches 3\.11 and newer"):
        interpreter_for(program, python, {})


def test_newer_ones_are_not_refused(program: Runnable, tmp_path: Path) -> None:
    python = pretending(tmp_path / "python", "a wrapper says:\nparaviz:3.99:cpython")
    assert interpreter_for(program, python, {}).path == python


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ("/nowhere/python", "there is no Python at /nowhere/python"),
        ("no-such-python", "--python no-such-python: there is no such file, and no such command"),
        ("shop", "--python shop: there is no bin/python in this folder"),
        ("shop/work.py", "cannot be executed"),
        ("/bin/ls", "/bin/ls is no Python"),
    ],
)
def test_what_is_not_there(
    program: Runnable, monkeypatch: pytest.MonkeyPatch, chosen: str, told: str
) -> None:
    monkeypatch.chdir(Path(program.path).parents[1])
    with pytest.raises(ProgramError, match=told):
        interpreter_for(program, chosen, {})


def test_one_that_does_not_answer(
    program: Runnable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interpreter, "_PATIENCE_S", 0.01)
    python = tmp_path / "python"
    python.write_text("#!/bin/sh\nexec sleep 60\n")
    python.chmod(0o755)
    with pytest.raises(ProgramError, match="is no Python"):
        interpreter_for(program, str(python), {})
