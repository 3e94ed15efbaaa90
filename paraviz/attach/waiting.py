"""What a thread of a tree of processes waits for, and who could end that: put together from its
frames, its system call, and what all other threads have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.attach import locks, semaphores
from paraviz.attach.known import IMPORTING, LOGGING, Known, known
from paraviz.attach.memory import Unreadable
from paraviz.attach.model import Hold, Wait, Who
from paraviz.attach.pools import Trouble, trouble
from paraviz.attach.proc import READS, WRITES, Pipes, command
from paraviz.kernel.syscalls import FUTEX, syscall_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from paraviz.attach.interpreter import Frame, Interpreter
    from paraviz.attach.proc import Rest

_LIMIT = 3
"""The argument of futex(2) that has it."""
RUNS = Wait("runs")
_SLEEPS = (35, 230)
_SELECT, _CHILDREN = (7, 23, 232, 270, 271, 281, 441), (61, 247)
_NAMELESS = ("Connection", "Popen", "Future", "MapResult", "ApplyResult", "Lock", "SimpleQueue")
"""Types of which a program's variables have no name where the library made them."""


class Tree:
    """All that is known of the threads of a tree of processes, to be asked about one after the
    other."""

    def __init__(
        self,
        interpreters: Mapping[int, Interpreter],
        frames: Mapping[Who, Sequence[Frame]],
        rests: Mapping[Who, Rest],
        idents: Mapping[tuple[int, int], Who],
        pipes: Callable[[], Pipes],
    ) -> None:
        """`idents`: threads by process and Python's number of them. `pipes`: asked for when
        somebody waits for one."""
        self.interpreters, self.frames, self.rests, self.idents = (
            interpreters,
            frames,
            rests,
            idents,
        )
        self._pipes = pipes
        self._held: dict[tuple[int, int], list[Hold]] = {}
        """By process and address."""
        for who, stack in frames.items():
            for lock, hold in locks.held(interpreters[who.pid], who, stack):
                self._held.setdefault((who.pid, lock), []).append(hold)
        self._takers: dict[semaphores.Key, list[Hold]] = {}

    def wait(self, who: Who) -> Wait:
        """What a thread waits for."""
        rest, stack = self.rests[who], self.frames.get(who, ())
        if rest.letter == "R":
            return RUNS
        if rest.letter in "ZX":
            return Wait("ended")
        if rest.letter in "Tt":
            return Wait("stopped")
        interpreter = self.interpreters.get(who.pid)
        futex = rest.arguments[0] if rest.call == FUTEX and rest.arguments else 0
        said = known(stack)
        if interpreter is not None and futex:
            if interpreter.is_gil(futex):
                return Wait("gil")
            lock = locks.lock_at(interpreter, futex, stack)
            is_its_own = said is None or self._is_reacquired(interpreter, stack, lock)
            if lock and is_its_own:
                return self._lock(interpreter, who, lock, stack)
            key = semaphores.key_of(who.pid, futex)
            if key is not None and (said is None or said[0].kind in ("semlock", "get", "task")):
                return self._semaphore(who, key, futex, said)
        if interpreter is not None and said is not None:
            return self._said(interpreter, who, *said)
        return self._called(who, rest)

    def _is_reacquired(self, interpreter: Interpreter, stack: Sequence[Frame], lock: int) -> bool:
        """Whether a lock is that of the condition which a thread was in and comes out of."""
        if not stack or stack[0].function != "Condition.wait":
            return False
        return locks.core(interpreter.objects, stack[0].variables.get("self", 0)) == lock != 0

    def _lock(self, interpreter: Interpreter, who: Who, lock: int, stack: Sequence[Frame]) -> Wait:
        objects = interpreter.objects
        idents = {ident: one for (pid, ident), one in self.idents.items() if pid == who.pid}
        owned = locks.owner(interpreter, lock, idents)
        holds = (owned,) if owned is not None else tuple(self._held.get((who.pid, lock), ()))
        if len(holds) > 1:
            # Only one of them can have it: the others let go of it within their `with`.
            holds = ()
        if owned is not None:
            by_with = [one for one in self._held.get((who.pid, lock), ()) if one.who == owned.who]
            if by_with:
                holds = (Hold(owned.who, "owner", by_with[0].place),)
        limited = self._is_limited(who)
        inner = stack[0] if stack else None
        kind, thing = "lock", ""
        if inner is not None and inner.file == IMPORTING and "_ModuleLock" in inner.function:
            return self._import(interpreter, inner, idents)
        if inner is not None and inner.file.endswith(LOGGING):
            handler = inner.variables.get("self", 0)
            if objects.attribute(handler, "lock") == lock:
                kind, thing = "handler", objects.type_or_none(handler).rpartition(".")[2]
        if not thing:
            thing = locks.name_of(objects, lock, stack)
            owner_of = inner.variables.get("self", 0) if inner is not None else 0
            if thing in ("lock", "RLock") and owner_of:
                # What is the library's is told by what it is inside of: a queue, a condition.
                thing = locks.name_of(objects, owner_of, stack)
        note = "" if holds else "unknown_holder"
        return Wait(kind, thing, holds, limited=limited, note=note, address=lock)

    def _import(self, interpreter: Interpreter, frame: Frame, idents: Mapping[int, Who]) -> Wait:
        objects, lock = interpreter.objects, frame.variables.get("self", 0)
        try:
            ident = objects.integer(objects.attribute(lock, "owner"))
            thing = objects.text(objects.attribute(lock, "name"))
        except Unreadable:
            return Wait("lock", "import", note="unknown_holder")
        holder = idents.get(ident)
        return Wait("import", thing, (Hold(holder, "owner"),) if holder is not None else ())

    def _is_limited(self, who: Who) -> bool:
        """Whether the system call that a thread waits in has a time limit."""
        rest = self.rests[who]
        return rest.call == FUTEX and len(rest.arguments) > _LIMIT and rest.arguments[_LIMIT] != 0

    def _semaphore(
        self, who: Who, key: semaphores.Key, address: int, said: tuple[Known, Frame] | None
    ) -> Wait:
        if key not in self._takers:
            self._takers[key] = semaphores.takers(self.interpreters, key, self.idents)
        holds = tuple(self._takers[key])
        stack = self.frames.get(who, ())
        objects = self.interpreters[who.pid].objects
        thing, kind = "", "lock"
        if said is not None:
            thing = locks.name_of(objects, said[1].variables.get(said[0].thing, 0), stack)
            kind = "task" if said[0].kind == "task" else kind
        if thing in _NAMELESS:
            thing = ""
        note = "" if holds else "lost_semaphore"
        limited = self._is_limited(who)
        return Wait(kind, thing, holds, limited=limited, note=note, address=address)

    def _said(self, interpreter: Interpreter, who: Who, what: Known, frame: Frame) -> Wait:
        objects, stack = interpreter.objects, self.frames[who]
        one = frame.variables.get(what.thing, 0)
        limited = self._is_limited(who) or self._has_limit(interpreter, stack, frame)
        thing = locks.name_of(objects, one, stack)
        if thing in _NAMELESS:
            thing = ""
        match what.kind:
            case "join":
                return self._join(interpreter, who, one, thing, limited=limited)
            case "process" | "child":
                return self._process(interpreter, one, thing, what.kind, limited=limited)
            case "receive" | "send" | "get" | "put" | "task" if self.rests[who].call in (
                *READS,
                *WRITES,
            ):
                return self._pipe(who, what.kind, thing, limited=limited)
            case "barrier":
                counts = tuple(
                    self._number(interpreter, one, name) for name in ("_count", "_parties")
                )
                return Wait("barrier", thing, limited=limited, note="barrier", counts=counts)
            case "result" if found := self._trouble(interpreter, who, one):
                return Wait(
                    "result",
                    thing,
                    limited=limited,
                    note=found.note,
                    counts=found.counts,
                    rests_on=found.rests_on,
                )
            case "receive" | "loop" | "task" | "shutdown" | "connections":
                return Wait(what.kind, thing, limited=limited)
        return Wait(what.kind, thing, limited=limited, note="unknown_end")

    def _trouble(self, interpreter: Interpreter, who: Who, one: int) -> Trouble | None:
        return trouble(interpreter.objects, one, who.pid, self.frames, self.rests)

    def _number(self, interpreter: Interpreter, one: int, name: str) -> int:
        try:
            return interpreter.objects.integer(interpreter.objects.attribute(one, name))
        except Unreadable:
            return -1

    def _has_limit(self, interpreter: Interpreter, stack: Sequence[Frame], until: Frame) -> bool:
        """Whether a function from the innermost to the one that waits was given a limit."""
        for frame in stack:
            value = frame.variables.get("timeout", 0)
            if value and interpreter.objects.type_or_none(value) in ("int", "float"):
                try:
                    # `Thread.join` hands on -1 for none.
                    if interpreter.objects.integer(value) != -1:
                        return True
                except Unreadable:
                    return True
            if frame is until:
                break
        return False

    def _join(
        self, interpreter: Interpreter, who: Who, one: int, thing: str, *, limited: bool
    ) -> Wait:
        objects = interpreter.objects
        try:
            other = self.idents.get((who.pid, objects.integer(objects.attribute(one, "_ident"))))
        except Unreadable:
            other = None
        if other is None:
            return Wait("join", thing, limited=limited)
        return Wait("join", "", ends=(other,), limited=limited)

    def _process(
        self, interpreter: Interpreter, one: int, thing: str, kind: str, *, limited: bool
    ) -> Wait:
        objects = interpreter.objects
        at = objects.path(one, "_popen", "pid") or objects.attribute(one, "pid")
        try:
            pid = objects.integer(at)
        except Unreadable:
            return Wait(kind, thing, limited=limited)
        return Wait(
            kind, command(pid) or thing, ends=(Who(pid, pid),), limited=limited, processes=(pid,)
        )

    def _pipe(self, who: Who, kind: str, thing: str, *, limited: bool) -> Wait:
        rest = self.rests[who]
        reads = rest.call in READS
        pipes = self._pipes()
        link = pipes.link(who.pid, rest.arguments[0]) if rest.arguments else ""
        if not link.startswith("pipe:"):
            return Wait(kind, thing, limited=True)
        others = tuple(pipes.others(link, writes=reads))
        ends = tuple(each for each in self.rests if each.pid in others and each != who)
        # Who is not of the tree may do it as well.
        known_all = {each.pid for each in ends} >= set(others) - {who.pid}
        note = "" if others else "no_other_end"
        return Wait(
            kind,
            thing,
            ends=ends if known_all and rest.arguments[0] > 2 else (),
            limited=limited,
            processes=tuple(each for each in others if each != who.pid) or others,
            note=note,
        )

    def _called(self, who: Who, rest: Rest) -> Wait:
        """By the system call alone."""
        if rest.call in _SLEEPS:
            return Wait("sleep", limited=True)
        if rest.call in _SELECT:
            return Wait("call", syscall_name(rest.call), limited=True)
        if rest.call in (*READS, *WRITES) and rest.arguments:
            if rest.call in READS and rest.arguments[0] == 0:
                return Wait("input", limited=True)
            kind = "receive" if rest.call in READS else "put"
            waits = self._pipe(who, kind, "", limited=False)
            if waits.processes or waits.note:
                return waits
        if rest.call >= 0:
            return Wait("call", syscall_name(rest.call), limited=True)
        return (
            Wait("call", rest.wchan, limited=True) if rest.wchan else Wait("blocked", limited=True)
        )
