"""The gallery: what there is to run, what it shows, and with which parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Horizontal, VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from ..commands import Command, bindings
from ..widgets.bars import KeyLine, Title
from ..widgets.form import ParameterForm
from ..widgets.shelf import Entry, Shelf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from paraviz.program import Runnable

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
    Command("page(1)", "pagedown", "page ↓", "Page down", "Read on in the text and the source"),
    Command("page(-1)", "pageup", "page ↑", "Page up", "Read back"),
    Command("app.quit", "q", "q", "Quit", "Leave paraviz", "quit", rank=1),
)
_AFTER_FIRST_FRAME_S = 0.1
SCENARIOS = "Scenarios"
OPENED = "Opened"


class Gallery(Screen[None]):
    """Left what there is, right what it is."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)
    AUTO_FOCUS = "Shelf"

    def __init__(self, runnables: Sequence[Runnable]) -> None:
        super().__init__()
        self._entries = tuple(Entry(each.group or SCENARIOS, each) for each in runnables)
        self._shown = runnables[0] if runnables else None
        self.is_highlighted = False

    def compose(self) -> ComposeResult:
        """The list beside the chosen program."""
        yield Title()
        shown = self._shown
        with Horizontal(id="gallery"):
            yield Shelf(self._entries, reserved="oqPL")
            with VerticalScroll(id="program", can_focus=False, classes="" if shown else "-nothing"):
                yield Static(_title(shown), id="title", markup=False)
                yield Static(_reflowed(shown.text) if shown else "", id="text", markup=False)
                yield Static("parameters", classes="heading")
                yield ParameterForm(shown)
                yield Static("source", classes="heading")
                yield Static(_body(shown.source) if shown else "", id="source", markup=False)
        yield KeyLine()

    def on_mount(self) -> None:
        """Colour the source, once the first frame is out: the lexer takes its time to import."""
        self.set_timer(_AFTER_FIRST_FRAME_S, self._highlight)

    def on_shelf_chosen(self, message: Shelf.Chosen) -> None:
        """Show the chosen program."""
        runnable = message.runnable
        if runnable is self._shown and runnable is not None:
            return
        self._shown = runnable
        self.query_one("#program").set_class(runnable is None, "-nothing")
        if runnable is None:
            return
        self.query_one("#title", Static).update(_title(runnable))
        self.query_one("#text", Static).update(_reflowed(runnable.text))
        self.query_one(ParameterForm).show(runnable)
        if self.is_highlighted:
            self._highlight()
        else:
            self.query_one("#source", Static).update(_body(runnable.source))
        self.query_one("#program").scroll_home(animate=False)

    def _highlight(self) -> None:
        from textual.highlight import highlight

        self.is_highlighted = True
        if self._shown is not None:
            source = _body(self._shown.source)
            self.query_one("#source", Static).update(highlight(source, language="python"))

    def action_run(self) -> None:
        """Run what is chosen, as the form has it."""
        form = self.query_one(ParameterForm)
        if self._shown is None:
            return
        if form.error:
            self.notify(f"A parameter {form.error}.", severity="warning")
            form.focus()
            return
        from .run import run_screen

        self.app.push_screen(run_screen(self.app, self._shown, self._shown.argv(form.values)))

    def action_preset(self) -> None:
        """Set the parameters as the lecture has them."""
        if self._shown is not None:
            if not self._shown.preset:
                self.notify("It runs as in the lecture already.")
            self.query_one(ParameterForm).show(self._shown, dict(self._shown.preset))

    def action_page(self, direction: int) -> None:
        """Turn a page of what is told of the program."""
        program = self.query_one("#program")
        program.scroll_relative(y=direction * (program.size.height - 2), animate=False)

    def action_open(self) -> None:
        """Ask for a file, and open it."""
        from .open import OpenScreen

        self.app.push_screen(OpenScreen(), self._opened)

    def _opened(self, opened: object) -> None:
        """Show a recording; put a program on the shelf."""
        from paraviz.program import Runnable

        if isinstance(opened, Runnable):
            shelf = self.query_one(Shelf)
            kept = tuple(e for e in shelf.entries if e.runnable.path != opened.path)
            shelf.action_clear()
            shelf.entries = (*kept, Entry(OPENED, opened))
            shelf.chosen = len(shelf.entries) - 1
        elif isinstance(opened, tuple):
            from .run import RunScreen

            trace, name = opened
            self.app.push_screen(RunScreen(name, trace=trace))


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
