"""The parts of the screen on which a program is steered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.message import Message
from textual.reactive import reactive

from paraviz.text import language
from paraviz.text.translation import _

from ..render.characters import one_cell
from ..render.inks import PLAIN, QUIET, Row, cut
from ..render.large import large_rows, loud
from ..render.source import coloured, lines_of_workers, source_row
from ..render.steering import (
    frame_rows,
    head_row,
    names_cells,
    turn_rows,
    value_rows,
    worker_row,
)
from .panes import title_row
from .rows import Rows
from .scrolled import Scrolled

if TYPE_CHECKING:
    from textual import events

    from paraviz.steering.state import Frame, State, Worker

    from ..render.view import TraceView


class SteerHead(Rows):
    """What is steered, and how far it is."""

    state: reactive[State | None] = reactive(None)
    called: reactive[str] = reactive("")
    ahead: reactive[int] = reactive(0)

    def drawn_for(self) -> object:
        """What the row shows."""
        return (self.state, self.called, self.ahead, language.current())

    def row(self, y: int) -> Row:
        """The only row."""
        return [] if y else head_row(self.called, self.state, self.ahead, self.size.width)


class Workers(Scrolled):
    """A row for each worker: what it would do next, or why it cannot."""

    state: reactive[State | None] = reactive(None)
    chosen: reactive[int] = reactive(0)
    """The place of the chosen one."""
    large: reactive[bool] = reactive(False)

    @dataclass
    class Clicked(Message):
        """A worker was clicked."""

        place: int

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.state, self.chosen, self.top, self.large, language.current())

    @property
    def shown(self) -> tuple[Worker, ...]:
        """All there are."""
        return self.state.workers if self.state is not None else ()

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self.shown) - self.size.height, 0)

    def row(self, y: int) -> Row:
        """A worker."""
        place, state = self.top + y, self.state
        if state is None or place >= len(state.workers):
            return []
        worker = state.workers[place]
        row = worker_row(
            worker,
            place,
            names_cells(state.workers),
            self.size.width,
            chosen=place == self.chosen,
            moved=state.did is not None and state.did.number == worker.number,
        )
        return loud(row) if self.large and worker.enabled else row

    def watch_chosen(self) -> None:
        """Have it in sight."""
        self.reveal()

    def watch_state(self) -> None:
        """There may be more."""
        self.reveal()

    def reveal(self) -> None:
        """Scroll as little as shows the chosen one."""
        rows = self.size.height
        if rows > 0:
            self.scroll_to_row(min(max(self.top, self.chosen - rows + 1), self.chosen))

    def on_resize(self) -> None:
        """More, or fewer, may fit."""
        self.reveal()

    def on_click(self, event: events.Click) -> None:
        """Choose it; a second click lets it go on."""
        place = self.top + event.y
        if place < len(self.shown):
            self.post_message(self.Clicked(place))


class Code(Scrolled):
    """The text of the file in which the chosen worker stands, each worker's line marked."""

    state: reactive[State | None] = reactive(None)
    chosen: reactive[int] = reactive(0)

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.file = ""
        self._lines: list[Row] = []

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.state, self.chosen, self.file, self.top)

    @property
    def _worker(self) -> Worker | None:
        state = self.state
        if state is None or self.chosen >= len(state.workers):
            return None
        return state.workers[self.chosen]

    def show(self, file: str, text: str) -> None:
        """Another file."""
        if file != self.file:
            self.file, self._lines = file, coloured(text)
            self.top = 0

    def row(self, y: int) -> Row:
        """The title, then lines from `top` on."""
        if y == 0:
            name = one_cell(PurePath(self.file).name)
            return title_row(_("source") + (f" · {name}" if name else ""), self.size.width)
        number = self.top + y
        state = self.state
        if state is None or not 1 <= number <= len(self._lines):
            return []
        places = {each.number: each.line for each in state.workers if each.file == self.file}
        worker = self._worker
        chosen = worker.number if worker is not None else -1
        marks = lines_of_workers(places, chosen).get(number, [])
        here = places.get(chosen) == number
        return source_row(self._lines[number - 1], number, marks, self.size.width, here=here)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._lines) - (self.size.height - 1), 0)

    def reveal(self) -> None:
        """Scroll as little as shows the chosen worker's line, with some around it."""
        worker, rows = self._worker, self.size.height - 1
        if worker is None or worker.file != self.file or rows < 1 or not worker.line:
            return
        margin = min(3, rows // 3)
        low, high = worker.line - 1 - margin, worker.line - 1 + margin
        if low < self.top:
            self.top = max(low, 0)
        elif high >= self.top + rows:
            self.top = min(high - rows + 1, self.most())

    def on_resize(self) -> None:
        """Fewer lines may fit."""
        self.reveal()


class Values(Scrolled):
    """What workers share; or the variables of the chosen one."""

    state: reactive[State | None] = reactive(None)
    frames: reactive[tuple[Frame, ...] | None] = reactive(None)
    """Of the chosen worker; None where shared values are shown."""
    of: reactive[str] = reactive("")
    """Whose variables these are."""

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.state, self.frames, self.of, self.top, language.current())

    def _all(self) -> list[Row]:
        if self.frames is not None:
            return frame_rows(self.frames, self.size.width)
        return value_rows(self.state.values if self.state is not None else (), self.size.width)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._all()) - (self.size.height - 1), 0)

    def row(self, y: int) -> Row:
        """The title, then a value a row."""
        if y == 0:
            words = _("shared")
            if self.frames is not None:
                words = _("variables of {name}").format(name=one_cell(self.of))
            return title_row(words, self.size.width)
        rows = self._all()
        if not rows and y == 1 and self.state is not None:
            return [(" " + _("nothing"), QUIET)]
        at = self.top + y - 1
        return rows[at] if at < len(rows) else []


