"""What paraviz does about the framework it stands on."""

from __future__ import annotations

import multiprocessing.resource_tracker as tracker
import os
import sys
from typing import TYPE_CHECKING

from textual.app import App

if TYPE_CHECKING:
    from textual.strip import Strip

DEBUG_VARIABLE = "PARAVIZ_DEBUG"


class QuietApp(App[None]):
    """An app whose own faults end it with one line, not with a screenful of traceback.

    Textual has no public way to choose what is printed after a crash.
    """

    def _fatal_error(self) -> None:
        if os.environ.get(DEBUG_VARIABLE):
            super()._fatal_error()
            return
        error = sys.exc_info()[1] or self._exception
        self._exit_renderables.append(
            f"paraviz: a fault of its own: {type(error).__name__}: {error}"
            f" ({DEBUG_VARIABLE}=1 shows where)"
        )
        self._close_messages_no_wait()


def ready_for_children() -> None:
    """Start the resource tracker while descriptor 2 is still a real one.

    A running app replaces `sys.stderr` by a capture whose `fileno()` is -1, and the tracker, when
    it is first started, passes that on to its process: `ValueError: bad value(s) in fds_to_keep`
    (Textual issue 3593).
    """
    tracker.ensure_running()


def screen_strips(app: App[None]) -> list[Strip]:
    """The rows of the screen as they are shown.

    Textual renders whole screens for its own SVG export only; the compositor is private.
    """
    from textual.strip import Strip

    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    rows = getattr(update, "strips", [])
    return [Strip.join(list(row)) for row in rows]
