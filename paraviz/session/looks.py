"""Looks at the processes of a run while it goes on: who ended without saying so, and who is of the
run but never said a word.

A look reads /proc, which only Linux has: elsewhere nothing is found. The observed processes take no
notice.
"""

from __future__ import annotations

import contextlib
import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.kernel.waits import pause_after
from paraviz.notices import OF_OTHERS, UNOBSERVED
from paraviz.session.host import HOST_FILE
from paraviz.words import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

_SHORTEST_S = 0.1
"""From one look to the next."""
_NAMES = 3
"""So many are told."""
_STATE, _PARENT, _THREADS, _EXIT_CODE = 0, 1, 17, 49
"""Fields of /proc/<pid>/stat, counted from the one behind the name."""
_ENDED = ("Z", "X")
_OURS = (str(HOST_FILE), "paraviz_child")
"""In the command line of whoever is observed, or will be: a fork has its parent's until it runs
something else."""
_HELPER = re.compile(r"from \S+\.(\w+_tracker|forkserver) import main")
"""What the libraries start for themselves, and say on the command line."""
_PYTHON = re.compile(r"python[0-9.]*t?")


class End(Struct, frozen=True):
    """How a process ended that did not say so."""

    pid: int
    at_ns: int
    """When that was seen."""
    code: int | None
    """As in `subprocess`; None for one that somebody else collected."""


class Looks:
    """Looks, one now and then, and what was seen."""

    def __init__(self, commands: Callable[[], Mapping[int, str] | None]) -> None:
        """`commands`: what the operating system says each process of the run began to run, by the
        process; None where it says nothing."""
        self._commands = commands
        self._alive: set[int] = set()
        """Processes that were seen alive."""
        self._lines: dict[int, tuple[str, ...]] = {}
        """The command lines of processes that may be none of those observed."""
        self._next_s = 0.0

    def due(self) -> bool:
        """Whether it is time for a look."""
        return time.monotonic() >= self._next_s

    def look(
        self, roots: Sequence[int], observed: Collection[int], alive: Sequence[int]
    ) -> list[End]:
        """Who of `alive`, those `observed` that nobody told the end of, has ended; who else came
        from `roots` is remembered, and they themselves."""
        began_ns = time.thread_time_ns()
        ended = [end for end in map(self._end_of, alive) if end is not None]
        commands = self._commands()
        for pid in _with_descendants(roots) if commands is None else commands:
            if pid not in observed and (pid not in self._lines or _is_ours(self._lines[pid])):
                self._lines[pid] = _command_line(pid)
        pause_s = pause_after(time.thread_time_ns() - began_ns)
        self._next_s = time.monotonic() + max(_SHORTEST_S, pause_s)
        return ended

    def _end_of(self, pid: int) -> End | None:
        fields = _fields(pid)
        now_ns = time.perf_counter_ns()
        if fields is None:
            # Without having been seen it may be one whose number means something else here.
            return End(pid, now_ns, None) if pid in self._alive else None
        # A main thread may end before others do.
        if fields[_STATE] not in _ENDED or int(fields[_THREADS]) > 1:
            self._alive.add(pid)
            return None
        return End(pid, now_ns, os.waitstatus_to_exitcode(int(fields[_EXIT_CODE])))

    def notices(self, observed: Collection[int]) -> list[str]:
        """What to say of those that are not among `observed`."""
        of_program: list[str] = []
        of_others: list[str] = []
        commands = self._commands() or {}
        for pid in sorted(commands.keys() | self._lines.keys()):
            line = self._lines.get(pid) or (commands.get(pid, ""),)
            if pid not in observed and not _is_ours(line):
                self._tell(line, of_program, of_others)
        told = (UNOBSERVED, of_program), (OF_OTHERS, of_others)
        return [_named(words, names) for words, names in told if names]

    @staticmethod
    def _tell(line: tuple[str, ...], of_program: list[str], of_others: list[str]) -> None:
        """Add the name of a command line to those it belongs to, if there is anything to tell."""
        name = os.path.basename(line[0])
        if not _PYTHON.fullmatch(name):
            if name:
                of_others.append(name)
        # Of a Python that was gone too soon there is no telling whether it was a library's helper.
        elif len(line) > 1 and not any(map(_HELPER.search, line)):
            of_program.append(short_command(name, line[1:]))


def short_command(name: str, arguments: Sequence[str]) -> str:
    """A command line of Python as it is told: `python -m joblib…`, `python work.py`."""
    for at, argument in enumerate(arguments):
        if argument == "-m" and at + 1 < len(arguments):
            package, dot, _ = arguments[at + 1].partition(".")
            return f"{name} -m {package}{'…' if dot else ''}"
        if argument == "-c":
            return f"{name} -c"
        if not argument.startswith("-"):
            return f"{name} {os.path.basename(argument)}"
    return name


def _named(words: Phrase, names: list[str]) -> str:
    distinct = list(dict.fromkeys(names))
    told = ", ".join(distinct[:_NAMES]) + (", …" if len(distinct) > _NAMES else "")
    return phrase(words.one, words.many, count=len(names), names=told).english


def _is_ours(line: tuple[str, ...]) -> bool:
    return any(mark in word for word in line for mark in _OURS)


def _fields(pid: int | str) -> list[str] | None:
    """What /proc/<pid>/stat says behind the name; None for a process that is not there."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    return text.rpartition(")")[2].split()


def _command_line(pid: int) -> tuple[str, ...]:
    """The words of a process's command line; () for one that has ended."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ()
    return tuple(os.fsdecode(word) for word in raw.split(b"\0")[:-1])


def _with_descendants(roots: Sequence[int]) -> list[int]:
    """Processes and all that came from them, as far as their parents live."""
    children: dict[int, list[int]] = {}
    with contextlib.suppress(OSError):
        for name in os.listdir("/proc"):
            fields = _fields(name) if name.isdecimal() else None
            if fields is not None:
                children.setdefault(int(fields[_PARENT]), []).append(int(name))
    line = list(roots)
    for pid in line:
        line += children.pop(pid, ())
    return line
