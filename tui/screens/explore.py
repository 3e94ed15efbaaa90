"""The screen on which a program is tried under all its schedules."""

from __future__ import annotations

import threading
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static
from textual.worker import get_current_worker

from paraviz.errors import ParavizError
from paraviz.schedule.result import outcome_from
from paraviz.schedule.telling import headline, what_is_wrong
from paraviz.text.translation import localized, ngettext

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..render.inks import PLAIN, QUIET, Ink, Row, cut, row_text
from ..render.steering import outcome_piece
from ..widgets.bars import KeyLine
from ..widgets.scrolled import Scrolled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from paraviz.programs.parameters import Runnable
    from paraviz.schedule.result import Exploration, Outcome

EXPLORE = Command(
    "explore",
    "E",
    "E",
    "Explore",
    "Try the program under all schedules of its threads: which outcomes it can have",
    "explore",
    rank=3,
)
_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous outcome", "Choose the outcome above"),
    Command("choose(1)", "down", "↓", "Next outcome", "Choose the outcome below", "choose", "↑ ↓"),
    Command(
        "open",
        "enter",
        "enter",
        "Show it",
        "Run its shortest schedule once more, and show that run",
        "show it as a run",
        rank=0,
    ),
    Command("cancel", "x", "x", "Stop", "Try no more schedules", "stop", rank=1),
    Command("close", "escape,q", "q", "Back", "Back, with nothing changed", "back", rank=0),
)
_BAR = 12


class Found(Scrolled, can_focus=True):
    """A row for each outcome, with how many schedules gave it."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    chosen: reactive[int] = reactive(0)
    outcomes: reactive[tuple[Outcome, ...]] = reactive(())

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.chosen, self.top, self.outcomes)

    def most(self) -> int:
        """What leaves no row empty."""
        return max(len(self.outcomes) - self.size.height, 0)

    def row(self, y: int) -> Row:
        """An outcome."""
        place, columns = self.top + y, self.size.width
        if place >= len(self.outcomes):
            return []
        most = max(each.schedules for each in self.outcomes)
        row = cut([(" ", PLAIN), *_told(self.outcomes[place], most)], columns)
        if place != self.chosen:
            return row
        rest = " " * (columns - len(row_text(row)))
        return [(text, ink._replace(back="panel")) for text, ink in [*row, (rest, PLAIN)]]

    def action_choose(self, step: int) -> None:
        """Choose another one."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self.outcomes) - 1, 0))
        self.scroll_to_row(min(max(self.top, self.chosen - self.size.height + 1), self.chosen))

    def action_open(self) -> None:
        """Show the chosen one."""
        screen = self.screen
        if self.outcomes and isinstance(screen, ExploreScreen):
            screen.open(self.outcomes[self.chosen])

    def action_cancel(self) -> None:
        """No more."""
        screen = self.screen
        if isinstance(screen, ExploreScreen):
            screen.stop()

    def action_close(self) -> None:
        """Leave."""
        self.screen.dismiss()


def _told(outcome: Outcome, most: int) -> Row:
    bar = "█" * max(1, round(_BAR * outcome.schedules / max(most, 1)))
    parts = what_is_wrong(outcome)[:2]
    text = " ⏎ ".join(outcome.output.splitlines())
    if text:
        parts.append(text)
    count = localized(f"{outcome.schedules:,}")
    row: Row = [(f"{bar:<{_BAR}} {count:>7} ", QUIET), outcome_piece(outcome)]
    return [*row, *((f" · {one_cell(part)}", Ink()) for part in parts)]


class ExploreScreen(Screen[None]):
    """A live table of outcomes; one of them can be shown as a run."""

    AUTO_FOCUS = "Found"

    def __init__(self, runnable: Runnable, argv: Sequence[str], *, python: str = "") -> None:
        super().__init__()
        self._runnable, self._argv, self._python = runnable, list(argv), python
        self._over = threading.Event()
        self._rows: dict[str, dict[str, Any]] = {}
        self._called = " ".join([PurePath(runnable.name).name, *argv])
        self.found: Exploration | None = None

    def compose(self) -> ComposeResult:
        """How far it is, and what came out."""
        yield Static(self._called, id="explore-head", markup=False)
        yield Found()
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin."""
        self.run_worker(self._explore, thread=True, exit_on_error=False)

    def on_unmount(self) -> None:
        """It ends with its screen."""
        self.stop()

    def stop(self) -> None:
        """Try no more."""
        self._over.set()

    def _explore(self) -> None:
        from paraviz.schedule.asking import explore

        worker = get_current_worker()

        def listen(message: dict[str, Any]) -> None:
            if self._over.is_set() or worker.is_cancelled:
                # As ctrl-c does on the command line: what was found stays.
                raise KeyboardInterrupt
            if message.get("progress") or "again" in message:
                self.app.call_from_thread(self._take, message)

        try:
            found = explore(self._runnable, self._argv, python=self._python, listen=listen)
        except ParavizError as error:
            if not worker.is_cancelled:
                self.app.call_from_thread(self._say, str(error))
            return
        if not worker.is_cancelled and self.is_attached:
            self.app.call_from_thread(self._end, found)

    def _say(self, words: str) -> None:
        self.query_one("#explore-head", Static).update(words)

    def _take(self, message: dict[str, Any]) -> None:
        """What is known so far."""
        if not self.is_attached:
            return
        if "again" in message:
            self._rows.clear()
            return
        outcome = message.get("outcome")
        if outcome is not None:
            self._rows[outcome["key"]] = outcome
        counts = message["progress"].get("counts", ())
        for row, count in zip(self._rows.values(), counts, strict=False):
            row["count"] = count
        table = self.query_one(Found)
        table.outcomes = tuple(outcome_from(row, None) for row in self._rows.values())
        schedules = message["progress"].get("schedules", 0)
        words = ngettext(
            "{name}: {count:,} schedule tried so far",
            "{name}: {count:,} schedules tried so far",
            schedules,
        )
        self._say(words.format(name=self._called, count=schedules))

    def _end(self, found: Exploration) -> None:
        self.found = found
        self.query_one(Found).outcomes = found.outcomes
        self._say(headline(found, self._called))

    def open(self, outcome: Outcome) -> None:
        """Run its schedule once more, and show that."""
        self.run_worker(lambda: self._show(outcome), thread=True, exit_on_error=False)

    def _show(self, outcome: Outcome) -> None:
        from paraviz.schedule.recording import trace_of
        from paraviz.schedule.replaying import replay

        try:
            again = replay(self._runnable, self._argv, outcome.schedule, self._python)
        except ParavizError as error:
            self.app.call_from_thread(self.notify, str(error), severity="error", markup=False)
            return
        if again.outcome is None:
            self.app.call_from_thread(self.notify, again.parted, severity="error", markup=False)
            return
        trace = trace_of(again, self._runnable, self._argv, outcome.schedule)
        self.app.call_from_thread(self._push, trace)

    def _push(self, trace: Any) -> None:
        from .run import RunScreen

        path = str(Path(f"{PurePath(self._runnable.name).stem}.pviz"))
        self.app.push_screen(RunScreen(path, trace=trace, path=path))
