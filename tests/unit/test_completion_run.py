"""Completion in shells that run, on a terminal: a file's name is a name, whatever stands in it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import sys
import time
from pathlib import Path

import pytest

PARAVIZ = Path(sys.executable).with_name("paraviz")
NAME = "a$(touch X)`touch Y`;'*.pviz"
LIMIT_S = 40.0
SHELLS = {
    "bash": ["bash", "--norc", "--noprofile", "-i"],
    "zsh": ["zsh", "-f", "-i"],
    "fish": ["fish", "--no-config", "-i"],
}
READ = {
    "bash": 'source <(paraviz --completion bash); bind "set enable-bracketed-paste off"\n',
    "zsh": "autoload -Uz compinit; compinit -u -D; source <(paraviz --completion zsh)\n",
    "fish": "paraviz --completion fish | source\n",
}


def typed(shell: str, folder: Path, words: str) -> str:
    """What the shell shows once these words are typed, after it has read what completes."""
    pid, terminal = pty.fork()
    if not pid:
        os.chdir(folder)
        os.environ.update(
            PATH=f"{folder}/bin:/usr/bin:/bin", HOME=str(folder), TERM="dumb", PS1="$ "
        )
        os.execvp(SHELLS[shell][0], SHELLS[shell])
    said = ""
    until = time.monotonic() + LIMIT_S

    def until_said(wanted: str) -> None:
        nonlocal said
        while wanted not in said and time.monotonic() < until:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    said += os.read(terminal, 1 << 16).decode(errors="replace")
                except OSError:
                    return

    try:
        os.write(terminal, f"{READ[shell]}echo rea''dy\n".encode())
        until_said("\nready")
        os.write(terminal, words.encode())
        # The shell asks paraviz, and only then is the end of the line read.
        os.write(terminal, b"\n")
        until_said("got<info")
        until_said(">\r\n")
    finally:
        os.kill(pid, 9)
        os.waitpid(pid, 0)
        os.close(terminal)
    return said


@pytest.mark.parametrize("shell", SHELLS)
def test_a_name_that_is_completed_is_not_run(shell: str, tmp_path: Path) -> None:
    if not shutil.which(shell):
        pytest.skip(f"there is no {shell} here")
    (tmp_path / "bin").mkdir()
    stub = tmp_path / "bin" / "paraviz"
    stub.write_text(
        f'#!/bin/sh\n[ -n "$_PARAVIZ_COMPLETE" ] || [ "$1" = --completion ] &&'
        f' exec "{PARAVIZ}" "$@"\nprintf "got<%s|%s>\\n" "$@"\n'
    )
    stub.chmod(0o755)
    (tmp_path / NAME).touch()
    (tmp_path / "other.pviz").touch()
    said = typed(shell, tmp_path, "paraviz info a\t")
    assert f"got<info|{NAME}>" in said, said
    assert {path.name for path in tmp_path.iterdir()} & {"X", "Y"} == set()
