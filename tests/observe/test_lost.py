"""Paraviz may be lost, and the program and its recording are not."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from paraviz.commands.progress_bar import load_any
from paraviz.errors import FormatError
from paraviz.formats import load
from paraviz.session.recovering import LOST
from paraviz.session.spill import MAGIC, Spill, read_spill, spill_of
from paraviz.text.notices import NOT_SPILLED, RECOVERED, counted
from tests.observe.running import LIMIT_S, PROGRAMS

RUN = ["-m", "paraviz", "run", "--headless", "-q"]
FLAWED = """
import sys
from paraviz import cli
{flaw}
cli.main(sys.argv[1:])
"""
NO_MEMORY = """
from paraviz.session.builder import TraceBuilder
feed, times = TraceBuilder.feed, []
def fed(self, parcel):
    times.append(1)
    if len(times) > 3:
        raise MemoryError
    feed(self, parcel)
TraceBuilder.feed = fed
"""
NO_ROOM = """
import errno, os
from paraviz.session import spill
from paraviz import formats
write = os.write
def none_left(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
spill.os = type("os", (), {**vars(os), "write": none_left})
formats.replacing = none_left
"""


def begun(*words: str, code: str = "") -> subprocess.Popen[str]:
    how = ["-c", code, *RUN[2:]] if code else RUN
    return subprocess.Popen(
        [sys.executable, *how, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Threads that are there before signals are held would take them.
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )


def first_line(popen: subprocess.Popen[str]) -> str:
    assert popen.stdout is not None
    return popen.stdout.readline().strip()


def test_paraviz_is_killed_and_the_program_runs_on(tmp_path: Path) -> None:
    file = tmp_path / "run.pviz"
    program = str(PROGRAMS / "asked_to_end.py")
    popen = begun("-o", str(file), program, "0.1")
    assert first_line(popen) == "up"
    (host,) = psutil.Process(popen.pid).children()
    part = spill_of(file)
    until = time.monotonic() + LIMIT_S
    while (
        not any(lane.text == "up\n" for lane in load_any(part).lanes) and time.monotonic() < until
    ):
        time.sleep(0.05)
    assert stat.S_IMODE(part.stat().st_mode) == 0o600
    popen.kill()
    popen.wait()
    host.send_signal(signal.SIGTERM)
    assert popen.stdout is not None
    assert popen.stdout.read() == "asked 1\n"
    popen.communicate()
    trace = load_any(file)
    assert trace.end_reason == LOST and counted(RECOVERED, 1) in trace.notices
    assert trace.program.path == program and trace.program.argv == ("0.1",)
    assert trace.lanes[0].text == "up\n"
    # Whatever is torn at the end is left out.
    part.write_bytes(part.read_bytes()[:-3])
    assert load_any(part).lanes
    part.write_bytes(MAGIC + b"\xff")
    with pytest.raises(FormatError):
        load_any(part)


@pytest.mark.parametrize("choice", ["run", pytest.param("end", marks=pytest.mark.slow)])
def test_paraviz_has_no_memory_left(choice: str, tmp_path: Path) -> None:
    file = tmp_path / "run.pviz"
    program = str(PROGRAMS / "asked_to_end.py")
    popen = begun(
        *("--if-lost", choice, "-o", str(file), program, "0.1"), code=FLAWED.format(flaw=NO_MEMORY)
    )
    assert first_line(popen) == "up"
    if choice == "run":
        time.sleep(1)
        popen.send_signal(signal.SIGTERM)
    out, err = popen.communicate(timeout=LIMIT_S)
    assert "MemoryError" in err and str(spill_of(file)) in err
    assert load_any(file).lanes
    if choice == "run":
        assert (out, popen.returncode) == ("asked 1\n", 5)
    else:
        assert popen.returncode == 70


def test_the_disk_is_full_and_the_exit_code_is_the_programs(tmp_path: Path) -> None:
    file = tmp_path / "run.pviz"
    popen = begun(
        *("-o", str(file), str(PROGRAMS / "exits.py"), "code"), code=FLAWED.format(flaw=NO_ROOM)
    )
    _, err = popen.communicate(timeout=LIMIT_S)
    assert "No space left" in err
    plain = subprocess.run([sys.executable, str(PROGRAMS / "exits.py"), "code"], check=False)
    assert popen.returncode == plain.returncode != 0
    assert not file.exists()


def test_a_spill_that_fails_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Spill(tmp_path / "a.part", {"name": "first"})
    first.put(b"parcel", 7)
    again = Spill(tmp_path / "a.part", {"name": "again"})
    meta, parcels = read_spill(tmp_path / "a.part~")
    assert (meta, list(parcels)) == ({"name": "first"}, [(7, b"parcel")])

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", full)
    again.put(b"parcel", 8)
    assert again.failed == "No space left on device"
    assert "{reason}" in NOT_SPILLED.one
    for each in (first, again):
        each.close(keep=False)
    assert not (tmp_path / "a.part").exists()


def test_signals_are_passed_on_once_and_the_program_takes_its_time(tmp_path: Path) -> None:
    file = tmp_path / "run.pviz"
    popen = begun("-o", str(file), str(PROGRAMS / "asked_to_end.py"), "1.5")
    assert first_line(popen) == "up"
    popen.send_signal(signal.SIGUSR1)
    assert first_line(popen) == "told"
    popen.send_signal(signal.SIGTERM)
    out, _ = popen.communicate(timeout=LIMIT_S)
    assert (out, popen.returncode) == ("asked 1\n", 5)
    assert load(file).exit_code == 5 and not spill_of(file).exists()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_after_its_grace_it_is_killed() -> None:
    popen = begun("--grace", "0.3", str(PROGRAMS / "asked_to_end.py"), "60")
    assert first_line(popen) == "up"
    popen.send_signal(signal.SIGTERM)
    out, _ = popen.communicate(timeout=LIMIT_S)
    assert (out, popen.returncode) == ("", 128 + signal.SIGKILL)


@pytest.mark.parametrize("options", [(), ("--keep-background",)], ids=["ended", "kept"])
def test_what_is_left_behind_is_told(options: tuple[str, ...], tmp_path: Path) -> None:
    file = tmp_path / "run.pviz"
    popen = begun(*options, "-o", str(file), str(PROGRAMS / "leaves_a_service.py"), "61")
    out, _ = popen.communicate(timeout=LIMIT_S)
    pid = int(out)
    try:
        assert psutil.pid_exists(pid) == bool(options)
        (notice,) = [text for text in load(file).notices if "left behind" in text]
        assert f"sleep 61 ({pid})" in notice or f"sleep ({pid})" in notice
        assert ("runs on" in notice) == bool(options)
    finally:
        if options:
            os.kill(pid, signal.SIGKILL)


def test_who_is_kept_is_not_ended_with_paraviz() -> None:
    popen = begun("--keep-background", "--if-lost", "end", "printers")
    _, err = popen.communicate(timeout=LIMIT_S)
    assert popen.returncode == 2 and "background" in err
