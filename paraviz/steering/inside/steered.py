"""One execution that is steered: at each decision it follows what it was told, then tells where it
stands, and waits to hear who goes on."""

from __future__ import annotations

from paraviz.schedule.inside import tokens
from paraviz.schedule.inside.outcomes import blocked_of, names_of, outcome_of
from paraviz.schedule.inside.program import real_exit
from paraviz.schedule.inside.search.along import sleeper
from paraviz.schedule.inside.search.detailed import Detailed
from paraviz.schedule.inside.streams import Stream
from paraviz.steering.inside import standing
from paraviz.steering.inside.pipes import Lines, send
from paraviz.steering.inside.survey import Survey

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.program import Program
    from paraviz.schedule.inside.tokens import Part
    from paraviz.schedule.inside.worker import Worker

    Message = dict[str, Any]

OUTPUT_LIMIT = 1 << 16
"""Characters of the output that are told."""
_FARTHEST = 20_000
"""Steps of one "until it blocks"."""
_NAMES_EVERY = 100


class Steered(Detailed):
    """Listens to its own execution, as a recording of it needs, and asks who goes on."""

    def __init__(
        self,
        program: Program,
        commands: int,
        answers: int,
        go: Sequence[int],
        parts: Sequence[Part],
        *,
        is_quiet: bool = False,
    ) -> None:
        """`is_quiet`: says that it is there, but not where it stands, unless it is asked."""
        super().__init__(parts, program)
        self.lines, self.answers = Lines(commands), answers
        self.go = list(go)
        """Who goes on next, before anybody is asked."""
        self.taken: list[int] = []
        """Who went on at each decision."""
        self.told_until = 0
        self.is_quiet = is_quiet
        self.until: tuple[int, str, Any] | None = None
        """A worker that goes on up to something: its number, up to what, and where it began."""
        self.before: dict[str, Any] = {}
        """Shared values before what was done last."""
        self.able: set[int] = set()
        self.called: dict[int, str] = {}
        """Names of things, as they were known last."""
        self.did: Message | None = None
        """What was done last, and by whom."""

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        try:
            return self._chosen(engine, able)
        except Exception:
            # A fault of ours is none of the program's.
            import traceback

            self._tell({"broken": traceback.format_exc()})
            real_exit(1)
            raise

    def _chosen(self, engine: Engine, able: list[Worker]) -> Worker:
        self.engine = engine
        engine.is_following = True
        self._settle()
        chosen = self._known(engine, able)
        if chosen is None and self.parted_at:
            self._tell({"parted": self.parted_at})
            real_exit(0)
        while chosen is None:
            chosen = self._asked(engine, able)
        at = len(engine.steps)
        self._record(engine, chosen)
        if len(self.taken) >= len(self.go) - 1:
            self.did = standing.worker_told(engine, chosen, True, self.called)
        if at % _NAMES_EVERY == 0 and at < 5_000:
            self.names |= names_of(engine, self.program)
        self.taken.append(chosen.number)
        return chosen

    def _known(self, engine: Engine, able: list[Worker]) -> Worker | None:
        """Who goes on, as far as that was said before."""
        if len(self.taken) < len(self.go):
            number = self.go[len(self.taken)]
            if len(self.taken) == len(self.go) - 1:
                self._look_before(engine)
            found = next((each for each in able if each.number == number), None)
            found = found or sleeper(engine, number)
            if found is None:
                self.parted_at = self._where(engine, number)
            return found
        if self.at < len(self.parts):
            return self._along(engine, able)
        return self._on_the_way(able) if self.until is not None else None

    def _on_the_way(self, able: list[Worker]) -> Worker | None:
        """The worker that goes on up to something; None once it is there."""
        assert self.until is not None
        number, to, began = self.until
        worker = next((each for each in able if each.number == number), None)
        if worker is None or len(self.taken) - began[1] > _FARTHEST:
            self.until = None
            return None
        kind, thing, _key, _label = worker.operation
        if to == "access":
            is_there = kind in "RW" and not isinstance(thing, Stream)
        else:
            is_there = to == "line" and worker.place() != began[0]
        if is_there:
            self.until = None
            return None
        return worker

    def _asked(self, engine: Engine, able: list[Worker]) -> Worker | None:
        """Tell where it stands, and hear what to do: who goes on, if anybody."""
        able = able + [
            each
            for each in engine.live
            if each not in able and sleeper(engine, each.number) is not None
        ]
        self.able = {each.number for each in able}
        if self.told_until >= 0:
            if self.is_quiet:
                self._tell({"there": len(self.taken)})
            else:
                self._tell_state(None)
            self.told_until = -1
        message = self._listen()
        do = message["do"]
        if do == "tell":
            self.told_until, self.is_quiet = 0, False
            return None
        if do == "step":
            found = next((each for each in able if each.number == message["worker"]), None)
            if found is None:
                self._tell({"error": "cannot go on"})
                return None
            if message.get("to"):
                self.until = (found.number, message["to"], (found.place(), len(self.taken)))
            self._go(engine)
            return found
        if do == "go":
            self.is_quiet = message.get("quiet", False)
            self.go = [*self.taken, *message["numbers"]]
            self._go(engine)
            if message.get("whole"):
                self.told_until = 0
            return self._known(engine, able)
        self._answer(message)
        return None

    def _go(self, engine: Engine) -> None:
        if not self.is_quiet:
            self._look_before(engine)
        self.told_until = len(self.taken)

    def _look_before(self, engine: Engine) -> None:
        survey = Survey(engine, self.program)
        self.before, self.called = survey.shared(), survey.names

    def _listen(self) -> Message:
        message = self.lines.next()
        if message is None:
            real_exit(0)
        assert message is not None
        return message

    def _answer(self, message: Message) -> None:
        """What does not go on."""
        engine = self.engine
        assert engine is not None
        do = message["do"]
        if do == "stack":
            number = message["worker"]
            workers = [each for each in engine.live if each.number == number]
            self._tell({"stack": standing.stack_told(workers[0]) if workers else []})
        elif do == "token":
            self._tell({"token": tokens.token_of(engine)})
        elif do == "detail":
            self.names |= Survey(engine, self.program).names
            self._tell({"detail": self._detail(engine)})
        else:
            self._tell({"error": "it is over"})

    def _detail(self, engine: Engine) -> Message:
        if not engine.is_over:
            # As if it ended here; nobody waits for ever yet.
            self._settle()
            self.waiting = []
        return self.told()

    def stuck(self, engine: Engine, workers: list[Worker]) -> list[Any]:
        """Nobody can go on: who waits for what. Of one that is stuck this is the last moment."""
        blocked = blocked_of(self.program)(engine, workers)
        if engine.end == "stuck":
            engine.blocked = blocked
            self.engine = engine
            self.finish(engine)
        return blocked

    def finish(self, engine: Engine) -> None:
        """It is over, and nobody is unwound yet, nor ever will be."""
        super().finish(engine)
        self.over()

    def over(self) -> None:
        """The execution is over: tell how, and answer until nobody asks any more."""
        engine = self.engine
        assert engine is not None
        engine.is_over = True
        self.able = set()
        outcome = outcome_of(engine)
        if self.is_quiet:
            self._tell({"there": len(self.taken)})
            while self._listen()["do"] != "tell":
                self._tell({"there": len(self.taken)})
            self.told_until = 0
        self._tell_state(outcome)
        while True:
            self._answer(self._listen())

    def _tell_state(self, outcome: Message | None) -> None:
        engine = self.engine
        assert engine is not None
        survey = Survey(engine, self.program)
        values = survey.shared()
        output, errors = standing.output_told(OUTPUT_LIMIT)
        since = max(self.told_until, 0)
        state = {
            "step": len(self.taken),
            "since": since,
            "numbers": self.taken[since:],
            "workers": standing.workers_told(engine, self.able, survey.names),
            "values": [[name, *row] for name, row in values.items()],
            "before": {
                name: row[0]
                for name, row in self.before.items()
                if name in values and values[name][0] != row[0]
            },
            "new": [name for name in values if self.before and name not in self.before],
            "output": output,
            "errors": errors,
            "did": self.did,
            "outcome": outcome,
        }
        self._tell({"state": state})

    def _tell(self, message: Message) -> None:
        send(self.answers, message)
