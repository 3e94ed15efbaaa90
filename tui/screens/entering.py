"""Typing what a live run's program reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.screen import Screen

from paraviz.errors import ParavizError
from paraviz.text.translation import _

from ..commands import Command
from ..widgets.entry import Entry
from ..widgets.run import RunView

if TYPE_CHECKING:
    from paraviz.trace import Trace

    from ..live import Watch
    from ..messages import InputAwaited

TYPE = Command("type", "I", "I", "Type", "Type what the program reads; ctrl d ends its input")


class Entering(Screen[None]):
    """A screen with a run view whose program can be typed to."""

    _watch: Watch | None
    """What watches the run, if there is one."""
    _number: int
    """Of the run that is shown, among the screen's."""

    def on_input_awaited(self, message: InputAwaited) -> None:
        """A line for it, as long as the program waits."""
        if message.session_number != self._number:
            return
        view = self.query_one(RunView).view
        if message.awaited and view is not None:
            self._open_entry(view.trace)
        else:
            self.query_one(Entry).close()

    def on_entry_entered(self, message: Entry.Entered) -> None:
        """Let the program read it."""
        if self._watch is None:
            return
        try:
            self._watch.enter(message.text)
        except ParavizError as error:
            self.notify(error.message, severity="warning", markup=False)

    def action_type(self) -> None:
        """To the line for what the program reads."""
        view = self.query_one(RunView).view
        if view is None or not view.trace.live:
            self.notify(_("The program has ended, and reads no more."), markup=False, timeout=2)
        else:
            self._open_entry(view.trace)

    def _open_entry(self, trace: Trace) -> None:
        # The first frame goes without NumPy.
        from paraviz.trace.histories.output import unfinished_line

        self.query_one(Entry).open(unfinished_line(trace))
