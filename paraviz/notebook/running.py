"""A cell as a program of its own, in a process of its own: its variables are not the notebook's.

It is a file beside the notebook while it runs, so that it imports what the notebook imports, and so
that processes that are started afresh find it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.errors import UsageError, WriteError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDER = "paraviz-runs"
"""Where recordings go, beside the notebook."""
_PATIENCE_S = 10.0


def run_cell(cell: str, argv: Sequence[str], *, name: str, time_limit: str = "") -> Path:
    """Run it to its end, or until the notebook is interrupted; returns the recording.

    Raises UsageError, WriteError.
    """
    if not re.fullmatch(r"[\w.-]{1,100}", name) or name.startswith("."):
        raise UsageError(_("--name is letters, digits, - and _, not {name!r}").format(name=name))
    program = Path(f"{re.sub(r'[^0-9A-Za-z_]', '_', name)}.py")
    folder = Path(FOLDER)
    path = folder / f"{name}.pviz"
    try:
        folder.mkdir(exist_ok=True)
        path.unlink(missing_ok=True)
        with program.open("x", encoding="utf-8") as file:
            file.write(cell)
    except FileExistsError as error:
        words = _("{file} is there already; --name chooses another name")
        raise WriteError(words.format(file=program)) from error
    except OSError as error:
        raise WriteError(f"{error.filename}: {error.strerror}") from error
    try:
        told = _run(program, path, argv, time_limit)
    finally:
        program.unlink(missing_ok=True)
    if not path.exists():
        last = told.strip().splitlines()[-1:] or [_("nothing was recorded")]
        raise UsageError(last[0].removeprefix("paraviz: "))
    return path


def _run(program: Path, path: Path, argv: Sequence[str], time_limit: str) -> str:
    """Observe it; returns what paraviz said."""
    words = ["run", "--headless", "--python", sys.executable, "-o", str(path)]
    if time_limit:
        words += ["--time-limit", time_limit]
    line = [sys.executable, "-m", "paraviz", *words, "--", str(program), *argv]
    # -P would hide what lies beside the notebook from the cell as well: only ours is imported so.
    observing = subprocess.Popen(
        line,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        env={**os.environ, "PARAVIZ_LANG": _language()},
        start_new_session=True,
    )
    try:
        return observing.communicate()[1]
    except KeyboardInterrupt:
        # As ctrl c in a terminal: the program and paraviz hear of it.
        os.killpg(observing.pid, signal.SIGINT)
        try:
            return observing.communicate(timeout=_PATIENCE_S)[1]
        except subprocess.TimeoutExpired:
            os.killpg(observing.pid, signal.SIGTERM)
            return observing.communicate()[1]


def _language() -> str:
    from paraviz.text import language

    return language.current()
