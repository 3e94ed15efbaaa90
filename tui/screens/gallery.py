"""The gallery: what there is to run, what it shows, and with which parameters."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from paraviz.text.translation import N_, _

from ..commands import Command, bindings
from ..widgets.bars import KeyLine, Title
from ..widgets.form import ParameterForm
from ..widgets.preview import Preview
from ..widgets.program_list import Entry, Shelf
from .explore import EXPLORE, ExploreScreen
from .steer_commands import STEER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from paraviz.programs.parameters import Runnable

_COMMANDS = (
    Command("run", "enter", "enter", "Run", "Run the program and watch it", "run", rank=0),
    Command(
        "app.focus_next",
        "tab",
        "tab",
        "Next part",
        "To the parameters, the source, the list",
        "parameters",
        rank=2,
    ),
    Command(
        "open",
        "o,ctrl+o",
        "o",
        "Open a file",
        "Open a program of yours, or a recording",
        "open a file",
        rank=1,
    ),
    Command(
        "preset",
        "L",
        "L",
        "As in the lecture",
        "Take the lecture's own sizes",
        "as in the lecture",
        rank=3,
    ),
    STEER,
    EXPLORE,
    Command(
        "levels", "G", "G", "Levels", "Play the scheduler: programs with a goal", "levels", rank=4
    ),
    Command("page(1)", "pagedown", "page ↓", "Page down", "Read on in the text and the source"),
    Command("page(-1)", "pageup", "page ↑", "Page up", "Read back"),
    Command("app.quit", "q", "q", "Quit", "Leave paraviz", "quit", rank=1),
)
_AFTER_FIRST_FRAME_S = 0.1
SCENARIOS = N_("Scenarios")
OPENED = N_("Opened")
FOLDER = N_("This folder")
RECORDINGS = N_("Recordings")
LAST_RUNS = N_("The last runs")
_OWN_GROUPS = (FOLDER, RECORDINGS, LAST_RUNS)


class Gallery(Screen[None]):
    """Left what there is, right what it is."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    AUTO_FOCUS = "Shelf"

    def __init__(self, runnables: Sequence[Runnable], *, own: bool = True) -> None:
        """`own`: whether the user's programs and recordings are put out as well."""
        super().__init__()
        self._own = own
        self._entries = tuple(Entry(each.group or SCENARIOS, each) for each in runnables)
        self._entry = self._entries[0] if self._entries else None
        self._shown = runnables[0] if runnables else None
        self.is_complete = False

    def compose(self) -> ComposeResult:
        """The list beside the chosen program."""
        yield Title()
        shown = self._shown
        with Horizontal(id="gallery"):
            yield Shelf(self._entries, reserved="oqPLTDSEG")
            with VerticalScroll(id="program", can_focus=False, classes="" if shown else "-nothing"):
                yield Static(_title(shown), id="title", markup=False)
                yield Static(_reflowed(shown.text) if shown else "", id="text", markup=False)
                yield Preview()
                yield Static(_("parameters"), id="of-parameters", classes="heading")
                yield ParameterForm(shown)
                yield Static(_("source"), id="of-source", classes="heading")
                yield Static(_body(shown.source) if shown else "", id="source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """What takes its time to import waits until the first frame is out."""
        self.set_timer(_AFTER_FIRST_FRAME_S, self._complete)

    def on_screen_resume(self) -> None:
        """There may be more recordings than before."""
        if self.is_complete and self._own:
            self._put_out_own()

    def _complete(self) -> None:
        self.is_complete = True
        self._highlight()
        if self._own:
            self._put_out_own()
        self._preview()

    def _put_out_own(self) -> None:
        """Put the user's programs and recordings on the shelf, below the scenarios."""
        from paraviz.programs.catalogue import own_programs, own_recordings
        from paraviz.user.kept_runs import kept_runs

        shelf = self.query_one(Shelf)
        kept = [each for each in shelf.entries if each.group not in _OWN_GROUPS]
        known = {Path(each.runnable.path).absolute() for each in kept if each.runnable}
        own = (each for each in own_programs() if Path(each.path).absolute() not in known)
        recordings = [Entry(RECORDINGS, recording=str(path)) for path in own_recordings()]
        runs = [Entry(LAST_RUNS, recording=str(path)) for path in kept_runs()]
        shelf.put_out((*kept, *(Entry(FOLDER, each) for each in own), *recordings, *runs))

    def retell(self) -> None:
        """Say everything in the current language; what is chosen and typed stays."""
        from paraviz.programs.catalogue import retold

        shelf = self.query_one(Shelf)
        self.query_one("#of-parameters", Static).update(_("parameters"))
        self.query_one("#of-source", Static).update(_("source"))
        if self._shown is not None:
            self._shown = retold(self._shown)
            self.query_one("#title", Static).update(_title(self._shown))
            self.query_one("#text", Static).update(_reflowed(self._shown.text))
            self.query_one(ParameterForm).retell(self._shown)
        elif self._entry is not None:
            self.query_one("#text", Static).update(_about(self._entry.recording))
        self._entry = _retold(self._entry) if self._entry else None
        shelf.entries = tuple(_retold(entry) for entry in shelf.entries)

    def on_shelf_chosen(self, message: Shelf.Chosen) -> None:
        """Show what was chosen."""
        self._show(message.entry)

    def _show(self, entry: Entry | None) -> None:
        if entry == self._entry:
            return
        self._entry = entry
        program = self.query_one("#program")
        program.set_class(entry is None, "-nothing")
        program.set_class(entry is not None and bool(entry.recording), "-recording")
        self._shown = entry.runnable if entry else None
        if entry is None:
            return
        runnable = entry.runnable
        self.query_one("#title", Static).update(_title(runnable) if runnable else entry.name)
        text = _reflowed(runnable.text) if runnable else _about(entry.recording)
        self.query_one("#text", Static).update(text)
        if runnable is not None:
            self.query_one(ParameterForm).show(runnable)
            self.query_one("#source", Static).update(_body(runnable.source))
        if self.is_complete:
            self._highlight()
            self._preview()
        program.scroll_home(animate=False)

    def _preview(self) -> None:
        """Show what a run looks like: the recording itself, or that of the scenario."""
        from paraviz.programs.catalogue import recording

        entry, path = self._entry, None
        if entry is not None and entry.recording:
            path = Path(entry.recording)
        elif entry is not None and entry.runnable is not None:
            path = recording(entry.runnable.name)
        self.query_one(Preview).open(path)

    def _highlight(self) -> None:
        from textual.highlight import highlight

        if self._shown is not None:
            source = _body(self._shown.source)
            self.query_one("#source", Static).update(highlight(source, language="python"))

    def action_run(self) -> None:
        """Run what is chosen, as the form has it; open a recording."""
        # The word of the last choice may still be on its way.
        self._show(self.query_one(Shelf).entry)
        form = self.query_one(ParameterForm)
        if self._entry is not None and self._entry.recording:
            self._open(self._entry.recording)
            return
        if self._shown is None:
            return
        if form.error:
            self.notify(_("A parameter {takes}.").format(takes=form.error), severity="warning")
            form.focus()
            return
        from .run import run_screen

        self.app.push_screen(run_screen(self.app, self._shown, self._shown.argv(form.values)))

    def action_steer(self) -> None:
        """Be the scheduler of what is chosen, as the form has it."""
        self._show(self.query_one(Shelf).entry)
        form = self.query_one(ParameterForm)
        if self._shown is None or form.error:
            return
        from .steer import SteerScreen

        self.app.push_screen(SteerScreen(self._shown, self._shown.argv(form.values)))

    def action_levels(self) -> None:
        """Levels to play."""
        from paraviz.levels.shipped import levels

        from .levels import LevelsScreen

        self.app.push_screen(LevelsScreen(list(levels())))

    def action_explore(self) -> None:
        """Try what is chosen under all its schedules, as the form has it."""
        self._show(self.query_one(Shelf).entry)
        form = self.query_one(ParameterForm)
        if self._shown is None or form.error:
            return
        self.app.push_screen(ExploreScreen(self._shown, self._shown.argv(form.values)))

    def action_preset(self) -> None:
        """Set the parameters as the lecture has them."""
        if self._shown is not None:
            if not self._shown.preset:
                self.notify(_("It runs as in the lecture already."))
            self.query_one(ParameterForm).show(self._shown, dict(self._shown.preset))

    def action_page(self, direction: int) -> None:
        """Turn a page of what is told of the program."""
        program = self.query_one("#program")
        program.scroll_relative(y=direction * (program.size.height - 2), animate=False)

    def action_open(self) -> None:
        """Ask for a file, and open it."""
        from .open import OpenScreen

        self.app.push_screen(OpenScreen(), self._opened)

    def _open(self, path: str) -> None:
        """Open a recording."""
        from .open import open_file
        from .working import WorkingScreen

        name = Path(path).name
        self.app.push_screen(WorkingScreen(name, partial(open_file, path)), self._opened)

    def _opened(self, opened: object) -> None:
        """Show a recording; put a program on the shelf; tell of what went wrong."""
        from paraviz.programs.parameters import Runnable

        if isinstance(opened, Exception):
            self.notify(str(opened), severity="error", markup=False)
        elif isinstance(opened, Runnable):
            shelf = self.query_one(Shelf)
            kept = tuple(
                each
                for each in shelf.entries
                if each.runnable is None or each.runnable.path != opened.path
            )
            shelf.action_clear()
            entry = Entry(OPENED, opened)
            shelf.put_out((*kept, entry), entry)
            if self._own:
                self._put_out_own()
        elif isinstance(opened, tuple):
            from .run import RunScreen

            trace, path = opened
            self.app.push_screen(RunScreen(Path(path).name, trace=trace, path=path))


def _retold(entry: Entry) -> Entry:
    """The entry in the current language. What was opened stays in its own group."""
    from paraviz.programs.catalogue import retold

    if entry.runnable is None:
        return entry
    runnable = retold(entry.runnable)
    own = entry.group == entry.runnable.group
    return Entry(runnable.group if own else entry.group, runnable)


def _about(recording: str) -> str:
    """Where a recording lies, how large it is and how old."""
    path = Path(recording)
    try:
        about = path.stat()
    except OSError as error:
        return f"{recording}: {error.strerror}"
    when = datetime.fromtimestamp(about.st_mtime).strftime("%Y-%m-%d %H:%M")
    words = _("{folder} · {size:,} kB · {when}")
    return words.format(folder=path.absolute().parent, size=about.st_size // 1000, when=when)


def _title(runnable: Runnable | None) -> str:
    return runnable.title or runnable.name if runnable else ""


def _reflowed(text: str) -> str:
    """Paragraphs as single lines, so that they wrap to the screen's width."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def _body(source: str) -> str:
    """The source without the docstring that stands above it anyway."""
    import ast

    try:
        first = ast.parse(source).body[0]
    except (SyntaxError, IndexError, ValueError):
        return source
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
        lines = source.splitlines()[first.end_lineno or 0 :]
        return "\n".join(lines).strip("\n")
    return source
