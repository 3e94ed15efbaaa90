"""What /proc tells of a process that runs: its children, its threads, the system calls these are
in, and who has which end of a pipe. See proc(5).
"""

from __future__ import annotations

import os
import platform
import re
import stat
from itertools import pairwise
from pathlib import Path

from msgspec import Struct

from paraviz.kernel.syscalls import on_x86_64

MOST_PROCESSES = 1_000
"""Of a tree that are looked at."""
READS, WRITES = (0, 19, 45, 47), (1, 20, 44, 46)
"""System calls that wait for something to read, for room to write; numbers of x86-64."""
_HELPER = re.compile(r"from \S+\.(\w+_tracker|forkserver) import main")
"""What `multiprocessing` starts for itself."""


class Rest(Struct, frozen=True):
    """How a thread was seen: where two are equal it has not run in between."""

    letter: str
    """Its state: R runs or could, S and D wait, T is stopped, Z has ended."""
    switches: int
    """How often it had left a CPU."""
    call: int
    """The number, on x86-64, of the system call it waits in; -1 for none, or where refused."""
    arguments: tuple[int, ...] = ()
    wchan: str = ""
    """The kernel's function that it waits in, where the call is refused."""


def tree(pid: int) -> list[int]:
    """A process and all below it."""
    found: list[int] = []
    waiting = [pid]
    while waiting and len(found) < MOST_PROCESSES:
        one = waiting.pop(0)
        found.append(one)
        for tid in threads(one):
            try:
                waiting += map(int, Path(f"/proc/{one}/task/{tid}/children").read_text().split())
            except (OSError, ValueError):
                continue
    return found


def threads(pid: int) -> list[int]:
    """The threads of a process, by number; [] once it has ended."""
    try:
        return sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    except OSError:
        return []


def rest(pid: int, tid: int) -> Rest | None:
    """How a thread is right now; None once it has ended."""
    folder = Path(f"/proc/{pid}/task/{tid}")
    try:
        letter = (folder / "stat").read_text(errors="replace").rpartition(") ")[2][:1]
        status = (folder / "status").read_text(errors="replace")
        switches = sum(
            int(line.partition(":")[2]) for line in status.splitlines() if "ctxt_switches" in line
        )
    except (OSError, ValueError):
        return None
    call, arguments = _call(folder)
    wchan = ""
    if call < 0 and letter in "SD":
        try:
            wchan = (folder / "wchan").read_text().strip("0\n")
        except OSError:
            wchan = ""
    return Rest(letter, switches, call, arguments, wchan)


def _call(folder: Path) -> tuple[int, tuple[int, ...]]:
    try:
        number, *rest_of_line = (folder / "syscall").read_text().split()
        if not number.isdigit():
            return -1, ()
        known = on_x86_64(int(number), platform.machine())
        return (-1 if known is None else known), tuple(int(word, 16) for word in rest_of_line[:6])
    except (OSError, ValueError):
        return -1, ()


def is_there(pid: int) -> bool:
    """Whether there is such a process, and it has not ended."""
    main = rest(pid, pid)
    return main is not None and main.letter not in "ZX"


def thread_name(pid: int, tid: int) -> str:
    """What the kernel calls a thread."""
    try:
        return Path(f"/proc/{pid}/task/{tid}/comm").read_text(errors="replace").strip()
    except OSError:
        return ""


def command(pid: int) -> str:
    """What a process runs, in few words: `python`, or the file that Python was given."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    words = [os.fsdecode(word) for word in raw.split(b"\0") if word]
    if not words:
        return thread_name(pid, pid)
    helper = next(filter(None, map(_HELPER.search, words)), None)
    if helper is not None:
        return helper[1].replace("_", " ")
    for option, word in pairwise(words[1:]):
        if option == "-m":
            return f"python -m {word}"
    named = next((word for word in words[1:] if word.endswith(".py")), words[0])
    return os.path.basename(named)


class Pipes:
    """Who in a tree of processes has which end of which pipe or socket."""

    def __init__(self, pids: list[int]) -> None:
        self._ends: dict[str, list[tuple[int, bool]]] = {}
        """(process, whether it writes) by the pipe."""
        self._links: dict[tuple[int, int], str] = {}
        for pid in pids:
            try:
                numbers = os.listdir(f"/proc/{pid}/fd")
            except OSError:
                continue
            for number in numbers:
                self._add(pid, int(number))

    def _add(self, pid: int, number: int) -> None:
        path = f"/proc/{pid}/fd/{number}"
        try:
            link, mode = os.readlink(path), os.lstat(path).st_mode
        except OSError:
            return
        self._links[pid, number] = link
        if link.startswith("pipe:"):
            if mode & stat.S_IWUSR:
                self._ends.setdefault(link, []).append((pid, True))
            if mode & stat.S_IRUSR:
                self._ends.setdefault(link, []).append((pid, False))

    def link(self, pid: int, number: int) -> str:
        """What a descriptor of a process is: "pipe:[123]", "/dev/pts/0"; "" where not known."""
        return self._links.get((pid, number), "")

    def others(self, link: str, *, writes: bool) -> list[int]:
        """The processes that have the end of a pipe that is written, or read."""
        return sorted({pid for pid, wrote in self._ends.get(link, ()) if wrote is writes})
