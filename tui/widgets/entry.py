"""A line for what the program reads: typed here, read there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input, Static

from paraviz.text.translation import _

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.widget import Widget


class _Line(Input):
    """As in a terminal, ctrl+d in an empty line is the end of the input."""

    BINDINGS: ClassVar = [Binding("ctrl+d", "end_or_delete", show=False)]

    class Ended(Message):
        """There is no more to come."""

    def action_end_or_delete(self) -> None:
        """The end, or the character to the right."""
        if self.value:
            self.action_delete_right()
        else:
            self.post_message(self.Ended())


class Entry(Horizontal):
    """Hidden until the program waits for input. Enter hands a line over; escape leaves the line
    where it is and gives the focus back."""

    BINDINGS: ClassVar = [Binding("escape", "leave", show=False)]

    class Entered(Message):
        """A line was typed, or (None) the input ended."""

        def __init__(self, text: str | None) -> None:
            super().__init__()
            self.text = text

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """What the program asks, the line, how to end."""
        yield Static("", id="asked", markup=False)
        yield _Line(id="typed", compact=True)
        yield Static("", id="ends", markup=False)

    def open(self, asked: str) -> None:
        """Show the line and go there. `asked`: what the program wrote last, if it ends in no line
        break."""
        self.query_one("#asked", Static).update(f" {asked or _('the program reads')} ❯ ")
        self.query_one("#ends", Static).update(f" {_('enter hands it over · ctrl d ends')} ")
        if not self.display:
            self._before = self.screen.focused
        self.display = True
        self.query_one(_Line).focus()

    def close(self) -> None:
        """Hide it; what was typed stays for the next time."""
        if self.display:
            self.display = False
            self.action_leave()

    def action_leave(self) -> None:
        """Back to where the focus was."""
        if self._before is not None and self.query_one(_Line).has_focus:
            self._before.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the line over."""
        event.stop()
        self.query_one(_Line).value = ""
        self.post_message(self.Entered(event.value + "\n"))

    def on__line_ended(self, event: _Line.Ended) -> None:
        """Hand the end over."""
        event.stop()
        self.post_message(self.Entered(None))
