"""Rows of which only some fit: the wheel goes through them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from .rows import Rows

if TYPE_CHECKING:
    from textual import events

_WHEEL_ROWS = 3


class Scrolled(Rows):
    """Keeps what is shown within what there is."""

    top: reactive[int] = reactive(0)
    """How many rows are above what is shown."""

    def most(self) -> int:
        """The largest `top` that leaves no row empty."""
        raise NotImplementedError

    def scroll_to_row(self, top: int) -> None:
        """Show the rows from there on, as far as there are any."""
        self.top = max(min(top, self.most()), 0)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Some rows on."""
        event.stop()
        self.scroll_to_row(self.top + _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Some rows back."""
        event.stop()
        self.scroll_to_row(self.top - _WHEEL_ROWS)
