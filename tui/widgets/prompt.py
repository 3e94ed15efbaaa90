"""A question in one row: what is asked and a field; above it what is wrong with the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from paraviz.errors import ParavizError

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import ComposeResult
    from textual.widget import Widget


class Prompt(Vertical):
    """Hidden until something is asked. Enter answers, escape does not; both give the focus back."""

    BINDINGS: ClassVar = [Binding("escape", "close", show=False)]

    def __init__(self) -> None:
        super().__init__()
        self.display = False
        self._words = ""
        self._act: Callable[[str], None] | None = None
        self._before: Widget | None = None

    def compose(self) -> ComposeResult:
        """The complaint, the question, the field."""
        yield Static("", id="complaint", markup=False)
        with Horizontal():
            yield Static("", id="question", markup=False)
            yield Input(id="answer", compact=True)

    def ask(self, words: str, value: str, act: Callable[[str], None]) -> None:
        """Ask; `act` gets the answer, and may raise ParavizError to refuse it."""
        if not self.display:
            self._before = self.screen.focused
        self._words, self._act = words, act
        self.query_one("#question", Static).update(f" {words} ")
        self._complain("")
        field = self.query_one(Input)
        field.value = value
        self.display = True
        field.focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Hand the answer over."""
        event.stop()
        words, act, before = self._words, self._act, self._before
        self.action_close()
        if act is None:
            return
        try:
            act(event.value)
        except ParavizError as error:
            self.ask(words, event.value, act)
            # The focus has not come back yet: it is not the field that was before.
            self._before = before
            self._complain(error.message)

    def _complain(self, words: str) -> None:
        complaint = self.query_one("#complaint", Static)
        complaint.update(words)
        complaint.display = bool(words)

    def action_close(self) -> None:
        """Ask no more."""
        self.display = False
        if self._before is not None:
            self._before.focus()
