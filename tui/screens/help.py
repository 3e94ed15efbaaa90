"""Help: the keys that work on the focused part, by subject, and what the picture's glyphs mean."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.text.translation import N_, _
from paraviz.trace import State

from ..commands import Command, bindings
from ..render.glyphs import STATE_GLYPHS, STATE_TONES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual import events
    from textual.app import ComposeResult

_COMMANDS = (
    Command("dismiss(None)", "escape,question_mark,q", "esc", "Close", "Back to where you were"),
)
STATES = (
    (State.RUNNING, N_("it runs; a letter is what it writes at that moment")),
    (State.WAITING_GIL, N_("it waits for the GIL: another thread of its process runs")),
    (State.WAITING_LOCK, N_("it waits for a lock; the lock's row says who holds it")),
    (State.WAITING_CPU, N_("it could run, but waits for a CPU")),
    (State.BLOCKED, N_("it is blocked: it sleeps, joins or waits for something else")),
)
"""What a worker's row says of it."""
GLYPHS = (
    ("▍", N_("it ran for part of this column: the solid part is the share")),
    ("▸", N_("it starts a thread or a process")),
    ("[ ]", N_("it takes and gives back a lock")),
    ("×", N_("it gives up waiting for a lock")),
    ("↵", N_("it writes the end of a line")),
    ("•", N_("an event in a stretch where the worker is not seen to run")),
    ("╰─▼", N_("what one worker did made the other go on")),
    ("▶ ▾", N_("before a name: the chosen row; a group that is unfolded")),
    ("◆", N_("the row of a lock")),
    ("┣━┫", N_("in a lock's row: somebody holds it")),
    ("┃ ┅", N_("in a lock's row: held briefly, once or many times")),
    ("✗┄┄", N_("in a lock's row: its holder ended and kept it")),
    ("≈", N_("the row of a number: a shared value, the length of a queue, a counter")),
    ("│", N_("the cursor")),
    ("[▆▇]", N_("in the overview: the part that is shown below")),
)
"""What else there is on a timeline."""
_CHOSEN = ("▶", N_("what is chosen: keys are about it"))
OWN_GLYPHS: dict[str, tuple[tuple[str, str], ...]] = {
    "Gallery": (_CHOSEN, ("● ○", N_("a parameter that is switched on, or off"))),
    "CompareScreen": (
        ("✓ ✗", N_("the run below does better, or worse, than the one above")),
        ("×1.5", N_("the run below has so many times as much of it")),
    ),
    "EverybodyScreen": (_CHOSEN,),
    "SteerScreen": (
        _CHOSEN,
        ("●", N_("who took the last step")),
        ("◂ ←", N_("a value that the last step changed, and what it was")),
    ),
    "ReportScreen": (
        _CHOSEN,
        ("✗", N_("a fault of the program")),
        ("▲", N_("nothing wrong, but a waste of time")),
        ("·", N_("where time went, right or wrong")),
    ),
    "ParameterScreen": (_CHOSEN, ("● ○", N_("a parameter that is switched on, or off"))),
}
"""What is drawn on a screen and on no other, by the screen's name."""
_WITH_STATES = (
    "Gallery",
    "RunScreen",
    "CompareScreen",
    "EverybodyScreen",
    "ReportScreen",
    "SteerScreen",
)
_WITH_TIMELINE = ("Gallery", "RunScreen", "CompareScreen")
_WIDTH, _AROUND, _LEAST = 84, 8, 20
"""Cells of the dialog, of what is around its text, and of a text at least."""


