"""One execution along a schedule that was written down."""

from __future__ import annotations

from paraviz.schedule.inside import tokens
from paraviz.schedule.inside.search.simple import Search, go_on

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.schedule.inside.engine import Choose, Engine
    from paraviz.schedule.inside.tokens import Part
    from paraviz.schedule.inside.worker import Worker


class Along(Search):
    """Takes the parts of a schedule one after the other. It parts from it where a worker cannot go
    on, or ends, before it came to the step that its part ends with."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = list(parts)
        self.at = 0
        self.left = 0
        self.parted_at = ""
        """"" or, once it parted, the step, the part and the worker."""

    def start(self) -> Choose:
        self.more = False
        self.at = 0
        self.left = self.parts[0][2] if self.parts else 0
        return self._choose

    def _next(self) -> None:
        self.at += 1
        self.left = self.parts[self.at][2] if self.at < len(self.parts) else 0

    def _choose(self, engine: Engine, able: list[Worker]) -> Worker | None:
        while self.at < len(self.parts):
            number, its, _count = self.parts[self.at]
            worker = next((each for each in able if each.number == number), None)
            if worker is None and not its:
                self._next()
                continue
            if worker is None:
                self.parted_at = self._where(engine, number)
                engine.end = "parted"
                return None
            if its:
                kind, label = worker.operation[0], worker.operation[3]
                file, line, _function = worker.place()
                if tokens.mark(kind, label, file, line) == its:
                    self.left -= 1
                    if not self.left:
                        self._next()
            return worker
        return go_on(engine, able)

    def _where(self, engine: Engine, number: int) -> str:
        worker = engine.workers[number] if number < len(engine.workers) else None
        name = worker.name if worker is not None else f"worker {number}"
        at = worker.at() if worker is not None else ""
        return f"{engine.decisions}|{self.at + 1}|{name}|{at}"
