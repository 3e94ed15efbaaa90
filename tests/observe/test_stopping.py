"""However a run is stopped, nothing of it is left."""

from __future__ import annotations

import contextlib
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from paraviz.formats import load
from paraviz.programs.catalogue import find
from paraviz.session import Session
from tests.observe.running import LIMIT_S, PROGRAMS
from tests.terminal import Terminal

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux process tables")


def processes_marked(mark: str) -> list[psutil.Process]:
    """Every process whose command line holds the mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if mark in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_until(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < until, f"waited in vain until {what}"
        time.sleep(0.01)


@contextmanager
def observed(
    *words: str, options: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The forever program, running under paraviz in a process group of its own."""
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet", *options]
    popen = subprocess.Popen(
        [*command, str(PROGRAMS / "forever.py"), mark, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert popen.stdout is not None
        assert popen.stdout.readline() == b"running\n"
        # paraviz, the host and the program's own child.
        wait_until(lambda: len(processes_marked(mark)) == 3, "all three run")
        yield popen, mark
    finally:
        for process in processes_marked(mark):
            process.kill()
        popen.communicate()


def test_interrupt_from_the_terminal() -> None:
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "paraviz", "run", "--headless", str(PROGRAMS / "forever.py")]
    terminal = Terminal([*command, mark])
    try:
        terminal.wait_for("running")
        wait_until(lambda: len(processes_marked(mark)) == 3, "all three run")
        terminal.press("\x03")
        assert terminal.wait_for_end() == 130
        assert terminal.text.count("KeyboardInterrupt") == 1
        assert "/observe/host.py" not in terminal.text
        assert "forever.py killed by SIGINT" in terminal.text
        assert terminal.restored
    finally:
        terminal.close()
    assert not processes_marked(mark)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_signal_to_paraviz_alone_reaches_the_program(
    number: int, code: int, tmp_path: Path
) -> None:
    with observed(options=("-o", str(tmp_path / "t.pviz"))) as (popen, mark):
        popen.send_signal(number)
        popen.communicate(timeout=LIMIT_S)
        assert popen.returncode == code
        assert not processes_marked(mark)
    trace = load(tmp_path / "t.pviz")
    assert trace.exit_code == code * -1 + 128
    assert [lane.probes for lane in trace.lanes].count(True) == 3


def test_killed_paraviz_takes_the_program_along() -> None:
    with observed(options=("--if-lost", "end")) as (popen, mark):
        host = next(p for p in processes_marked(mark) if any("host.py" in w for w in p.cmdline()))
        popen.kill()
        popen.wait()
        wait_until(lambda: not host.is_running() or host.status() == "zombie", "the host is gone")
        assert mark


def test_killed_paraviz_takes_the_workers_along() -> None:
    mark = secrets.token_hex(8)
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet", "--if-lost", "end"]
    popen = subprocess.Popen(
        [*command, str(PROGRAMS / "workers_forever.py"), mark], stdout=subprocess.PIPE
    )
    below: list[psutil.Process] = []
    try:
        assert popen.stdout is not None
        assert popen.stdout.readline() == b"running\n"
        paraviz = psutil.Process(popen.pid)

        def all_below() -> list[psutil.Process]:
            return list(filter(goes_on, paraviz.children(recursive=True)))

        # The host and its five workers, the server of one and the tracker of its resources; a
        # parent that leaves may take its time.
        wait_until(lambda: len(all_below()) == 8, "all are there")
        below = all_below()
        popen.kill()
        wait_until(lambda: not any(map(goes_on, below)), "all have ended")
    finally:
        for process in below:
            with contextlib.suppress(psutil.Error):
                process.kill()
        popen.communicate()


def goes_on(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.alone
@pytest.mark.parametrize("words", [(), ("deaf",)], ids=["polite", "deaf"])
def test_time_limit(words: tuple[str, ...]) -> None:
    with observed(*words, options=("--time-limit", "0.5")) as (popen, mark):
        popen.communicate(timeout=LIMIT_S)
        assert popen.returncode == 124
        assert not processes_marked(mark)


def test_a_session_leaves_nothing_behind() -> None:
    me = psutil.Process()
    descriptors, threads = me.num_fds(), me.num_threads()
    children = {child.pid for child in me.children()}
    mark = secrets.token_hex(8)
    for _ in range(2):
        session = Session(find(str(PROGRAMS / "forever.py")), [mark, "deaf"])
        session.start()
        while not any("running" in lane.text for lane in session.snapshot().lanes):
            session.pump(0.02)
        session.stop()
        session.stop()
        assert not session.pump(0)
        trace = session.snapshot()
        assert not trace.live and trace.end_reason == "stopped"
        (left,) = trace.notices[1:]
        assert left.startswith("1 process left behind by the program was ended")
    assert not processes_marked(mark)
    assert me.num_fds() == descriptors
    assert me.num_threads() <= threads
    assert {child.pid for child in me.children()} == children


def test_megabytes_of_output_are_all_there(tmp_path: Path) -> None:
    program = tmp_path / "prints.py"
    program.write_text("for i in range(40_000):\n    print(i, 'x' * 100)\nprint('y' * 3_000_000)\n")
    session = Session(find(str(program)))
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    plain = subprocess.run([sys.executable, program], capture_output=True, check=True).stdout
    assert trace.lanes[0].text == plain.decode()
    assert trace.dropped == 0


def test_diagnostics_keep_what_no_write_explains(tmp_path: Path) -> None:
    program = tmp_path / "faults.py"
    program.write_text(
        "import ctypes, faulthandler, sys, time\n"
        "faulthandler.enable()\n"
        "print('last words', file=sys.stderr, flush=True)\n"
        "time.sleep(0.2)\n"
        "ctypes.string_at(0)\n"
    )
    session = Session(find(str(program)))
    session.start()
    while session.pump(0.05):
        pass
    assert session.snapshot().end_reason == "killed by SIGSEGV"
    assert "Segmentation fault" in session.diagnostics
    assert "last words" not in session.diagnostics
