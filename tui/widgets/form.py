"""The parameters of a program as fields: all text, no mouse needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message
from textual.reactive import reactive

from paraviz.errors import UsageError
from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.inks import PLAIN, QUIET, Ink, Row, cut, shortened
from .rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events

    from paraviz.programs.parameters import Parameter, Runnable

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous parameter", "Choose the field above"),
    Command(
        "choose(1)", "down", "↓", "Next parameter", "Choose the field below", "field", "↑ ↓", 3
    ),
    Command(
        "turn(1)",
        "space,right",
        "space",
        "Switch",
        "Switch it, or take the next choice",
        "switch",
        rank=2,
    ),
    Command("turn(-1)", "left", "←", "Switch back", "Switch it, or take the choice before"),
)
_TYPED = ("int", "float", "str")


class ParameterForm(Rows, can_focus=True):
    """Edits the values of a program's parameters; what is typed is checked as it is typed."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    chosen: reactive[int] = reactive(0)

    @dataclass
    class Changed(Message):
        """A field was edited."""

        values: Mapping[str, object]
        """All values, those that are valid."""

    def __init__(
        self, runnable: Runnable | None = None, values: Mapping[str, object] | None = None
    ) -> None:
        """Shows a program's fields, as `show` does."""
        super().__init__()
        self._runnable: Runnable | None = None
        self._texts: dict[str, str] = {}
        self._errors: dict[str, str] = {}
        self.values: dict[str, bool | int | float | str] = {}
        """The values of all fields; a field in error keeps its last valid one."""
        if runnable is not None:
            self.show(runnable, values)

    def show(self, runnable: Runnable, values: Mapping[str, object] | None = None) -> None:
        """Show a program's fields, with these values or the defaults."""
        self._runnable = runnable
        self.values = {**runnable.defaults(), **(values or {})}  # type: ignore[dict-item]
        self._texts = {name: _text(value) for name, value in self.values.items()}
        self._errors = {}
        self.chosen = 0
        self.styles.height = max(len(runnable.parameters), 1)
        self.refresh()

    def retell(self, runnable: Runnable) -> None:
        """The same program in another language."""
        self._runnable = runnable
        self.refresh()

    @property
    def error(self) -> str:
        """What is wrong with a field, or ""."""
        return next(iter(self._errors.values()), "")

    @property
    def _parameters(self) -> tuple[Parameter, ...]:
        return self._runnable.parameters if self._runnable else ()

    def drawn_for(self) -> object:
        """What the rows show."""
        return (
            self._runnable,
            self.chosen,
            self.has_focus,
            tuple(self._texts.items()),
            tuple(self._errors.items()),
        )

    def row(self, y: int) -> Row:
        """One field."""
        if not self._parameters:
            return [(_("no parameters"), QUIET)] if y == 0 else []
        if y >= len(self._parameters):
            return []
        parameter = self._parameters[y]
        width = max(len(each.name) for each in self._parameters)
        focused = self.has_focus and y == self.chosen
        mark = ("▶ ", Ink("cursor", mood="bold")) if focused else ("  ", PLAIN)
        name = (f"{parameter.name.ljust(width)}  ", Ink("text") if focused else QUIET)
        row = [mark, name, *self._field(parameter, focused=focused)]
        error = self._errors.get(parameter.name)
        if error:
            row.append((f"  {error}", Ink("error")))
        elif parameter.default != self.values[parameter.name]:
            default = _("default {value}").format(value=_text(parameter.default))
            row.append((f"  {default}", Ink("faint")))
        elif parameter.text:
            row.append((f"  {parameter.text}", Ink("faint")))
        return cut(row, self.size.width)

    def _field(self, parameter: Parameter, *, focused: bool) -> Row:
        text = self._texts[parameter.name]
        if parameter.kind == "bool":
            on = self.values[parameter.name]
            return [
                (
                    "● " + _("on") + " " if on else "○ " + _("off"),
                    Ink("good" if on else "text", mood="bold"),
                )
            ]
        if parameter.kind == "choice":
            return [(f"‹ {text} ›", Ink("text", mood="bold"))]
        shown = shortened(text, 24).ljust(8)
        ink = Ink("error" if parameter.name in self._errors else "text", "panel", "bold")
        if not focused:
            return [(f" {shown} ", ink)]
        end = len(shown.rstrip())
        caret = ("▏", ink._replace(fore="cursor"))
        return [(f" {shown[:end]}", ink), caret, (shown[end:], ink)]

    def on_focus(self) -> None:
        """Show which field is chosen."""
        self.refresh()

    def on_blur(self) -> None:
        """None is."""
        self.refresh()

    def action_choose(self, step: int) -> None:
        """Go to another field."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self._parameters) - 1, 0))

    def action_turn(self, step: int) -> None:
        """Switch a switch; take another choice."""
        if not self._parameters:
            return
        parameter = self._parameters[self.chosen]
        if parameter.kind == "bool":
            self._set(parameter, "no" if self.values[parameter.name] else "yes")
        elif parameter.kind == "choice":
            at = parameter.choices.index(str(self.values[parameter.name]))
            self._set(parameter, parameter.choices[(at + step) % len(parameter.choices)])

    def on_key(self, event: events.Key) -> None:
        """Type into a field of numbers or text."""
        if not self._parameters:
            return
        parameter = self._parameters[self.chosen]
        if parameter.kind not in _TYPED:
            return
        text = self._texts[parameter.name]
        if event.key == "backspace":
            self._set(parameter, text[:-1])
        elif event.key in ("ctrl+u", "delete"):
            self._set(parameter, "")
        elif event.character is not None and event.is_printable:
            self._set(parameter, text + event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Choose a field; a second click switches it."""
        if event.y < len(self._parameters):
            again = self.chosen == event.y
            self.chosen = event.y
            if again or self._parameters[event.y].kind == "bool":
                self.action_turn(1)

    def _set(self, parameter: Parameter, text: str) -> None:
        assert self._runnable is not None
        self._errors.pop(parameter.name, None)
        self._texts[parameter.name] = text
        try:
            self.values[parameter.name] = self._runnable.parse_value(parameter.name, text)
        except UsageError:
            takes = _("takes {wanted}").format(wanted=parameter.wanted)
            self._errors[parameter.name] = takes
        if parameter.kind in ("bool", "choice"):
            self._texts[parameter.name] = _text(self.values[parameter.name])
        self.refresh()
        self.post_message(self.Changed(dict(self.values)))


def _text(value: object) -> str:
    if isinstance(value, bool):
        return _("on") if value else _("off")
    return str(value)
