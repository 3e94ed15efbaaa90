"""The process that has run the program up to its first thread, and is forked there for each
execution that is steered and for each search."""

from __future__ import annotations

import math
import os
import signal
import time

from paraviz.schedule.inside import tracing
from paraviz.schedule.inside.executing import Forks, IsChild, _cpu_ticks, stuck_told
from paraviz.schedule.inside.names import State
from paraviz.schedule.inside.phase import _know
from paraviz.schedule.inside.pool import POOL
from paraviz.schedule.inside.program import Program, real_exit
from paraviz.schedule.inside.stuck import has_children, where
from paraviz.schedule.inside.supervising import die_with_parent
from paraviz.schedule.inside.tally import Tally
from paraviz.schedule.inside.tokens import read
from paraviz.schedule.inside.uncontrolled import met, watch
from paraviz.steering.inside.finding import find, learn
from paraviz.steering.inside.pipes import Lines, send
from paraviz.steering.inside.spares import Execution, Spares
from paraviz.steering.inside.steered import Steered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    Message = dict[str, Any]

LEARN_S = 0.3
_LEARN_MORE_S = 2.0
_PATIENCE_S = 2.0
"""How long a step may do nothing at all before it is taken for blocked."""
_BUSY_S = 20.0
"""How long it may compute."""


