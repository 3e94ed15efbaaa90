"""One look at a tree of processes: nothing runs in it, nothing of it is stopped or changed.

Each thread is asked how often it has left a CPU before its frames are read, and after: who has not
run in between has not changed them. Whoever has is read once more; what is then told says so.
"""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.attach import locks, proc
from paraviz.attach.circles import circles
from paraviz.attach.interpreter import interpreter_of
from paraviz.attach.known import CHILD_BEGINS, own_frame
from paraviz.attach.memory import Unreadable
from paraviz.attach.model import Look, ProcessLook, ThreadLook, Wait, Who
from paraviz.attach.pools import TROUBLES
from paraviz.attach.waiting import Tree
from paraviz.errors import ProgramError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.attach.interpreter import Frame, Interpreter
    from paraviz.attach.proc import Rest

_TRIES = 3
_AGAIN_S = 0.2
_MOST_THREADS = 20_000


def look(pid: int) -> Look:
    """Look at a process and all below it. Raises ProgramError where there is no such process."""
    if not proc.is_there(pid):
        raise ProgramError(_("there is no process {pid}").format(pid=pid))
    found = _look(pid)
    if not _pools(found):
        return found
    # What is wrong with a pool is so for good; one that is just being made looks like it.
    time.sleep(_AGAIN_S)
    again = _look(pid)
    return again if _pools(again) == _pools(found) else _without_pools(again)


def _look(pid: int) -> Look:
    readers = [_Reader(each) for each in proc.tree(pid)]
    try:
        return _together(readers)
    finally:
        for each in readers:
            each.close()


def _pools(found: Look) -> dict[Who, str]:
    """Who waits for a pool of which is told that something is wrong with it, and what."""
    every = found.threads().items()
    return {who: one.wait.note for who, one in every if one.wait.note in TROUBLES}


def _without_pools(found: Look) -> Look:
    processes = tuple(
        replace(
            process,
            threads=tuple(
                replace(one, wait=_unsure(one.wait)) if one.wait.note in TROUBLES else one
                for one in process.threads
            ),
        )
        for process in found.processes
    )
    return replace(found, processes=processes)


def _unsure(wait: Wait) -> Wait:
    return replace(wait, note="unknown_end", counts=(), rests_on=())


