"""The pytest plugin, as somebody's suite has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import paraviz

_SUITE = """
import threading, time, os

def test_good():
    pass

def test_bad():
    lock = threading.Lock()
    def work():
        with lock:
            time.sleep(0.01)
    threads = [threading.Thread(target=work, name=f"w{i}") for i in range(2)]
    for each in threads: each.start()
    for each in threads: each.join()
    assert 0

def test_hangs():
    first, second = threading.Lock(), threading.Lock()
    def one():
        with first:
            time.sleep(0.05)
            with second: pass
    def two():
        with second:
            time.sleep(0.05)
            with first: pass
    for each in (one, two): threading.Thread(target=each, daemon=True).start()
    time.sleep(0.3)
    os._exit(7)
"""


_RUN = """
def test_run(paraviz_run, paraviz_picture):
    run = paraviz_run("hello")
    assert run.exit_code == 0
    assert not run.kinds
    assert run.states["MainThread"]["running"] > 0
    assert run.output
"""


def _pytest(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "pytest", "-q", "-p", "paraviz.testing.plugin"]
    given = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    # Whether it comes along by its entry point depends on how paraviz is installed.
    given["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    return subprocess.run(
        [*line, "-p", "no:cacheprovider", *words],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env=given,
    )


def test_what_fails_or_hangs_has_a_recording(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(_SUITE)
    done = _pytest(tmp_path, "--paraviz", "test_it.py")
    assert done.returncode == 7
    folder = tmp_path / "paraviz-recordings"
    bad, hung = folder / "test_it-test_bad.pviz", folder / "test_it-test_hangs.pviz"
    _until_there(hung)
    assert sorted(folder.glob("*")) == [bad, hung]
    trace = paraviz.read(bad)
    assert [lane.name for lane in trace.lanes] == ["MainThread", "w0", "w1"]
    assert trace.program.name == "test_it.py::test_bad"
    from paraviz.analysis.findings import findings
    from paraviz.trace.index import index_of

    trace = paraviz.read(hung)
    assert "deadlock" in {each.kind for each in findings(trace, index_of(trace))}


@pytest.mark.slow
def test_a_program_is_observed_for_a_test(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(_RUN)
    done = _pytest(tmp_path, "test_it.py")
    assert not done.returncode, done.stdout


@pytest.mark.slow
def test_pictures_are_compared(tmp_path: Path) -> None:
    recording = Path(__file__).parents[2] / "scenarios" / "recordings" / "hello.pviz"
    (tmp_path / "test_it.py").write_text(
        f"def test_it(paraviz_picture):\n    paraviz_picture({str(recording)!r})\n"
    )
    assert "no picture is agreed on" in _pytest(tmp_path, "test_it.py").stdout
    assert not _pytest(tmp_path, "--paraviz-update").returncode
    agreed = tmp_path / "pictures" / "test_it.txt"
    agreed.write_text(agreed.read_text("utf-8").replace("main", "niam"), "utf-8")
    told = _pytest(tmp_path, "test_it.py").stdout
    assert "the picture is not the agreed one" in told
    assert "niam" in told


def test_unasked_it_loads_nothing() -> None:
    code = (
        "import sys, pytest; before = set(sys.modules); import paraviz.testing.plugin\n"
        "print(sorted(n for n in set(sys.modules) - before if n.startswith('paraviz')))"
    )
    told = subprocess.check_output([sys.executable, "-c", code], text=True)
    assert told.strip() == "['paraviz', 'paraviz.testing', 'paraviz.testing.plugin']"


def _until_there(path: Path) -> None:
    import time

    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} never came")
