"""A level being played: the steering screen with a goal above it."""

from __future__ import annotations

import asyncio
import os
import shlex
import subprocess
from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive

from paraviz.errors import ParavizError
from paraviz.programs import catalogue
from paraviz.text import language
from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.inks import PLAIN, Ink, Row
from ..render.large import wrapped
from ..widgets.rows import Rows
from .steer import SteerScreen
from .steer_commands import COMMANDS, DIGITS

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from paraviz.levels.judging import Verdict
    from paraviz.levels.level import Level

_LEVEL_COMMANDS = (
    Command("hint", "h", "h", "Hint", "Tell a hint, and at the next time another", "hint", rank=1),
    Command(
        "prove",
        "p",
        "p",
        "Prove",
        "Try all schedules: whether the goal can be reached at all",
        "prove",
        rank=2,
    ),
    Command(
        "edit",
        "e",
        "e",
        "Edit",
        "Change your copy of the program in $EDITOR, and try all its schedules",
        "edit",
        rank=1,
    ),
    Command("anew", "R", "R", "Begin anew", "Have your copy of the program as it was at first"),
    Command("next_level", "n", "n", "Next level", "Leave this one for the next", "next", rank=2),
)
_MOST_ROWS = 4


class GoalLine(Rows):
    """What is to be reached, and what came of it."""

    level: reactive[Level | None] = reactive(None)
    said: reactive[str] = reactive("")
    good: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.level, self.said, self.good, language.current())

    def on_resize(self) -> None:
        """The text takes more rows where it is narrow; the last row is for what is said."""
        self.styles.height = len(self._text_rows()) + 1

    def _text_rows(self) -> list[Row]:
        if self.level is None:
            return []
        title, text, _hints = self.level.told
        told: Row = [(f"{title}: ", Ink("key", mood="bold")), (text, Ink("text"))]
        return wrapped(told, max(self.size.width - 2, 1), _MOST_ROWS - 1)

    def row(self, y: int) -> Row:
        """Title and text; in the last row what is said of the run, or a hint."""
        rows = self._text_rows()
        if y < len(rows):
            return [(" ", PLAIN), *rows[y]]
        ink = Ink("good" if self.good else "key", mood="bold")
        return [(f" {self.said}", ink)] if y == len(rows) else []


class LevelScreen(SteerScreen):
    """Whoever plays says who goes on, until the goal is reached."""

    commands = (*_LEVEL_COMMANDS, *COMMANDS)
    BINDINGS: ClassVar = [*bindings((*_LEVEL_COMMANDS, *COMMANDS)), *DIGITS]

    def __init__(self, level: Level, others: list[Level], *, python: str = "") -> None:
        """`others`: all levels, in their order."""
        from paraviz.user.level_progress import own_copy

        self._level, self._others = level, others
        self._hints_told = 0
        self._file = own_copy(level.key, level.source) if level.mend else level.path
        super().__init__(catalogue.find(str(self._file)), [], python=python)

    def compose(self) -> ComposeResult:
        """The goal above everything else."""
        goal = GoalLine()
        goal.level = self._level
        yield goal
        yield from super().compose()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only some programs are to be changed; the last level has no next one."""
        if action in ("edit", "anew"):
            return self._level.mend
        if action == "next_level":
            return self._next is not None
        return True

    @property
    def _next(self) -> Level | None:
        at = self._others.index(self._level) + 1
        return self._others[at] if at < len(self._others) else None

    async def _show(self) -> None:
        await super()._show()
        steering, outcome = self._steering, self._state.outcome if self._state else None
        if outcome is not None and steering is not None and not self._level.mend:
            from paraviz.levels.judging import of_run

            self._judge(of_run(self._level, outcome, steering.path))
        else:
            self._say("")

    def _judge(self, verdict: Verdict) -> None:
        """Say what is thought of it, and remember what was reached."""
        from paraviz.user.level_progress import reach

        words = verdict.told.told
        if verdict.solved:
            reach(self._level.key, verdict.stars)
            words = f"{'★' * verdict.stars} {words}"
            if self._next is not None:
                words += " · " + _("n: the next level")
        self._say(words, good=verdict.solved)

    def _say(self, words: str, *, good: bool = False) -> None:
        line = self.query_one(GoalLine)
        line.said, line.good = words, good

    def action_hint(self) -> None:
        """Tell the next one; behind the last comes the first."""
        hints = self._level.told[2]
        if not hints:
            self._say(_("There is no hint."))
            return
        self._say(hints[self._hints_told % len(hints)])
        self._hints_told += 1

    def action_prove(self) -> None:
        """Try all schedules of the program as it is."""
        self.run_worker(self._prove(), group="prove", exclusive=True, exit_on_error=False)

    async def _prove(self) -> None:
        from paraviz.levels.judging import explored, of_mended, of_proof

        self._say(_("trying all schedules …"))
        try:
            found = await asyncio.to_thread(explored, self._file, self._python)
        except (ParavizError, OSError) as error:
            self._say(str(error))
            return
        if self.is_attached:
            judge = of_mended if self._level.mend else of_proof
            self._judge(judge(self._level, found))

    def action_edit(self) -> None:
        """Have the user change the copy; then it stands at its begin again, and is tried."""
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi"
        try:
            with self.app.suspend():
                subprocess.run([*shlex.split(editor), str(self._file)], check=False)
        except (OSError, ValueError) as error:
            self._say(f"{editor}: {error}")
            return
        self.run_worker(self._edited(), group="prove", exclusive=True, exit_on_error=False)

    async def _edited(self) -> None:
        """Begin anew with what the program is now."""
        async with self._one_at_a_time:
            if self._steering is not None:
                await asyncio.to_thread(self._steering.close)
                self._steering = None
            self._runnable = catalogue.find(str(self._file))
            from ..widgets.steering import Code

            self.query_one(Code).show(self._runnable.path, self._runnable.source)
        await self._begin()
        await self._prove()

    def action_next_level(self) -> None:
        """Leave this one for the next."""
        following = self._next
        if following is None:
            return
        try:
            screen = LevelScreen(following, self._others, python=self._python)
        except (ParavizError, OSError) as error:
            self._say(str(error))
            return
        self.app.switch_screen(screen)

    def action_anew(self) -> None:
        """Forget what was changed."""
        from paraviz.user.level_progress import own_copy

        try:
            self._file.unlink(missing_ok=True)
            own_copy(self._level.key, self._level.source)
        except OSError as error:
            self._say(str(error))
            return
        self.run_worker(self._edited(), group="prove", exclusive=True, exit_on_error=False)
