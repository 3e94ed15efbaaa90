"""Programs in a Python of their own: another environment, another version."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.formats import load
from tests.pythons import environment, install, others

PARAVIZ = [sys.executable, "-m", "paraviz"]
ANY_SERIES = pytest.mark.parametrize("series", sorted(others()) or ["none"])
WHERE = """
import json, sys
try:
    import ours
except ImportError:
    ours = None
try:
    import textual
except ImportError:
    textual = None
print(json.dumps({
    "path": sys.path, "prefix": sys.prefix, "base": sys.base_prefix, "executable": sys.executable,
    "version": sys.version, "argv": sys.argv, "flags": list(sys.flags), "loaded": sorted(
        name for name, module in sys.modules.items()
        if "site-packages" in str(getattr(module, "__file__", ""))
    ),
    "ours": bool(ours), "textual": bool(textual),
}))
"""
SPAWNS = """
import multiprocessing, sys
def work():
    print(f"{sys.version_info[0]}.{sys.version_info[1]}.", flush=True)
if __name__ == "__main__":
    child = multiprocessing.get_context("spawn").Process(target=work, name="child")
    child.start()
    child.join()
"""


def environ(**more: str) -> dict[str, str]:
    """This one, where paraviz is found whether it is installed or not."""
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])} | more


def paraviz(*words: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*PARAVIZ, *words], capture_output=True, text=True, timeout=120, cwd=folder,
        env=environ(**more),
    )  # fmt: skip


def skip_unless(series: str) -> str:
    if series not in others():
        pytest.skip("no other Python is installed")
    return others()[series]


@pytest.mark.parametrize("how", ["--python", "VIRTUAL_ENV", ".venv"])
def test_a_program_finds_what_its_own_environment_has(tmp_path: Path, how: str) -> None:
    (tmp_path / "where.py").write_text(WHERE)
    made = environment(tmp_path / (".venv" if how == ".venv" else "env"))
    install(made, "ours")
    python = str(made / "bin" / "python")
    options = ["--python", python] if how == "--python" else []
    active = {"VIRTUAL_ENV": str(made)} if how == "VIRTUAL_ENV" else {}
    command = ["run", "--headless", "-q", "-o", "x.pviz", *options, "where.py", "--", "a"]
    observed = paraviz(*command, folder=tmp_path, **active)
    plain = subprocess.run(
        [python, "where.py", "--", "a"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=True,
        env=environ(),
    )
    assert observed.stderr == "" and observed.returncode == 0
    told, known = json.loads(observed.stdout), json.loads(plain.stdout)
    assert known["ours"] and not known["textual"]
    # Where paraviz is installed, what runs inside lies there; its neighbours are not to be had.
    told["loaded"] = [name for name in told["loaded"] if name.partition(".")[0] != "paraviz"]
    assert told == known
    trace = load(tmp_path / "x.pviz")
    assert (trace.executable, trace.executable_by) == (python, how)


@ANY_SERIES
def test_another_version(tmp_path: Path, series: str) -> None:
    python = skip_unless(series)
    (tmp_path / "where.py").write_text(WHERE)
    said = paraviz("run", "--headless", "-o", "x.pviz", "--python", python, "where.py",
                   folder=tmp_path)  # fmt: skip
    assert said.returncode == 0, said.stderr
    assert json.loads(said.stdout)["version"].startswith(series + ".")
    trace = load(tmp_path / "x.pviz")
    assert trace.python.startswith(series + ".")
    assert not [notice for notice in trace.notices if " is off: " in notice]
    (line,) = said.stderr.splitlines()
    assert f" · Python {trace.python} (" in line
    info = paraviz("info", "x.pviz", folder=tmp_path).stdout
    assert f"{python} (--python)" in " ".join(info.split())
    told = json.loads(paraviz("info", "--json", "x.pviz", folder=tmp_path).stdout)
    assert (told["executable"], told["executable_by"]) == (python, "--python")


@ANY_SERIES
def test_what_happens_in_another_version_is_seen(tmp_path: Path, series: str) -> None:
    python = skip_unless(series)
    command = ["run", "--headless", "-q", "--python", python, "-o", "x.pviz"]
    said = paraviz(*command, "printers", "--locked", "--n", "3", folder=tmp_path)
    assert said.returncode == 0 and said.stderr == ""
    trace = load(tmp_path / "x.pviz")
    assert {lane.name for lane in trace.lanes} == {"MainThread", "thread-a", "thread-b"}
    assert [known.name for known in trace.objects if known.kind == "Lock"] == ["lock"]
    (tmp_path / "spawns.py").write_text(SPAWNS)
    said = paraviz(*command, "spawns.py", folder=tmp_path)
    assert (said.returncode, said.stdout, said.stderr) == (0, f"{series}.\n", "")
    lanes = [lane.name for lane in load(tmp_path / "x.pviz").lanes if not lane.helper]
    assert lanes == ["MainThread", "child"]


@pytest.mark.parametrize(
    ("python", "told"),
    [("/nowhere/python", "there is no Python at"), ("/bin/ls", "/bin/ls is no Python")],
)
def test_what_cannot_run_it_is_told_in_one_line(tmp_path: Path, python: str, told: str) -> None:
    for words in (
        ("run", "--headless", "--python", python, "printers"),
        ("--python", python, "run", "--headless", "printers"),
    ):
        said = paraviz(*words, folder=tmp_path)
        assert said.returncode == 2 and said.stdout == ""
        (line,) = said.stderr.splitlines()
        assert line.startswith("paraviz: ") and told in line
