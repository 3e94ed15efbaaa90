"""How large everything is, and whether there is text below the timeline."""

from __future__ import annotations

from ...commands import Command
from .state import RunState

SIZING = (
    Command(
        "texts",
        "U",
        "U",
        "Output and source",
        "Show or hide what stands below the timeline: the output and the source",
    ),
)


class Sizing(RunState):
    """The projection mode of the app, and a key that gives the timeline all the room."""

    def on_mount(self) -> None:
        """Be as large as the app is."""
        self.watch(self.app, "projection", self._enlarge)

    def _enlarge(self, large: bool) -> None:
        self.large, self.texts = large, None
        self._arrange()

    def action_texts(self) -> None:
        """Show or hide output and source."""
        self.texts = not self.has_texts
        if not self.large:
            self.lay_out(texts=self.texts)
        self._arrange()