class HelpScreen(ModalScreen[None]):
    """All keys and glyphs, in one list that scrolls."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    def __init__(self, reached: Sequence[Command], over: str) -> None:
        """`reached`: the commands of what it stands over; `over`: the name of that screen."""
        super().__init__()
        self._reached = reached
        self._over = over

    def compose(self) -> ComposeResult:
        """One long text."""
        with VerticalScroll(classes="dialog help"):
            yield Static(_("↑ ↓ scroll · esc closes"), classes="dialog-title")
            yield from self._sections()

    def _sections(self) -> list[_Section]:
        """All there is to say of what it stands over, in columns that are equally wide."""
        over = self._over
        tables: list[_Table] = [
            (title, [(_(each.shown), _(each.help)) for each in commands], ())
            for title, commands in by_subject(self._reached)
        ]
        own = OWN_GLYPHS.get(over, ())
        if own:
            tables.append((_("What is drawn here"), _told(own), ()))
        if over in _WITH_STATES:
            states = [(STATE_GLYPHS[state] * 2, _(meaning)) for state, meaning in STATES]
            tones = [STATE_TONES[state] for state, _meaning in STATES]
            tables.append((_("What a worker does"), states, tones))
        if over in _WITH_TIMELINE:
            tables.append((_("What is drawn on a timeline"), _told(GLYPHS), ()))
        width = max(len(left) for _title, rows, _tones in tables for left, _right in rows) + 2
        return [_Section(table, width) for table in tables]

    def on_resize(self, event: events.Resize) -> None:
        """Wrap all of it anew."""
        for section in self.query(_Section):
            section.fill(event.size.width)


_Table = tuple[str, "Sequence[tuple[str, str]]", "Sequence[str]"]
"""A title, what stands below it to the left and to the right, and the tones of the left."""


class _Section(Static):
    """A title and a table of two columns."""

    def __init__(self, table: _Table, width: int) -> None:
        """`width`: cells of the left column."""
        super().__init__()
        self._table, self._width = table, width

    def on_mount(self) -> None:
        """Show it."""
        self.fill(self.app.size.width)

    def fill(self, columns: int) -> None:
        """Wrap it for a terminal so wide."""
        room = min(_WIDTH, columns * 94 // 100) - _AROUND - self._width
        self.update(_wrapped(self._table, self._width, max(room, _LEAST)))


def _told(glyphs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(glyph, _(meaning)) for glyph, meaning in glyphs]


def by_subject(reached: Sequence[Command]) -> Iterator[tuple[str, list[Command]]]:
    """The commands under the titles of their subjects, in the order of these."""
    from ..app import ParavizApp
    from ..widgets.run.arranging import ARRANGING
    from ..widgets.run.bookmarks import KEEPING
    from ..widgets.run.following import FOLLOWING
    from ..widgets.run.moving import MOVING
    from ..widgets.run.playing import PLAYING
    from ..widgets.run.reporting import REPORTING
    from ..widgets.run.searching import SEARCHING
    from ..widgets.run.sizing import SIZING
    from ..widgets.run.views import VIEWS

    subjects = (
        (_("Move"), MOVING),
        (_("Go from view to view"), VIEWS),
        (_("Ask why"), (*FOLLOWING, *REPORTING)),
        (_("Search"), SEARCHING),
        (_("Play"), PLAYING),
        (_("Arrange the rows"), (*ARRANGING, *SIZING)),
        (_("Keep"), KEEPING),
        (_("Everywhere"), ParavizApp.commands),
    )
    known = {command for _title, commands in subjects for command in commands}
    own = [command for command in reached if command not in known]
    if own:
        yield _("Here"), own
    for title, commands in subjects:
        found = [command for command in reached if command in commands]
        if found:
            yield title, found


def _wrapped(table: _Table, width: int, room: int) -> Content:
    """Left in `width` cells, in a tone of the theme's if any; right in `room` cells, in as many
    lines as it takes."""
    title, rows, tones = table
    lines = [Content.styled(title, "$accent bold")]
    for number, (left, right) in enumerate(rows):
        tone = tones[number] if tones else ""
        style = f"$tone-{tone}" if tone else "bold"
        first, *others = wrap(right, room) or [""]
        lines.append(Content.assemble((left.ljust(width), style), first))
        lines += [Content(" " * width + each) for each in others]
    return Content("\n").join(lines)
