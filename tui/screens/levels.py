"""All levels, with the stars that were reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.reactive import reactive
from textual.screen import Screen

from paraviz.text import language
from paraviz.text.translation import _, ngettext

from ..commands import Command, bindings
from ..render.inks import PLAIN, QUIET, Ink, Row, cut
from ..render.large import wrapped
from ..widgets.bars import KeyLine
from ..widgets.rows import Rows

if TYPE_CHECKING:
    from textual import events
    from textual.app import ComposeResult

    from paraviz.levels.level import Level

_COMMANDS = (
    Command("play_level", "enter", "enter", "Play it", "Play the chosen level", "play it", rank=0),
    Command("choose(-1)", "up", "↑", "Previous level", "Choose the level above"),
    Command("choose(1)", "down", "↓", "Next level", "Choose the level below", "choose", "↑ ↓", 2),
    Command("back", "q,escape", "q", "Back", "Leave the levels", "back", rank=1),
)
_HEAD, _FOOT = 2, 4
_STARS = 3


class LevelList(Rows):
    """A row for each, and below them what the chosen one is about."""

    chosen: reactive[int] = reactive(0)
    stars: reactive[dict[str, int]] = reactive(dict)

    def __init__(self, levels: list[Level]) -> None:
        super().__init__()
        self._levels = levels

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.chosen, tuple(self.stars.items()), self.size, language.current())

    @property
    def top(self) -> int:
        """The first level in sight."""
        rows = max(self.size.height - _HEAD - _FOOT, 1)
        return max(min(self.chosen - rows // 2, len(self._levels) - rows), 0)

    def row(self, y: int) -> Row:
        """A title with how many stars there are, the levels, the text of the chosen one."""
        width, height = self.size
        if y == 0:
            got = sum(self.stars.get(each.key, 0) for each in self._levels)
            words = ngettext("{got:,} of {count:,} star", "{got:,} of {count:,} stars", got)
            told = words.format(got=got, count=_STARS * len(self._levels))
            title = _("Be the scheduler")
            return [(f" {title}", Ink("key", mood="bold")), (f"   {told}", QUIET)]
        if y >= height - _FOOT + 1:
            rows = wrapped([(self._levels[self.chosen].told[1], Ink("text"))], width - 2, _FOOT - 1)
            at = y - (height - _FOOT + 1)
            return [(" ", PLAIN), *rows[at]] if at < len(rows) else []
        place = self.top + y - _HEAD
        if y < _HEAD or y >= height - _FOOT or place >= len(self._levels):
            return []
        level = self._levels[place]
        here = place == self.chosen
        got = self.stars.get(level.key, 0)
        row: Row = [
            (" ▶ " if here else "   ", Ink("cursor", mood="bold")),
            ("★" * got + "·" * (_STARS - got), Ink("key")),
            (f"  {place + 1:>2}  ", QUIET),
            (level.told[0], Ink("text", mood="bold" if here else "")),
        ]
        return cut(row, width)

    def on_click(self, event: events.Click) -> None:
        """Choose it, or play it."""
        place = self.top + event.y - _HEAD
        if event.y >= _HEAD and place < len(self._levels) and event.y < self.size.height - _FOOT:
            if place == self.chosen and isinstance(self.screen, LevelsScreen):
                self.screen.action_play_level()
            self.chosen = place


class LevelsScreen(Screen[None]):
    """The levels to choose from."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS: ClassVar = bindings(_COMMANDS)

    def __init__(self, levels: list[Level], *, python: str = "") -> None:
        super().__init__()
        self._levels, self._python = levels, python

    def compose(self) -> ComposeResult:
        """The list, the keys."""
        yield LevelList(self._levels)
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin with the first that has no stars."""
        from paraviz.user.level_progress import reached

        stars = reached()
        shown = self.query_one(LevelList)
        new = [at for at, each in enumerate(self._levels) if each.key not in stars]
        shown.chosen = new[0] if new else 0

    def on_screen_resume(self) -> None:
        """There may be more stars than before."""
        from paraviz.user.level_progress import reached

        self.query_one(LevelList).stars = reached()

    def retell(self) -> None:
        """Say everything in the current language: what is drawn is drawn anew."""

    def action_choose(self, by: int) -> None:
        """Choose another one."""
        shown = self.query_one(LevelList)
        shown.chosen = min(max(shown.chosen + by, 0), len(self._levels) - 1)

    def action_play_level(self) -> None:
        """Play it."""
        from paraviz.errors import ParavizError

        from .level import LevelScreen

        level = self._levels[self.query_one(LevelList).chosen]
        try:
            screen = LevelScreen(level, self._levels, python=self._python)
        except (ParavizError, OSError) as error:
            self.notify(str(error), severity="error", markup=False)
            return
        self.app.push_screen(screen)

    def action_back(self) -> None:
        """Leave."""
        if len(self.app.screen_stack) > 1 and self.app.screen_stack[0] is not self:
            self.app.pop_screen()
        else:
            self.app.exit()
