"""A recording in small, read off the screen's loop."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.errors import ParavizError

from .rows import Rows

if TYPE_CHECKING:
    from pathlib import Path

    from ..render.inks import Row
    from ..render.view import TraceView

LARGEST = 16_000_000
"""Bytes of a recording that is read for a preview."""


class Preview(Rows):
    """Shows the lanes of a recording; hidden while there is none."""

    view: reactive[TraceView | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self.display = False

    def open(self, path: Path | None) -> None:
        """Show this recording, once it is read."""
        if path is None:
            self.workers.cancel_group(self, "default")
            self.view = None
        else:
            work = partial(self._read, path)
            self.run_worker(work, thread=True, exclusive=True, exit_on_error=False)

    def _read(self, path: Path) -> None:
        from textual.worker import get_current_worker

        try:
            about = path.stat()
            small = about.st_size <= LARGEST
            view = _view(path, about.st_mtime_ns) if small else None
        except (OSError, ParavizError):
            view = None
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._show, view)

    def _show(self, view: TraceView | None) -> None:
        self.view = view

    def watch_view(self, view: TraceView | None) -> None:
        """Without a recording there is nothing to see."""
        self.display = view is not None

    def drawn_for(self) -> object:
        """What the rows show."""
        return self.view

    def row(self, y: int) -> Row:
        """One row of the picture."""
        from ..render.preview import preview

        if self.view is None:
            return []
        rows = preview(self.view, self.size.width, self.size.height)
        return rows[y] if y < len(rows) else []


@lru_cache(maxsize=8)
def _view(path: Path, changed_ns: int) -> TraceView:  # noqa: ARG001 - another file, another key
    """The recording made ready to be drawn."""
    from paraviz.commands.progress_bar import load_any

    from ..render.view import TraceView

    return TraceView.of(load_any(path))
