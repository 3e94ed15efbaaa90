"""Along a schedule, with all that a recording of it needs: values read and written, what was
printed, who waited from when."""

from __future__ import annotations

from paraviz.schedule.inside.operations import LIVES
from paraviz.schedule.inside.outcomes import names_of
from paraviz.schedule.inside.search.along import Along
from paraviz.schedule.inside.streams import OUT, Stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.operations import Operation
    from paraviz.schedule.inside.program import Program
    from paraviz.schedule.inside.tokens import Part
    from paraviz.schedule.inside.worker import Worker

_MISS = object()
_MOST_ROWS = 200_000


class Detailed(Along):
    """Listens to its own execution. `told` gives rows: worker, kind, object, value, whether it is
    what was waited for, file, line, function, text."""

    def __init__(self, parts: Sequence[Part], program: Program) -> None:
        super().__init__(parts)
        self.hook = self
        self.program = program
        self.engine: Engine | None = None
        self.values: dict[int, Any] = {}
        self.functions: dict[int, str] = {}
        self.texts: dict[int, str] = {}
        self.got: dict[int, bool] = {}
        self.names: dict[int, str] = {}
        self.waiting: list[Any] = []
        self._pending: tuple[int, Operation, Worker] | None = None

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        self.engine = engine
        self._settle()
        worker = super()._choose(engine, able)
        if worker is not None:
            self._record(engine, worker)
            if len(engine.steps) < 5_000:
                self.names |= names_of(engine, self.program)
        return worker

    def _record(self, engine: Engine, worker: Worker) -> None:
        """What this worker is about to do."""
        at = len(engine.steps)
        operation = worker.operation
        if worker.frame is not None:
            self.functions[at] = worker.frame.f_code.co_qualname
        thing = operation[1]
        if isinstance(thing, Stream):
            self.texts[at] = thing.about_to_write.get(worker.number, "")
        elif operation[0] == "R":
            self.values[at] = _value(operation)
        self._pending = at, operation, worker

    def _settle(self) -> None:
        """The step before is done: what it wrote can be seen, and whether it got what it wanted."""
        if self._pending is None:
            return
        at, operation, worker = self._pending
        self._pending = None
        if operation[0] == "W":
            self.values[at] = _value(operation)
        elif operation[0] in ("acq", "try"):
            owner = getattr(operation[1], "owner", _MISS)
            self.got[at] = owner is worker or owner is _MISS

    def note(self, _worker: Worker, _operation: Operation, _is_quiet: bool = False) -> None:
        """A release, or what belongs to the step before."""
        self._settle()

    def spawn(self, _parent: Worker, _child: Worker) -> None:
        """A worker was started."""
        self._settle()

    def barrier(self) -> None:
        """Time passed."""

    def finish(self, engine: Engine) -> None:
        """It is over."""
        self.engine = engine
        self._settle()
        self.names |= names_of(engine, self.program)
        self.waiting = [(worker, worker.operation, worker.place()) for worker in engine.live]

    def told(self) -> dict[str, Any]:
        """All of it as plain data."""
        engine = self.engine
        if engine is None:
            return {}
        objects: dict[Any, int] = {}
        kinds: list[tuple[str, str]] = []

        def number_of(operation: Operation) -> int:
            kind, thing, key, label = operation
            if (
                thing is None
                or thing is LIVES
                or isinstance(thing, Stream)
                or kind in ("spawn", "join", "exit")
            ):
                return -1
            is_memory = kind in "RW" and not hasattr(thing, "_schedule_name") and _is_place(thing)
            place = (id(thing), repr(key)) if is_memory else id(thing)
            if place not in objects:
                objects[place] = len(kinds)
                what = "memory" if is_memory else type(thing).__name__
                kinds.append((what, label if is_memory else self.names.get(id(thing), "")))
            return objects[place]

        rows = []
        for at, step in enumerate(engine.steps[:_MOST_ROWS]):
            number, operation, able, _switchable, file, line = step
            kind, thing, key, label = operation
            text = self.texts.get(at, "")
            if isinstance(thing, Stream):
                kind, label = "print", "stdout" if thing is OUT else "stderr"
            if kind in ("spawn", "join"):
                text = str(key)
            value = self.values.get(at)
            got = self.got.get(at, True)
            function = self.functions.get(at, "")
            is_own_step = able is not None
            about = number_of(operation)
            start = number, kind, about, value, got, file, line, function
            rows.append((*start, text, label, is_own_step))
        waiting = []
        for worker, operation, place in self.waiting if engine.end == "deadlock" else ():
            joins = operation[0] == "join"
            about = operation[2] if joins else number_of(operation)
            waiting.append((worker.number, operation[0], about, *place))
        names = [worker.name for worker in engine.workers]
        return {"rows": rows, "objects": kinds, "workers": names, "waiting": waiting}


def _is_place(thing: Any) -> bool:
    return not type(thing).__module__.startswith(("paraviz.", "queue"))


def _value(operation: Operation) -> Any:
    """What a location holds now: a number as it is, of a text or a container how long it is, None
    where that cannot be told."""
    _kind, thing, key, _label = operation
    value: Any = _MISS
    try:
        if key is None:
            value = thing
        elif isinstance(thing, dict) and not isinstance(key, tuple):
            value = dict.get(thing, key, _MISS)
        elif isinstance(key, tuple):
            value = thing[key[1]] if type(thing) in (dict, list) else _MISS
        else:
            space = object.__getattribute__(thing, "__dict__")
            value = space.get(key, _MISS)
    except Exception:
        return None
    if isinstance(value, (bool, int)):
        return int(value) if abs(value) < 1 << 62 else None
    if isinstance(value, float):
        return value
    if type(value) in (list, dict, set, tuple, str):
        return ["n", len(value)]
    return None
