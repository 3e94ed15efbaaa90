"""A run in which nobody runs any more: how that is seen, what is written and told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.analysis.findings import findings
from paraviz.attach.proc import Rest
from paraviz.commands import hanging
from paraviz.formats import load
from paraviz.text.endings import ending
from paraviz.trace.index import index_of

HANGS = Path(__file__).parents[1] / "attach" / "programs" / "two_locks.py"
needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who ran")


def paraviz(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    call = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet", *words]
    return subprocess.run(call, capture_output=True, text=True, cwd=folder, timeout=60)


def test_quiet_is_who_has_not_left_a_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    rests = {1: Rest("S", 5, 202), 2: Rest("S", 7, 202)}
    monkeypatch.setattr("paraviz.attach.proc.rest", lambda _pid, tid: rests.get(tid))
    now = [0.0]
    quiet, workers = hanging.Quiet(lambda: now[0]), [(9, 1), (9, 2), (9, 3)]
    told = []
    for at, changed in (
        (1.0, {}),
        (3.0, {}),
        (4.0, {2: Rest("S", 8, 202)}),
        (6.0, {}),
        (7.0, {1: Rest("R", 5, -1)}),
        (8.0, {}),
        (9.0, {1: Rest("S", 5, 202)}),
        (10.0, {}),
    ):
        now[0] = at
        rests |= changed
        told.append(quiet.for_s(workers))
    assert told == [0, 2, 0, 2, 0, 0, 0, 1]
    assert hanging.Quiet(lambda: now[0]).for_s([]) == 0


@needs_linux
def test_a_hung_run_leaves_a_recording_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "two_locks-hang.pviz").touch()
    done = paraviz(tmp_path, "--on-hang", "1", "--then", "end", str(HANGS))
    assert done.returncode == 124
    said = done.stderr.splitlines()
    assert said[0] == (
        "paraviz: nobody has run for 1.00 s; what there is so far is in two_locks-hang-2.pviz"
    )
    assert any(line.startswith("paraviz: ✗ deadlock of 2 workers") for line in said), said
    assert "paraviz: attrs waits for `registry` at two_locks.py:13, held by load" in said, said
    assert said[-1] == "paraviz: the program is ended"
    trace = load(tmp_path / "two_locks-hang-2.pviz")
    assert not trace.live
    assert ending(trace.end_reason) == "stopped being recorded when nobody had run for 1 s"
    assert findings(trace, index_of(trace))[0].kind == "deadlock"


@needs_linux
def test_it_is_told_once_and_the_program_goes_on(tmp_path: Path) -> None:
    code = "import time; time.sleep(1.2); print('on')"
    done = paraviz(tmp_path, "--on-hang", "0.3", "-o", "run.pviz", "-c", code)
    assert (done.returncode, done.stdout) == (0, "on\n")
    assert done.stderr.count("nobody has run for 300 ms") == 1
    assert "✗" not in done.stderr
    assert load(tmp_path / "run.pviz").end_reason == "ended"


@needs_linux
def test_who_runs_is_left_alone(tmp_path: Path) -> None:
    code = "import time; t = time.time()\nwhile time.time() < t + 0.8: pass"
    done = paraviz(tmp_path, "--on-hang", "0.3", "--then", "end", "-c", code)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--then", "end"), "--then says what --on-hang does"),
        (("--on-hang", "0"), "takes a number of seconds"),
        (("--on-hang", "5", "--then", "on"), "takes one of"),
    ],
)
def test_wrong_use(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = paraviz(tmp_path, *words, str(HANGS))
    assert done.returncode == 2 and said in done.stderr
