"""A run in the lecture's own sizes says on a terminal how far it is; stdout stays the program's."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

EAGER = """
from paraviz import cli
from paraviz.commands import progress_lines
progress_lines.EVERY_S, progress_lines._REST = 0.0, 0
cli.main()
"""


def test_lines_on_the_terminal_and_nothing_of_ours_on_stdout() -> None:
    ours, theirs = pty.openpty()
    try:
        command = [sys.executable, "-c", EAGER, "run", "--headless", "fib_pool", "--as-in-lecture"]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=theirs, timeout=60, check=True
        )
        said = os.read(ours, 65_536).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.stdout.startswith(b"[") and b"paraviz" not in done.stdout
    assert "tasks done" in said or "processes ended" in said, said
    assert "paraviz: fib_pool ended" in said