class Written(Scrolled):
    """The last lines of what the program wrote so far."""

    state: reactive[State | None] = reactive(None)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.state, self.top)

    def _lines(self) -> list[str]:
        state = self.state
        if state is None:
            return []
        return (state.output + state.errors).splitlines()[-2_000:]

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self._lines()) - (self.size.height - 1), 0)

    def watch_state(self) -> None:
        """The last of it."""
        self.top = self.most()

    def row(self, y: int) -> Row:
        """The title, then lines."""
        if y == 0:
            return title_row(_("output"), self.size.width)
        lines, at = self._lines(), self.top + y - 1
        if not lines and y == 1:
            return [(" " + _("nothing written yet"), QUIET)]
        return cut([(" " + one_cell(lines[at]), PLAIN)], self.size.width) if at < len(lines) else []


class Lanes(Rows):
    """The steps so far as lanes, a step a column or so."""

    view: reactive[TraceView | None] = reactive(None)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.view, language.current())

    def row(self, y: int) -> Row:
        """The title, then lanes."""
        if y == 0:
            return title_row(_("lanes"), self.size.width)
        if self.view is None:
            return []
        from ..render.preview import preview

        rows = preview(self.view, self.size.width, self.size.height - 1)
        return rows[y - 1] if y <= len(rows) else []


class Turn(Rows):
    """What was done last, and what is next."""

    state: reactive[State | None] = reactive(None)
    chosen: reactive[int] = reactive(0)
    large: reactive[bool] = reactive(False)
    said: reactive[str] = reactive("")
    """What is worked out, if anything."""

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.state, self.chosen, self.large, self.said, language.current())

    def row(self, y: int) -> Row:
        """Two rows, or what can be read from afar."""
        state = self.state
        worker = None
        if state is not None and self.chosen < len(state.workers):
            worker = state.workers[self.chosen]
        did, following = turn_rows(state, worker)
        if self.said:
            did = [(self.said, QUIET)]
        if self.large:
            number = str(state.step) if state is not None else ""
            rows = large_rows(number, (following, did), self.size.width, self.size.height)
            return rows[y] if y < len(rows) else []
        rows = [did, following]
        return [(" ", PLAIN), *cut(rows[y], self.size.width - 2)] if y < 2 else []
