"""The parameters of a run, to be changed before the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.text.translation import _

from ..commands import Command, bindings
from ..widgets.bars import KeyLine
from ..widgets.form import ParameterForm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from paraviz.programs.parameters import Runnable

_COMMANDS = (
    Command("run", "enter", "enter", "Run", "Run with these parameters", "run", rank=0),
    Command(
        "dismiss(None)", "escape", "esc", "Cancel", "Leave everything as it is", "cancel", rank=1
    ),
    Command("app.help", "f1", "F1", "Help", "All keys and glyphs", "help", rank=0),
)


class ParameterScreen(ModalScreen["Mapping[str, object] | None"]):
    """A form over the run; its result is the new values, or None."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)
    AUTO_FOCUS = "ParameterForm"

    def __init__(self, runnable: Runnable, values: Mapping[str, object]) -> None:
        super().__init__()
        self._runnable = runnable
        self._values = values

    def compose(self) -> ComposeResult:
        """The form and its keys."""
        with Vertical(classes="dialog"):
            yield Static(
                _("Parameters of {program}").format(program=self._runnable.name),
                classes="dialog-title",
                markup=False,
            )
            yield ParameterForm(self._runnable, self._values)
            yield KeyLine()

    def action_run(self) -> None:
        """Take the values, if they are all valid."""
        form = self.query_one(ParameterForm)
        if not form.error:
            self.dismiss(form.values)
