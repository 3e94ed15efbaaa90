"""Being the scheduler of a program: which worker goes on, step by step, back and forth."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import msgspec

from paraviz.errors import ProgramError, UsageError
from paraviz.schedule.inside.tokens import read
from paraviz.steering.connection import Connection
from paraviz.steering.found import Found, found_from, found_here
from paraviz.steering.seen import Seen
from paraviz.steering.state import Frame, State, Worker, lost_state, outcome_from, state_from
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from paraviz.programs.parameters import Runnable
    from paraviz.trace import Trace

KINDS = ("fault", "deadlock", "exception", "stuck", "exit", "ok", "all")
"""What can be looked for."""
TARGETS = ("access", "line", "blocked")
"""Up to what a worker can go on."""
FIND_S = 1.0
"""How long a search takes at most, if nothing is said."""


_NOWHERE = State(0, (Worker(0, "MainThread", False),), (), "", "")
"""Before the first thread."""


class Steering:
    """A program that stands still until somebody says who goes on.

    with Steering(runnable, ["--n", "2"]) as steering:
        steering.step("thread-a")
        steering.undo()
    """

    def __init__(
        self, runnable: Runnable, argv: Sequence[str] = (), *, python: str = "", schedule: str = ""
    ) -> None:
        """Start it, and let it stand at its first choice, or behind a schedule. Raises
        ProgramError, UsageError."""
        self.runnable, self.argv = runnable, tuple(argv)
        self._connection = Connection(runnable, argv, python)
        self.path: list[int] = []
        """Who went on, at each step."""
        self._seen = Seen()
        self._is_elsewhere = False
        """Whether the program's process is not where the path says: it is led there when asked."""
        self.ahead: list[int] = []
        """What was undone, or what a search found: who goes on with `redo`."""
        self.is_single = bool(self._connection.first.get("single"))
        """Whether the program started no thread: then there is nothing to choose."""
        try:
            self.state = _NOWHERE
            if "lost" in self._connection.first:
                self._take(self._connection.first, attempted=0)
                self.path = []
                self.state = msgspec.structs.replace(self.state, step=0)
            elif schedule:
                self.go_along(schedule)
            else:
                self._begin([])
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Steering:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the program."""
        self._connection.close()

    # Going on, and back.

    def step(self, worker: str | int, to: str = "") -> State:
        """Let a worker go one step; or, with `to`, up to its next shared access ("access"), its
        next line ("line"), or until it cannot go on ("blocked"). Raises UsageError where it cannot.
        """
        state = self.state
        found = state.worker(worker)
        if found is None:
            names = ", ".join(each.name for each in state.workers)
            words = _("there is no worker {name}, but {names}")
            raise UsageError(words.format(name=worker, names=names))
        if to and to not in TARGETS:
            words = _("a worker can go on up to {known}, not {text}")
            raise UsageError(words.format(known=", ".join(TARGETS), text=to))
        if found.finished:
            raise UsageError(_("{name} has ended").format(name=found.name))
        if state.is_over:
            raise UsageError(_("it is over"))
        if not found.enabled:
            from paraviz.steering.words import why_not

            words = _("{name} cannot go on: {why}")
            raise UsageError(words.format(name=found.name, why=why_not(found).told))
        self._lead()
        before = len(self.path)
        answer = self._connection.ask({"do": "step", "worker": found.number, "to": to})
        self._take(answer, attempted=found.number)
        done = self.path[before:]
        if self.ahead[: len(done)] == done:
            self.ahead = self.ahead[len(done) :]
        else:
            self.ahead = []
            self._seen.forget_after(len(self.path))
        return self.state

    def step_to(self, worker: str | int, to: str) -> State:
        """The same as `step` with `to`."""
        return self.step(worker, to)

    def undo(self, steps: int = 1) -> State:
        """Go back so many steps, or as many as there are."""
        steps = max(0, min(steps, len(self.path)))
        if steps:
            self.ahead = [*self.path[-steps:], *self.ahead]
            self._jump(self.path[:-steps])
        return self.state

    def redo(self, steps: int = 1) -> State:
        """Go on along what was undone, or found, so many steps, or as many as there are."""
        steps = max(0, min(steps, len(self.ahead)))
        if steps:
            numbers, self.ahead = self.ahead[:steps], self.ahead[steps:]
            if self._seen.at(len(self.path) + steps) is not None:
                self._jump([*self.path, *numbers])
                return self.state
            self._lead()
            answer = self._connection.ask({"do": "go", "numbers": numbers})
            self._take(answer, attempted=numbers[-1])
        return self.state

    def go_to(self, step: int) -> State:
        """To any moment of what was done, or is ahead."""
        return (
            self.undo(len(self.path) - step)
            if step <= len(self.path)
            else (self.redo(step - len(self.path)))
        )

    def go_along(self, schedule: str) -> State:
        """From the begin along a schedule, as `token` gives it. Raises UsageError."""
        try:
            read(schedule)
        except ValueError:
            words = _("{text!r} is no schedule")
            raise UsageError(words.format(text=schedule[:80])) from None
        self.ahead = []
        self._seen.forget_after(-1)
        answer = self._connection.ask({"do": "begin", "numbers": [], "token": schedule})
        if "parted" in answer:
            before = self.path
            self._begin(before)
            from paraviz.schedule.replaying import _where

            raise UsageError(_where(answer["parted"]))
        self.path, self._is_elsewhere = [], False
        self._take(answer)
        return self.state

    def take(self, numbers: Sequence[int]) -> State:
        """Have a schedule that was found ahead, from where it and what was done part."""
        same = 0
        while same < len(self.path) and same < len(numbers) and self.path[same] == numbers[same]:
            same += 1
        self.undo(len(self.path) - same)
        self._seen.forget_after(same)
        self.ahead = list(numbers[same:])
        return self.state

    # What there is to see.

    def locals(self, worker: str | int) -> list[Frame]:
        """The functions of the program's own that a worker is in, innermost first."""
        found = self.state.worker(worker)
        if found is None or found.finished or self._is_lost:
            return []
        self._lead()
        answer = self._connection.ask({"do": "stack", "worker": found.number})
        return msgspec.convert(answer.get("stack", []), list[Frame])

    @property
    def token(self) -> str:
        """What was done so far, as text that `run --schedule` takes."""
        if self._is_lost:
            raise ProgramError(_("what is lost outside of what is controlled has no schedule"))
        self._lead()
        return str(self._connection.ask({"do": "token"}).get("token", ""))

    def detail(self) -> dict[str, Any]:
        """Every step so far, as a recording needs it."""
        if self._is_lost:
            raise ProgramError(_("what is lost outside of what is controlled has no schedule"))
        self._lead()
        return dict(self._connection.ask({"do": "detail"}).get("detail") or {})

    def trace(self, token: str = "") -> Trace:
        """What was done so far, as a trace on a logical clock."""
        from paraviz.steering.recording import trace_so_far

        return trace_so_far(self.detail(), self.state, self.runnable, self.argv, token)

    def save(self, path: Path) -> None:
        """Write a recording of it. Raises ParavizError."""
        from paraviz.formats import check_target, save

        check_target(path)
        save(self.trace(self.token), path)

    # Asking the machine.

    def find(
        self,
        kind: str = "fault",
        *,
        output: str | None = None,
        time_limit_s: float = FIND_S,
        everything: bool = False,
        listen: Callable[[dict[str, Any]], None] | None = None,
    ) -> Found:
        """Search from here: the first outcome of a kind, or, for "all" or with `everything`, each.
        `output`: only outcomes that write this. Raises UsageError."""
        if kind not in KINDS:
            words = _("one can look for {known}, not {text}")
            raise UsageError(words.format(known=", ".join(KINDS), text=kind))
        began = time.monotonic()
        if self.state.is_over:
            return found_here(self.state, self.path, kind, output)
        self._lead()
        is_all = everything or (kind == "all" and output is None)
        message = {"kind": kind, "output": output, "time_limit_s": time_limit_s, "all": is_all}
        self._connection.say({"do": "find", "begin": self.path, **message})
        while True:
            answer = self._connection.hear(time_limit_s + 30.0)
            if "renumbered" in answer:
                self.path, self.ahead = [], []
                self._seen.forget_after(-1)
                self._take({"state": answer["renumbered"], "uncontrolled": self.state.uncontrolled})
            elif "progress" in answer:
                if listen is not None:
                    listen(answer)
            else:
                break
        if "found" not in answer:
            self._take(answer)
            raise ProgramError(_("the search was lost"))
        return found_from(answer["found"], kind, output, time.monotonic() - began)

    def stop_finding(self) -> None:
        """From another thread: enough."""
        self._connection.say({"do": "stop"})

    # What the program's process told.

    def _jump(self, path: list[int]) -> None:
        """To where it stood before: what was seen there is known, and the program's process is led
        there once it is asked for something."""
        state = self._seen.at(len(path))
        if state is None:
            self._begin(path)
        else:
            self.path, self.state, self._is_elsewhere = path, state, True

    def _lead(self) -> None:
        if self._is_elsewhere:
            self._begin(self.path)

    def _begin(self, numbers: Sequence[int]) -> None:
        answer = self._connection.ask({"do": "begin", "numbers": list(numbers)})
        self.path, self._is_elsewhere = [], False
        self._take(answer)

    @property
    def _is_lost(self) -> bool:
        """Whether no process is left to be asked."""
        return self.state.is_lost

    def _take(self, answer: dict[str, Any], attempted: int | None = None) -> None:
        told = answer.get("state")
        if told is not None:
            self.path = [*self.path[: told["since"]], *told["numbers"]]
            row = told["outcome"]
            outcome = outcome_from(row) if row is not None else None
            self.state = state_from(told, outcome, answer.get("uncontrolled", ()))
            self._seen.keep(len(self.path), self.state)
            return
        if "lost" in answer:
            if attempted is not None:
                self.path.append(attempted)
            self.state = lost_state(self.state, len(self.path), answer)
            return
        if "parted" in answer:
            words = _(
                "two executions of the same steps differed: something else than the order of "
                "steps decides what {name} does"
            )
            raise ProgramError(words.format(name=self.runnable.name))
        reason = answer.get("broken") or answer.get("error") or answer.get("lost") or "?"
        words = _("{name} cannot be steered: {reason}")
        last = str(reason).strip().splitlines()[-1]
        raise ProgramError(words.format(name=self.runnable.name, reason=last))
