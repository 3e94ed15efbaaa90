"""The threads of a file of strace's, as line after line tells of them."""

from __future__ import annotations

from msgspec import Struct, field

from paraviz.formats.gathered import FURTHEST_NS, Gathered, Row
from paraviz.formats.strace.calls import made_by, told, waits_in
from paraviz.formats.strace.lines import Line
from paraviz.trace import State
from paraviz.trace.model import SYSCALL_CAUSE

NAMELESS, NOBODY = -1, -2
"""The number of whose lines have none, and that of nobody's parent."""
_LONGEST_NAME = 200


class _Thread(Struct):
    """A thread so far."""

    who: int
    row: Row
    begun: Line | None = None
    """The call it is in, of which only the begin was told."""
    calls: list[tuple[int, int, Line]] = field(default_factory=list)
    """Begin, end, and which, in their order."""
    is_thread: bool = False
    is_process: bool = False
    parent: int = NOBODY
    path: str = ""
    name: str = ""


class Threads:
    """All threads of a file."""

    def __init__(self) -> None:
        self.gathered = Gathered()
        self.threads: dict[int, _Thread] = {}
        self.arrows: list[tuple[int, int, int, int]] = []
        self.moments = 0
        self.last_ns = 0
        self.attached: set[int] = set()
        """Those of which strace said that they came."""
        self._made: dict[int, tuple[int, int, bool]] = {}
        self._ended: dict[int, int] = {}

    def take(self, line: Line) -> None:
        """The next line."""
        self.last_ns = max(self.last_ns, line.at_ns)
        thread = self._thread(line)
        thread.row.saw(line.at_ns)
        match line.what:
            case "begun":
                self._give_up(thread, line.at_ns)
                thread.begun = line
            case "resumed":
                begun, thread.begun = thread.begun, None
                if begun is not None and begun.name == line.name:
                    took = line.took_ns
                    end = line.at_ns if took is None else begun.at_ns + took
                    arguments = _joined(begun.arguments, line.arguments)
                    self._call(thread, begun.at_ns, end, begun.name, arguments, line.result)
            case "call":
                if line.took_ns is None and line.result != "?":
                    self.moments += 1
                end = line.at_ns + (line.took_ns or 0)
                self._call(thread, line.at_ns, end, line.name, line.arguments, line.result)
            case "signal":
                thread.row.mark(line.at_ns, line.name)
            case "exit":
                self._exit(thread, line)

    def _thread(self, line: Line) -> _Thread:
        who = line.who if line.who >= 0 else self._alone()
        thread = self.threads.get(who)
        if (
            thread is None
            and NAMELESS in self.threads
            and who not in self.attached | set(self._made)
        ):
            # On a terminal strace numbers lines only while there are several threads.
            thread = self._number(who)
        if thread is None:
            row = self.gathered.row("", max(who, 0), max(who, 0))
            thread = self.threads[who] = _Thread(who, row)
            if made := self._made.pop(who, None):
                self._come(who, thread, *made, at_ns=line.at_ns)
        if line.comm:
            thread.name = line.comm
        return thread

    def _alone(self) -> int:
        """Whose lines are without a number: the only one's that goes on."""
        going_on = [who for who, each in self.threads.items() if each.row.end_ns is None]
        return going_on[0] if len(going_on) == 1 else NAMELESS

    def _number(self, who: int) -> _Thread:
        """The first thread has this number, as it turns out."""
        thread = self.threads.pop(NAMELESS)
        self.threads = {who: thread, **self.threads}
        thread.who = thread.row.pid = thread.row.tid = who
        for each in self.threads.values():
            each.parent = who if each.parent == NAMELESS else each.parent
        self._made = {
            child: (who if parent == NAMELESS else parent, since, is_thread)
            for child, (parent, since, is_thread) in self._made.items()
        }
        self.arrows = [
            (who if begin == NAMELESS else begin, at, who if end == NAMELESS else end, then)
            for begin, at, end, then in self.arrows
        ]
        return thread

    def _come(
        self, who: int, thread: _Thread, parent: int, since_ns: int, is_thread: bool, *, at_ns: int
    ) -> None:
        """A thread was made by another one, from `since_ns` on, and is seen first at `at_ns`."""
        if thread.parent != NOBODY or parent == who:
            return
        thread.parent, thread.is_thread, thread.is_process = parent, is_thread, not is_thread
        if not is_thread:
            thread.path = thread.path or self.threads[parent].path
        self.arrows.append((parent, min(since_ns, at_ns), who, at_ns))

    def _call(
        self, thread: _Thread, begin: int, end: int, name: str, arguments: str, result: str
    ) -> None:
        line = Line("call", -1, "", begin, name, arguments, result)
        thread.calls.append((begin, end, line))
        who = thread.who
        if made := made_by(name, arguments, result):
            child, is_thread = made
            known = self.threads.get(child)
            if known is None:
                self._made[child] = (who, begin, is_thread)
            elif known.row.first_ns >= begin:
                self._come(child, known, who, begin, is_thread, at_ns=known.row.first_ns)
        elif name in ("execve", "execveat") and result == "0":
            thread.is_process = True
            thread.path, thread.name = _quoted(arguments), ""
        elif name == "prctl" and arguments.startswith("PR_SET_NAME"):
            thread.name = _quoted(arguments)
        elif name.startswith("wait") and result.isdecimal() and int(result) in self._ended:
            child = int(result)
            self.arrows.append((child, self._ended.pop(child), who, max(end, begin)))

    def _exit(self, thread: _Thread, line: Line) -> None:
        self._give_up(thread, line.at_ns)
        words = line.name
        if words.startswith("exited with "):
            code = words.removeprefix("exited with ")
            thread.row.end_reason = "returned" if code == "0" else f"exit {code}"
        elif words.startswith("killed by "):
            thread.row.end_reason = words.split(" ")[2]
        elif words.startswith("superseded by "):
            return
        thread.row.end_ns = line.at_ns
        self._ended[thread.who] = line.at_ns

    def _give_up(self, thread: _Thread, at_ns: int) -> None:
        """A call that nobody saw return lasts to where its thread ended or did something else."""
        begun, thread.begun = thread.begun, None
        if begun is not None:
            self._call(thread, begun.at_ns, at_ns, begun.name, begun.arguments, "?")

    def finish(self) -> None:
        """All lines were there."""
        for thread in self.threads.values():
            self._give_up(thread, max(self.last_ns, thread.row.last_ns))
            following = [*(each[0] for each in thread.calls), FURTHEST_NS][1:]
            for (begin, end, line), after in zip(thread.calls, following, strict=True):
                # Rounded lengths may reach into what follows by a microsecond.
                end = max(begin, min(end, after))
                may_wait, number = waits_in(line.name, line.arguments)
                thread.row.span(begin, end, told(line.name, line.arguments))
                if may_wait:
                    cause = SYSCALL_CAUSE - number if number >= 0 else -1
                    thread.row.state(begin, end, State.BLOCKED, cause)
            thread.calls.clear()
        for who, thread in self.threads.items():
            self._name(who, thread)

    def _name(self, who: int, thread: _Thread) -> None:
        row = thread.row
        if thread.is_thread:
            row.pid = self.process_of(who)
        elif not thread.is_process and len(self.threads) > 1:
            row.pid = 0  # a thread that was there already: nobody says whose
        row.kind = "process" if thread.is_process or len(self.threads) == 1 else "thread"
        base = thread.path.rpartition("/")[2] if thread.path else ""
        fallback = (base or f"process {who}") if row.kind == "process" else f"thread {who}"
        if who < 0:
            fallback = base or "process"
        row.name = (thread.name or fallback)[:_LONGEST_NAME]

    def process_of(self, who: int) -> int:
        """The first thread of somebody's process."""
        for _step in range(len(self.threads)):
            thread = self.threads.get(who)
            if thread is None or not thread.is_thread:
                break
            who = thread.parent
        return who


def _joined(first: str, rest: str) -> str:
    """The arguments as they were told at the begin and at the end."""
    return f"{first} {rest}" if first.endswith(",") else first + rest


def _quoted(arguments: str) -> str:
    parts = arguments.split('"')
    return parts[1] if len(parts) > 1 else ""