class _Reader:
    """A process, as far as it can be read."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.interpreter: Interpreter | None = None
        self.version = self.refused = ""
        self.frames: dict[Who, tuple[Frame, ...]] = {}
        self.rests: dict[Who, Rest] = {}
        self.idents: dict[tuple[int, int], Who] = {}
        self.moved: set[Who] = set()
        self._open()
        for tid in proc.threads(pid)[:_MOST_THREADS]:
            rest = proc.rest(pid, tid)
            if rest is not None:
                self.rests[Who(pid, tid)] = rest
        for _try in range(_TRIES):
            if self.interpreter is not None and self._read(self.interpreter):
                break

    def _open(self) -> None:
        try:
            self.interpreter, version = interpreter_of(self.pid)
        except PermissionError:
            self.refused = "permission"
            return
        except OSError:
            self.refused = "ended"
            return
        self.version = ".".join(map(str, version)) if version is not None else ""
        if self.interpreter is None:
            self.refused = "version" if version is not None else "no_python"

    def _read(self, interpreter: Interpreter) -> bool:
        """Read the frames of all threads; whether it has those of all."""
        try:
            states = list(interpreter.states())
        except Unreadable:
            self.refused = "torn"
            return False
        self.refused = ""
        for state, tid, ident in states:
            who = Who(self.pid, tid)
            if who in self.rests:
                self.idents[self.pid, ident] = who
                self._read_thread(interpreter, who, state)
        return True

    def _read_thread(self, interpreter: Interpreter, who: Who, state: int) -> None:
        for _try in range(_TRIES):
            before = proc.rest(who.pid, who.tid)
            try:
                frames = interpreter.frames(state)
            except Unreadable:
                frames = ()
            after = proc.rest(who.pid, who.tid)
            if before is None or after is None:
                return
            self.frames[who], self.rests[who] = frames, after
            if before == after and after.letter != "R" and frames:
                self.moved.discard(who)
                return
            self.moved.add(who)

    def settle(self) -> None:
        """See who has run since he was read."""
        for who, rest in self.rests.items():
            if proc.rest(who.pid, who.tid) != rest:
                self.moved.add(who)

    def close(self) -> None:
        """Let go of its memory."""
        if self.interpreter is not None:
            self.interpreter.close()


def _together(readers: list[_Reader]) -> Look:
    interpreters = {one.pid: one.interpreter for one in readers if one.interpreter is not None}
    frames = {who: stack for one in readers for who, stack in one.frames.items()}
    rests = {who: rest for one in readers for who, rest in one.rests.items()}
    idents = {key: who for one in readers for key, who in one.idents.items()}

    @cache
    def pipes() -> proc.Pipes:
        every = [int(name) for name in os.listdir("/proc") if name.isdigit()]
        return proc.Pipes(every)

    tree = Tree(interpreters, frames, rests, idents, pipes)
    waits: dict[Who, Wait] = {}
    for who in rests:
        try:
            waits[who] = tree.wait(who)
        except Unreadable:
            waits[who] = Wait("blocked", limited=True)
    for one in readers:
        one.settle()
    moved = {who for one in readers for who in one.moved}
    for who, wait in waits.items():
        if moved & set(wait.rests_on):
            waits[who] = _unsure(wait)
    processes = []
    of_tree = {one.pid for one in readers}
    for number, one in enumerate(readers):
        name = _process_name(one)
        known = [
            _thread(one, who, waits[who], "" if number == 0 else name) for who in sorted(one.rests)
        ]
        parent = _parent(one.pid)
        processes.append(
            ProcessLook(
                one.pid,
                parent if parent in of_tree and number else 0,
                name,
                tuple(known),
                one.version,
                one.refused,
            )
        )
    found = Look(tuple(processes))
    return replace(found, circles=circles(found.threads()))


def _thread(one: _Reader, who: Who, wait: Wait, process: str) -> ThreadLook:
    stack = one.frames.get(who, ())
    own = own_frame(stack)
    frame = own or (stack[0] if stack else None)
    return ThreadLook(
        who,
        _thread_name(one, who, process),
        one.rests[who].letter,
        wait,
        locks.place(frame) if frame is not None else "",
        frame.function if frame is not None else "",
        is_python=bool(stack),
        is_own=own is not None,
        moved=who in one.moved,
        stack=tuple(f"{locks.place(each)} {each.function}" for each in stack),
    )


def _thread_name(one: _Reader, who: Who, process: str) -> str:
    """As Python calls it; of a child its main thread is called as the process."""
    main = who.pid == who.tid
    name = _named(one, who, "Thread._bootstrap", "self")
    if main and (process or not name):
        return process or "MainThread"
    name = name or proc.thread_name(who.pid, who.tid)
    return f"{process}/{name}" if process else name


def _process_name(one: _Reader) -> str:
    """As `multiprocessing` calls it, else what it runs."""
    main = Who(one.pid, one.pid)
    names = (_named(one, main, *each) for each in CHILD_BEGINS.items())
    return next(filter(None, names), "") or proc.command(one.pid) or str(one.pid)


def _named(one: _Reader, who: Who, function: str, variable: str) -> str:
    """The name of what a variable has in the outermost frame of a function."""
    if one.interpreter is None:
        return ""
    objects = one.interpreter.objects
    for frame in reversed(one.frames.get(who, ())):
        if frame.function == function:
            try:
                return objects.text(objects.attribute(frame.variables.get(variable, 0), "_name"))
            except Unreadable:
                return ""
    return ""


def _parent(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(") ")[2].split()
        return int(fields[1])
    except (OSError, ValueError, IndexError):
        return 0
