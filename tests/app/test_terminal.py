"""The app as a user has it: in a real terminal, with real programs."""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.observe.running import PROGRAMS
from tests.observe.test_stopping import processes_marked, wait_until
from tests.terminal import LIMIT_S, Terminal

pytestmark = pytest.mark.alone

PARAVIZ = [sys.executable, "-m", "paraviz"]
Open = Callable[..., Terminal]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens terminals, and closes them in the end."""
    terminals: list[Terminal] = []

    def open_terminal(*words: str, columns: int = 120, rows: int = 36) -> Terminal:
        terminals.append(Terminal([*PARAVIZ, *words], columns=columns, rows=rows))
        return terminals[-1]

    yield open_terminal
    for terminal in terminals:
        terminal.close()


def test_run_rerun_locked_and_quit(opened: Open) -> None:
    terminal = opened("run", "printers", "--n", "5", "--steps", "1000")
    terminal.wait_for("ended", "thread-a", "thread-b", "l lock")
    terminal.press("l")
    terminal.wait_for("locked on", "ended", "◆ lock")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.restored
    assert "Traceback" not in terminal.text


@pytest.mark.parametrize("key", ["q", "\x03"], ids=["q", "ctrl-c"])
def test_quitting_mid_run_leaves_nothing(opened: Open, key: str) -> None:
    mark = secrets.token_hex(8)
    terminal = opened("run", str(PROGRAMS / "forever.py"), mark, "deaf")
    terminal.wait_for("live", "running")
    wait_until(lambda: len(processes_marked(mark)) == 3, "all three run")
    terminal.press(key)
    assert terminal.wait_for_end() == (0 if key == "q" else 130)
    assert terminal.restored
    assert "Traceback" not in terminal.text
    assert not processes_marked(mark)


@pytest.mark.parametrize(
    ("program", "argument", "told"),
    [
        ("signals.py", "SIGKILL", "killed by SIGKILL"),
        ("signals.py", "SIGSEGV", "killed by SIGSEGV"),
        ("exits.py", "code", "exited with 3"),
        ("exits.py", "os", "exited with 7"),
        ("raises.py", "", "raised KeyError"),
    ],
)
def test_it_says_how_the_program_ended(
    opened: Open, program: str, argument: str, told: str
) -> None:
    terminal = opened("run", str(PROGRAMS / program), *filter(None, [argument]), columns=160)
    terminal.wait_for(told)
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.restored


def test_it_can_be_resized_while_it_runs(opened: Open) -> None:
    terminal = opened("run", "printers", "--n", "40", columns=80, rows=24)
    terminal.wait_for("thread-b")
    terminal.resize(150, 45)
    terminal.wait_for("ended", "Python 3")
    terminal.press("q")
    assert terminal.wait_for_end() == 0


@pytest.mark.parametrize(
    "after_s",
    [-1.0, 0.1, *(pytest.param(each, marks=pytest.mark.slow) for each in (0.0, 0.2, 0.4))],
)
def test_a_terminal_that_is_closed_leaves_nothing(opened: Open, after_s: float) -> None:
    mark = secrets.token_hex(8)
    terminal = opened("run", str(PROGRAMS / "forever.py"), mark)
    terminal.wait_for("● live")
    wait_until(lambda: len(processes_marked(mark)) == 3, "all three run")
    if after_s >= 0:
        terminal.press("q")
        time.sleep(after_s)
    terminal.hang_up()
    terminal.process.wait(LIMIT_S)
    wait_until(lambda: not processes_marked(mark), "all have ended")


def test_a_program_reads_what_is_typed_up_to_its_end(opened: Open) -> None:
    terminal = opened("run", str(PROGRAMS / "reads.py"), columns=160)
    terminal.wait_for("the program reads")
    terminal.press("one\r")
    terminal.wait_for("prompt ❯")
    terminal.press("two\r")
    terminal.wait_for("'two'")
    terminal.wait_for("the program reads")
    terminal.press("\x04")
    terminal.wait_for("EOFError", "✓ ended")
    terminal.press("q")
    assert terminal.wait_for_end() == 0
    assert terminal.restored
