"""Saving what a screen shows as a recording."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual.screen import Screen

from paraviz.text.translation import _

from ..commands import Command
from ..widgets.run import RunView

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace import Trace

SAVE = Command("save", "s", "s", "Save the recording", "Write the run to a file", "save", rank=4)


class Saving(Screen[None]):
    """A screen with a run view that can be saved."""

    program: str
    """What runs."""
    _path: str
    """Where it was saved last, or read from; "" for nowhere."""

    def action_save(self) -> None:
        """Ask where to, and save what is shown."""
        from .open import PathScreen

        view = self.query_one(RunView).view
        if view is None:
            return
        stem = Path(self.program.removeprefix("-m ")).stem or "run"
        path = self._path or f"{stem}.pviz"
        self.app.push_screen(
            PathScreen(
                _("Save the recording"),
                _(".pviz is paraviz's own; .json(.gz) opens in Perfetto · esc cancels"),
                path,
                partial(_save, view.trace),
            ),
            self._saved,
        )

    def _saved(self, path: object) -> None:
        if path is not None:
            self.query_one(RunView).bookmarks_changed = False
            self._path = str(path)
            self.notify(_("saved as {file}").format(file=path))


def _save(trace: Trace, path: str, progress: Callable[[float], None]) -> str:
    from paraviz.formats import save
    from paraviz.user.recent_files import remember

    save(trace, Path(path), progress)
    remember(Path(path))
    return path
