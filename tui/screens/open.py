"""Asking for a file, to open or to save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from paraviz.errors import ParavizError
from paraviz.text.translation import N_, _

from ..commands import Command, bindings
from .working import WorkingScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult

PathWork = Callable[[str, Callable[[float], None]], object]
"""Gets the path and what to tell of progress."""
RECORDING_SUFFIXES = (".pviz", ".json", ".json.gz")
_HINT = N_("a Python program, or a recording (.pviz, .json, .json.gz) · → completes · esc cancels")


_COMMANDS = (
    Command("dismiss(None)", "escape", "esc", "Cancel", "Leave everything as it is"),
    Command("app.help", "f1", "F1", "Help", "All keys and glyphs"),
)


class PathSuggester(Suggester):
    """Completes the path of a file that exists."""

    async def get_suggestion(self, value: str) -> str | None:
        """The first file or folder that begins so."""
        folder, _slash, stem = value.rpartition("/")
        try:
            names = sorted(
                path.name + "/" * path.is_dir()
                for path in Path(folder + "/" if "/" in value else ".").expanduser().iterdir()
                if path.name.startswith(stem) and (stem or not path.name.startswith("."))
            )
        except OSError:
            return None
        return (f"{folder}/" if "/" in value else "") + names[0] if names else None


class PathScreen(ModalScreen[object]):
    """Asks for a path and does something with it; what goes wrong is said below the field."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    def __init__(self, title: str, hint: str, path: str, act: PathWork) -> None:
        """What `act`, run in a thread, returns is the result; it may raise ParavizError."""
        super().__init__()
        self._words = (title, hint)
        self._path = path
        self._act = act

    def compose(self) -> ComposeResult:
        """A field between what it is for and what went wrong."""
        title, hint = self._words
        with Vertical(classes="dialog"):
            yield Static(title, classes="dialog-title", markup=False)
            yield Input(self._path, suggester=PathSuggester(use_cache=False), id="path")
            yield Static(hint, id="hint", markup=False)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it, off the screen's loop."""
        path = event.value.strip()
        if path:
            self._path = path
            work = partial(self._act, str(Path(path).expanduser()))
            self.app.push_screen(WorkingScreen(path, work), self._done)

    def _done(self, result: object) -> None:
        if isinstance(result, ParavizError):
            self._say(result.message, error=True)
        elif isinstance(result, OSError):
            self._say(f"{self._path}: {result.strerror or result}", error=True)
        elif result is not None:
            self.dismiss(result)

    def _say(self, words: str, *, error: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(error, "-error")
        hint.update(words)


class OpenScreen(PathScreen):
    """Asks for a program or a recording."""

    def __init__(self) -> None:
        super().__init__(
            _("Open a file"),
            _(_HINT),
            "",
            open_file,
        )


def open_file(path: str, progress: Callable[[float], None] | None = None) -> object:
    """A `Runnable`, or a `Trace` and the path it came from. Raises ParavizError, OSError."""
    if path.endswith(RECORDING_SUFFIXES):
        from paraviz.commands.progress_bar import load_any
        from paraviz.user.recent_files import remember

        trace = load_any(Path(path), progress)
        remember(Path(path))
        return trace, path
    from paraviz.programs.catalogue import find

    return find(path)
