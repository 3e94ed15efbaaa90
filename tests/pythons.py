"""The other Pythons that are installed beside the one that runs the tests."""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from pathlib import Path

_WHO = "import sys; print(*sys.version_info[:2]); print(sys._base_executable or sys.executable)"
_SERIES = ("3.11", "3.12", "3.13", "3.14", "3.15")
OLDER = tuple(
    str(path)
    for path in sorted(Path.home().glob(".pyenv/versions/*/bin/python"))
    if path.parts[-3].startswith(("2.", "3.6.", "3.9.", "3.10."))
)
"""Pythons that are too old to be watched."""


@functools.cache
def others() -> dict[str, str]:
    """The files of other Pythons by their series, such as "3.12"; not of the series of this one."""
    found: dict[str, str] = {}
    versions = Path.home() / ".pyenv" / "versions"
    for series in _SERIES:
        kept = map(str, sorted(versions.glob(f"{series}.*/bin/python")))
        for python in (*kept, shutil.which(f"python{series}") or "", f"/usr/bin/python{series}"):
            if os.path.exists(python) and _series(python) == series:
                found.setdefault(series, python)
    found.pop(f"{sys.version_info[0]}.{sys.version_info[1]}", None)
    return found


def environment(folder: Path, python: str = sys.executable) -> Path:
    """An empty virtual environment, made in no time: nothing is installed into it."""
    subprocess.run([python, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=120)
    return folder


def install(environment: Path, name: str, source: str = "") -> None:
    """Put a module into an environment."""
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / f"{name}.py").write_text(source)


def _series(python: str) -> str:
    try:
        said = subprocess.run([python, "-c", _WHO], capture_output=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return ""
    return ".".join(said.stdout.decode().splitlines()[0].split())
