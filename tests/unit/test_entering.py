"""What somebody types, and a real program that reads it."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import pytest

from paraviz.errors import ProgramError
from paraviz.programs.catalogue import find
from paraviz.session import Session
from paraviz.trace.histories.output import output_runs, unfinished_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ASKS = """
name = input("who? ")
print("hello", name)
try:
    input()
except EOFError:
    print("over")
"""


def pumped(session: Session, until: Callable[[], bool]) -> None:
    """Let it run on until something is so."""
    limit = time.monotonic() + 30
    while not until():
        assert time.monotonic() < limit and session.pump(0.02)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it is not seen who waits")
def test_a_program_reads_what_is_typed(tmp_path: Path) -> None:
    file = tmp_path / "asks.py"
    file.write_text(ASKS)
    session = Session(find(str(file)), [], typed=True)
    session.start()
    pumped(session, lambda: session.awaits_input and unfinished_line(session.snapshot()) == "who?")
    session.enter("Ann\n")
    pumped(session, lambda: session.awaits_input and "Ann" in session.snapshot().lanes[0].text)
    session.enter(None)
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    assert "".join(text for _, text in output_runs(trace)) == "who? hello Ann\nover\n"
    assert trace.exit_code == 0 and not session.awaits_input
    assert unfinished_line(trace) == ""
    with pytest.raises(ProgramError):
        session.enter("too late\n")


def test_who_does_not_read_is_not_waited_for(tmp_path: Path) -> None:
    file = tmp_path / "deaf.py"
    file.write_text("import time\ntime.sleep(60)\n")
    session = Session(find(str(file)), [], typed=True)
    session.start()
    with pytest.raises(ProgramError, match=r"does not read|has not read"):
        for _ in range(100):
            session.enter("x" * 10_000)
    assert not session.awaits_input
    session.stop()
    session.stop()


def test_where_nobody_can_type_the_input_ends(tmp_path: Path) -> None:
    file = tmp_path / "asks.py"
    file.write_text("import sys\nprint(repr(sys.stdin.read()))\n")
    session = Session(find(str(file)), [])
    session.start()
    while session.pump(0.05):
        pass
    assert session.snapshot().lanes[0].text == "''\n"
