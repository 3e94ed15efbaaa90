"""Asking for a file, to open or to save."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Input, Static

from paraviz.errors import ParavizError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult

RECORDING_SUFFIXES = (".pviz", ".json", ".json.gz")


class PathSuggester(Suggester):
    """Completes the path of a file that exists."""

    async def get_suggestion(self, value: str) -> str | None:
        """The first file or folder that begins so."""
        folder, _, stem = value.rpartition("/")
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

    BINDINGS: ClassVar = [Binding("escape", "dismiss(None)", "Cancel", show=False)]

    def __init__(self, title: str, hint: str, path: str, act: Callable[[str], object]) -> None:
        """`act` runs in a thread; what it returns is the result. It may raise ParavizError."""
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
            self._say("one moment …")
            self.run_worker(
                partial(self._attempt, path),
                "file",
                thread=True,
                exclusive=True,
                exit_on_error=False,
            )

    def _attempt(self, path: str) -> None:
        try:
            result = self._act(str(Path(path).expanduser()))
        except ParavizError as error:
            self.app.call_from_thread(self._say, error.message, error=True)
        except OSError as error:
            text = f"{path}: {error.strerror or error}"
            self.app.call_from_thread(self._say, text, error=True)
        else:
            self.app.call_from_thread(self.dismiss, result)

    def _say(self, words: str, *, error: bool = False) -> None:
        hint = self.query_one("#hint", Static)
        hint.set_class(error, "-error")
        hint.update(words)


class OpenScreen(PathScreen):
    """Asks for a program or a recording."""

    def __init__(self) -> None:
        super().__init__(
            "Open a file",
            "a Python program, or a recording (.pviz, .json, .json.gz) · → completes · esc cancels",
            "",
            open_file,
        )


def open_file(path: str) -> object:
    """A `Runnable`, or a `Trace` and its name. Raises ParavizError, OSError."""
    if path.endswith(RECORDING_SUFFIXES):
        from paraviz.formats import load

        return load(path), Path(path).name
    from paraviz.catalogue import find

    return find(path)
