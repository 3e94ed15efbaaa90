"""Running a program once, plain or observed, in a folder of its own."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from paraviz.programs.interpreter import interpreter_for
from paraviz.verifying.scratch import changes, contents, copy_into

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.programs.parameters import Runnable

How = Literal["plain", "observed"]
_MOST_BYTES = 4 << 20
"""Of an output that is compared; what comes behind is counted only."""
_ENDS = re.compile(
    rb"^(?:[A-Za-z_][\w.]*)?[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Warning)\b", re.MULTILINE
)


class Run(Struct, frozen=True):
    """What one run left behind."""

    how: How
    code: int | None
    """Its exit code as a shell has it; None if it had to be ended."""
    out: bytes
    err: bytes
    sizes: tuple[int, int]
    """Bytes of both, all of them."""
    files: dict[str, str]
    """What it wrote, changed or took away, each with what its bytes come to."""
    wall_s: float
    cpu_s: float
    """Of it and of all that it waited for; observed, of paraviz too."""

    @property
    def exceptions(self) -> tuple[bytes, ...]:
        """The names of those whose tracebacks it wrote."""
        return tuple(sorted(match[0] for match in _ENDS.finditer(self.err)))


class Runner:
    """Runs one program again and again."""

    def __init__(
        self,
        runnable: Runnable,
        argv: Sequence[str],
        *,
        python: str = "",
        time_limit_s: float,
        folder: Path | None,
        options: Sequence[str] = (),
    ) -> None:
        """`folder`: what is copied for each run, or None for an empty one. `options`: for
        `paraviz run`. Raises UsageError where the program cannot take its arguments, ProgramError
        where there is no Python for it."""
        self._limit_s = time_limit_s
        self._folder = folder
        found = interpreter_for(runnable, python)
        self._plain = _plain(found.path or sys.executable, runnable, argv)
        self._observed = [
            *(sys.executable, "-m", "paraviz", "run", "--headless", "--quiet", *options),
            *(("--python", python) if python else ()),
            *(("-m", runnable.module) if runnable.module else (_absolute(runnable),)),
            *argv,
        ]

    def both(self) -> tuple[Run, Run]:
        """A plain run, then an observed one. Raises OSError."""
        return self.run("plain"), self.run("observed")

    def run(self, how: How) -> Run:
        """One run, from its beginning to its end; nothing of it stays. Raises OSError."""
        with tempfile.TemporaryDirectory(prefix="paraviz-") as name:
            scratch = Path(name, "run")
            scratch.mkdir()
            if self._folder is not None:
                copy_into(self._folder, scratch)
            before = contents(scratch)
            command = self._plain if how == "plain" else self._observed
            with Path(name, "out").open("w+b") as out, Path(name, "err").open("w+b") as err:
                code, wall_s, cpu_s = self._once(command, scratch, out.fileno(), err.fileno())
                told = [_told(file.fileno()) for file in (out, err)]
            files = changes(before, contents(scratch))
        return Run(
            how,
            code if code is None or code >= 0 else 128 - code,
            told[0][0],
            told[1][0],
            (told[0][1], told[1][1]),
            files,
            wall_s,
            cpu_s,
        )

    def _once(
        self, command: Sequence[str], scratch: Path, out: int, err: int
    ) -> tuple[int | None, float, float]:
        """The exit code, or None, and how long it took."""
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        began = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=scratch,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            env=_environment(),
        )
        code: int | None
        try:
            code = process.wait(self._limit_s)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            with contextlib.suppress(OSError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        wall_s = time.monotonic() - began
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu_s = after.ru_utime - used.ru_utime + after.ru_stime - used.ru_stime
        return code, wall_s, cpu_s


def _environment() -> dict[str, str]:
    """What both find: hashes that are the same each time, and paraviz where it is not installed."""
    package = str(Path(__file__).parents[2])
    path = os.environ.get("PYTHONPATH", "")
    found = dict(os.environ)
    found.setdefault("PYTHONHASHSEED", "0")
    if package not in path.split(os.pathsep) and "site-packages" not in package:
        found["PYTHONPATH"] = os.pathsep.join(part for part in (path, package) if part)
    return found


def _absolute(runnable: Runnable) -> str:
    return str(Path(runnable.path).absolute()) if runnable.path else runnable.name


def _plain(python: str, runnable: Runnable, argv: Sequence[str]) -> list[str]:
    """As `python` runs it; where paraviz hands its `main()` values, with these."""
    if runnable.module:
        return [python, "-m", runnable.module, *argv]
    path = Path(_absolute(runnable))
    if not runnable.parameters or not argv:
        return [python, str(path), *argv]
    values = runnable.values(list(argv))
    code = f"import sys; sys.path.insert(0, {str(path.parent)!r}); import {path.stem}"
    return [python, "-c", f"{code}; {path.stem}.main(**{dict(values)!r})"]


def _told(descriptor: int) -> tuple[bytes, int]:
    """The begin of a file, and how long it is."""
    size = os.fstat(descriptor).st_size
    return os.pread(descriptor, min(size, _MOST_BYTES), 0), size
