"""Completion by the shell, asked as a shell asks."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.cli import cli
from paraviz.commands.completion import SHELLS, script

PARAVIZ = Path(sys.executable).with_name("paraviz")


@pytest.fixture(scope="module")
def bash_script() -> str:
    return script(cli, "bash")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (("inf",), ["info"]),
        (("run", "print"), ["printers"]),
        (("run", "own"), ["own.py"]),
        (("run", "--kernel", "re"), ["require"]),
        (("open", "a"), ["a run.pviz", "a.json.gz"]),
        (("compare", "b.pviz", "b"), ["b.pviz"]),
        (("run", "printers", "pr"), []),
        (("open", "folder/"), []),
    ],
)
def test_bash_completes(
    bash_script: str, tmp_path: Path, typed: tuple[str, ...], offered: list[str]
) -> None:
    for name in ("own.py", "a run.pviz", "a.json.gz", "a.txt", "b.pviz"):
        (tmp_path / name).touch()
    asks = '\n_paraviz_completion "$PARAVIZ"\nprintf "%s\\n" "${COMPREPLY[@]}"'
    words = " ".join(f"'{each}'" for each in ("paraviz", *typed))
    told = subprocess.run(
        ["bash", "-c", f"{bash_script}\nCOMP_WORDS=({words}); COMP_CWORD={len(typed)}{asks}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PARAVIZ": str(PARAVIZ), "PATH": "/usr/bin:/bin"},
        timeout=60,
        check=False,
    )
    assert [line for line in told.stdout.splitlines() if line] == offered, told.stderr


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_reads_its_script(shell: str) -> None:
    done = subprocess.run([PARAVIZ, "--completion", shell], capture_output=True, timeout=60)
    assert done.returncode == 0 and b"_PARAVIZ_COMPLETE" in done.stdout
    if shutil.which(shell):
        read = subprocess.run([shell, "-n"], input=done.stdout, capture_output=True, timeout=60)
        assert read.returncode == 0, read.stderr