class Trunk(Forks):
    """Answers commands at the place where it is forked."""

    def __init__(self, program: Program, commands: int, answers: int) -> None:
        how = {"grain": "access", "under_gil": False}
        super().__init__(program, Tally(), how, 0.5)
        self.engine.tracks = False
        # To give a lock back is a step like any other.
        self.engine.silent_releases = False
        self.commands, self.answers = Lines(commands), answers
        self.begun: Callable[[], None] = lambda: None
        """Says that the program came so far."""
        self.live: Execution | None = None
        """The execution that is steered."""
        self.spares = Spares(lambda numbers: self._fork(numbers, "", is_quiet=True))

    def serve(self) -> None:
        """Learn what matters, then do what is asked."""
        self._learn(LEARN_S)
        self.patience_s = _PATIENCE_S
        self.begun()
        self._tell({"ready": True})
        while True:
            self.spares.wait(self.commands)
            message = self.commands.next()
            if message is None or message["do"] == "quit":
                self.spares.clear()
                self._cut()
                return
            if message["do"] == "begin":
                self._begin(message)
            elif message["do"] == "find":
                self._find(message)
            else:
                self._ask(message)

    def _tell(self, message: Message) -> None:
        send(self.answers, {**message, "uncontrolled": met()})

    def _learn(self, limit_s: float) -> None:
        """What workers touch that others touch, too, by trying some schedules: in a process of its
        own, since one of them may go on for ever."""
        message = {"learn": True, "begin": [], "kind": "all", "time_limit_s": limit_s}
        found = self._search({**message, "schedules": 200, "quiet": True}, limit_s)
        if "known" in found:
            _know(found["known"])
            tracing.replan()

    # The execution that is steered.

    def _begin(self, message: Message) -> None:
        """Another execution, along these numbers, or this token."""
        token = message.get("token", "")
        spare = None if token else self.spares.take(message["numbers"])
        if spare is not None:
            self._cut()
            self.live = spare
            rest = message["numbers"][len(spare.path) :]
            told = {"do": "go", "numbers": rest, "whole": True} if rest else {"do": "tell"}
            send(spare.down, told)
            answer = self._hear(0)
            if "state" in answer:
                self._answer(answer)
                return
        for attempt in (0, 1):
            self._grow(message.get("numbers", []), token)
            answer = self._hear(0)
            if "parted" not in answer or not token or attempt:
                break
            self.spares.clear()
            self._learn(_LEARN_MORE_S)
        self._answer(answer)

    def _answer(self, answer: Message) -> None:
        """Tell it, and have spares where the steered execution is."""
        self._tell(answer)
        state = answer.get("state")
        if state is not None:
            path = [*self.spares.path[: state["since"]], *state["numbers"]]
            self.spares.follow(path)

    def _grow(self, numbers: list[int], token: str) -> None:
        self._cut()
        self.live = self._fork(numbers, token)

    def _fork(self, numbers: list[int], token: str, *, is_quiet: bool = False) -> Execution:
        child_reads, down = os.pipe()
        up, child_writes = os.pipe()
        State.is_forking = True
        child = os.fork()
        State.is_forking = False
        if child == 0:
            die_with_parent()
            os.close(down)
            os.close(up)
            self._leave_others()
            parts = read(token) if token else []
            if is_quiet:
                _go_to_another_cpu()
            steered = Steered(
                self.program, child_reads, child_writes, numbers, parts, is_quiet=is_quiet
            )
            self._become(steered)
            raise IsChild
        os.close(child_reads)
        os.close(child_writes)
        return Execution(child, down, up, list(numbers))

    def _leave_others(self) -> None:
        """In a child: the pipes of the other executions are none of its business."""
        for each in (*self.spares.kept, *([self.live] if self.live is not None else [])):
            os.close(each.down)
            os.close(each.up.descriptor)

    def _become(self, steered: Steered) -> None:
        engine = self.engine
        POOL.idle.clear()
        steered.engine = engine
        engine.choose, engine.hook, engine.at_end = steered.start(), steered, steered.over
        engine.tell_blocked = steered.stuck
        # Nothing is cut off because it takes long: whoever steers thinks.
        engine.give_up_at, engine.began = 0.0, math.inf

    def _cut(self) -> None:
        """End the execution there is."""
        if self.live is not None:
            self.live.end()
            self.live = None

    def _ask(self, message: Message) -> None:
        """Let the execution answer."""
        if self.live is None:
            self._tell({"error": "it is over"})
            return
        send(self.live.down, message)
        self._answer(self._hear(message.get("worker", 0)))

    def _hear(self, number: int) -> Message:
        """What the execution tells next, or how it ended without a word."""
        assert self.live is not None
        up, pid = self.live.up, self.live.pid
        began = quiet_since = time.monotonic()
        used = _cpu_ticks(pid)
        while True:
            found = up.take()
            if found is not None:
                if "there" not in found:
                    return found
                continue
            if up.is_ready(0.25):
                if not up.more():
                    return self._ended()
                continue
            now, ticks = time.monotonic(), _cpu_ticks(pid)
            if ticks - used > 2:
                quiet_since, used = now, ticks
            if now - quiet_since > self.patience_s or now - began > _BUSY_S:
                return self._lost(number, "stuck" if now - began <= _BUSY_S else "busy")

    def _ended(self) -> Message:
        assert self.live is not None
        _pid, status = os.waitpid(self.live.pid, 0)
        os.close(self.live.down)
        os.close(self.live.up.descriptor)
        self.live = None
        code = os.waitstatus_to_exitcode(status)
        return {"lost": "died", "exit_code": code, "place": ""}

    def _lost(self, number: int, why: str) -> Message:
        assert self.live is not None
        place = where(self.live.pid)
        if has_children(self.live.pid):
            why = "others"
        self._cut()
        told = stuck_told(place)["outcome"]
        return {"lost": why, "place": place, "worker": number, "outcome": told}

    # Searching.

    def _find(self, message: Message) -> None:
        until = time.monotonic() + message["time_limit_s"]
        while True:
            found = self._search(message, max(0.1, until - time.monotonic()))
            if "grown" not in found:
                break
            _know(found["grown"])
            tracing.replan()
            if not self._renumber(message):
                break
        self._tell(found)

    def _renumber(self, message: Message) -> bool:
        """What was done so far, in the steps as they are known now."""
        self.spares.clear()
        if self.live is None:
            return False
        send(self.live.down, {"do": "token"})
        token = self._hear(0).get("token")
        if token is None:
            return False
        self._grow([], token if message["begin"] else "")
        state = self._hear(0).get("state")
        if state is None:
            return False
        message["begin"] = state["numbers"]
        self.spares.follow(state["numbers"])
        send(self.answers, {"renumbered": state})
        return True

    def _search(self, message: Message, limit_s: float) -> Message:
        """In a process of its own."""
        reads, writes = os.pipe()
        State.is_forking = True
        child = os.fork()
        State.is_forking = False
        if child == 0:
            die_with_parent()
            os.close(reads)
            self._leave_others()
            self.read_end, self.write_end = os.pipe()
            self.held = b""
            self.engine.tracks = False
            work = learn if message.get("learn") else find
            work(self, {**message, "time_limit_s": limit_s}, writes)
        os.close(writes)
        lines = Lines(reads)
        until = time.monotonic() + limit_s + 0.5
        last: Message = {"outcomes": {}}
        try:
            while time.monotonic() < until:
                found = lines.take()
                if found is None:
                    if self.commands.held or self.commands.is_ready(0):
                        # Whoever asked wants something else.
                        break
                    if lines.is_ready(0.05) and not lines.more():
                        break
                    continue
                if "known" in found and not found.get("end"):
                    last["known"] = found["known"]
                    continue
                if "progress" not in found:
                    return found
                progress = found["progress"]
                outcome = progress.pop("outcome")
                last.update(progress)
                if outcome is not None:
                    last["outcomes"][outcome["key"]] = outcome
                if not message.get("quiet"):
                    send(self.answers, {"progress": progress, "outcome": outcome})
            outcomes = list(last.pop("outcomes").values())
            if message.get("learn"):
                return last
            return {"found": {**last, "outcomes": outcomes, "exhausted": False}, "cut": True}
        finally:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            os.close(reads)


def _go_to_another_cpu() -> None:
    """What is made for later does not hold up the execution that is steered."""
    try:
        usable = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {usable[(os.getppid() + 1) % len(usable)]})
    except (AttributeError, OSError):
        pass


def run(order: Message) -> None:
    """Run the program up to where it can be steered, and serve."""
    program = Program(order["path"], order["module"], order["values"], order["arguments"])
    program.load()
    watch()
    trunk = Trunk(program, order["commands"], order["answers"])
    trunk.begun = lambda: os.close(order["begun"])

    def finish() -> None:
        if not trunk.is_single:
            real_exit(0)
        _serve_single(trunk)

    trunk.explore(lambda _each: trunk.serve(), finish)


def _serve_single(trunk: Trunk) -> None:
    """It never started a thread: there was nothing to choose."""
    steered = Steered(trunk.program, trunk.commands.descriptor, trunk.answers, [], [])
    steered.engine = trunk.engine
    trunk.begun()
    trunk._tell({"ready": True, "single": True})
    message = trunk.commands.next()
    if message is None:
        return
    steered.lines = trunk.commands
    steered.over()
