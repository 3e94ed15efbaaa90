"""Commands: each is declared once, and its keys, footer, palette entry and help row follow.

Their texts are in English; whoever shows one puts it into the current language.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from textual.binding import Binding, BindingType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from textual.dom import DOMNode
    from textual.screen import Screen


class Command(Struct, frozen=True):
    """Something a key does."""

    action: str
    """What runs, as in `Binding`."""
    keys: str
    """Textual's names of its keys, with commas between."""
    shown: str
    """The keys as a person reads them."""
    name: str
    """Its name in the palette."""
    help: str
    """What it does, in a sentence without its full stop."""
    footer: str = ""
    """Its word in the footer, or "" where it has none."""
    footer_keys: str = ""
    """The keys as the footer shows them, where it tells of several commands at once."""
    rank: int = 5
    """The footer drops high ranks first when it is narrow."""


def bindings(commands: Sequence[Command]) -> list[BindingType]:
    """The key bindings of commands."""
    return [
        Binding(command.keys, command.action, command.name, key_display=command.shown, show=False)
        for command in commands
    ]


def commands_of(node: DOMNode) -> tuple[Command, ...]:
    """The commands a widget, screen or app declares."""
    declared: tuple[Command, ...] = getattr(type(node), "commands", ())
    return declared


def offered_by(node: DOMNode) -> tuple[Command, ...]:
    """The commands that only the palette has: `shown` are keys that do the same one by one."""
    offered: tuple[Command, ...] = getattr(type(node), "offered", ())
    return offered


def reachable(screen: Screen[object]) -> Iterator[tuple[DOMNode, Command]]:
    """The commands that keys reach on a screen now, from the focused widget outwards."""
    node = screen.focused or screen
    seen: set[str] = set()
    for ancestor in node.ancestors_with_self:
        for command in commands_of(ancestor):
            if command.action not in seen and _enabled(ancestor, command):
                seen.add(command.action)
                yield ancestor, command
        if getattr(ancestor, "is_modal", False):
            # Textual hands no key of a dialog on to the app.
            return


def _enabled(node: DOMNode, command: Command) -> bool:
    name = command.action.partition("(")[0].rpartition(".")[2]
    allows = getattr(node.app, "allows", None)
    if allows is not None and not allows(node, name):
        return False
    return bool(node.check_action(name, ()))
