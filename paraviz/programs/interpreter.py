"""Which Python runs a program: the one that was asked for, else the active environment's, else that
of the `.venv` beside the program, else the one that runs paraviz.

What runs inside needs the standard library alone, so that it may be any CPython from `OLDEST` on,
whatever runs paraviz. Another one than ours is asked who it is before it gets the program.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from paraviz.errors import ProgramError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.programs.parameters import Runnable

ChosenBy = Literal["", "--python", "VIRTUAL_ENV", ".venv"]
"""Why it is this one: the command line, the active environment, the one beside the program; "" for
ours, which nobody chose."""

OLDEST = (3, 11)
"""What the observed side can run in."""
_BESIDE = ".venv"
_PATIENCE_S = 20.0
_WHO = (
    "import sys; v = sys.version_info; "
    "sys.stdout.write('paraviz:%d.%d:%s' % (v[0], v[1], "
    "getattr(getattr(sys, 'implementation', None), 'name', 'cpython')))"
)
"""In words that every Python there ever was understands."""
_ANSWER = re.compile(r"paraviz:(\d{1,4})\.(\d{1,4}):(\w+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A Python that can run a program, observed."""

    path: str
    """Its file, by the name that makes it look for its environment: no link is followed."""
    chosen_by: ChosenBy = ""
    """Why it is this one."""
    passed_over: str = ""
    """What `VIRTUAL_ENV` names, where that is no environment."""


def interpreter_for(
    runnable: Runnable, chosen: str = "", environ: Mapping[str, str] = os.environ
) -> Interpreter:
    """The Python that is to run a program; `chosen`: the file, the environment or the name on the
    PATH that the user asked for, or "". Raises ProgramError for one that cannot."""
    if chosen:
        return _checked(Interpreter(_asked_for(chosen), "--python"))
    active = environ.get("VIRTUAL_ENV", "")
    if active and _is_ours(active):
        return Interpreter(sys.executable)
    if active and (python := _python_in(active)):
        return _checked(Interpreter(python, "VIRTUAL_ENV"))
    passed_over = active
    for folder in _folders_of(runnable):
        beside = os.path.join(folder, _BESIDE)
        python = _python_in(beside)
        if python and _is_ours(beside):
            break
        if python:
            return _checked(Interpreter(python, ".venv", passed_over))
    return Interpreter(sys.executable, passed_over=passed_over)


def environment_of(python: str) -> str:
    """The folder of the environment that a Python belongs to, or ""."""
    folder = os.path.dirname(os.path.dirname(python))
    return folder if folder and os.path.isfile(os.path.join(folder, "pyvenv.cfg")) else ""


def _asked_for(chosen: str) -> str:
    """The file that the user means. Raises ProgramError."""
    path = os.path.expanduser(chosen)
    if os.path.isdir(path):
        python = os.path.join(path, "bin", "python")
        if not os.path.lexists(python):
            words = _("--python {path}: there is no bin/python in this folder")
            raise ProgramError(words.format(path=chosen))
        return os.path.abspath(python)
    if os.sep not in path and not os.path.exists(path):
        found = shutil.which(path)
        if found is None:
            words = _("--python {path}: there is no such file, and no such command")
            raise ProgramError(words.format(path=chosen))
        return os.path.abspath(found)
    return os.path.abspath(path)


def _python_in(folder: str) -> str:
    """The Python of an environment, which may be a link to one that is gone; "" for a folder that
    is none, such as one that another system made."""
    python = os.path.join(os.path.abspath(folder), "bin", "python")
    made = os.path.isfile(os.path.join(folder, "pyvenv.cfg"))
    return python if made and os.path.lexists(python) else ""


def _is_ours(folder: str) -> bool:
    """Whether paraviz itself runs in this environment."""
    return os.path.realpath(folder) == os.path.realpath(sys.prefix)


def _folders_of(runnable: Runnable) -> list[Path]:
    """The folder of a program as it is named, and that of the file where a link leads; of a module
    the folder from which it is sought."""
    if not runnable.path:
        return [Path()]
    path = Path(runnable.path)
    if path.is_dir():
        return [path.absolute()]
    return list(dict.fromkeys((path.parent.absolute(), path.resolve().parent)))


def _checked(found: Interpreter) -> Interpreter:
    """The same. Raises ProgramError, one line that says why it is this one, for what cannot run."""
    version, kind = _who_is(found)
    if kind != "cpython":
        words = _("{python} is {kind}; paraviz watches CPython alone{hint}")
    elif version < OLDEST:
        words = _("{python} is Python {version}; paraviz watches {oldest} and newer{hint}")
    else:
        return found
    raise ProgramError(
        words.format(
            python=found.path,
            kind=kind,
            version=".".join(map(str, version)),
            oldest=".".join(map(str, OLDEST)),
            hint=_hint(found),
        )
    )


def _who_is(found: Interpreter) -> tuple[tuple[int, int], str]:
    """Its version and its implementation, asked of itself. Raises ProgramError."""
    if not os.path.exists(found.path):
        words = _("there is no Python at {python}{hint}")
        raise ProgramError(words.format(python=found.path, hint=_hint(found)))
    if os.path.isfile(found.path) and not os.access(found.path, os.X_OK):
        words = _("{python} cannot be executed{hint}")
        raise ProgramError(words.format(python=found.path, hint=_hint(found)))
    try:
        said = subprocess.run(
            [found.path, "-E", "-s", "-S", "-c", _WHO],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE_S,
            check=False,
        ).stdout.decode(errors="replace")
    except (OSError, subprocess.TimeoutExpired):
        said = ""
    answer = _ANSWER.search(said)
    if answer is None:
        words = _("{python} is no Python{hint}")
        raise ProgramError(words.format(python=found.path, hint=_hint(found)))
    return (int(answer[1]), int(answer[2])), answer[3]


def _hint(found: Interpreter) -> str:
    """Why it was to be this one, and what helps."""
    if found.chosen_by == "--python":
        return ""
    if found.chosen_by == "VIRTUAL_ENV":
        return _(" (the active VIRTUAL_ENV; --python PATH takes another)")
    return _(" (the .venv beside the program; --python PATH takes another)")
