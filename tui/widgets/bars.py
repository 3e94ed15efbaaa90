"""The lines at the top and at the bottom of a screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.text.translation import _

from ..commands import reachable
from ..render.headline import headline
from ..render.inks import PLAIN, QUIET, Ink, Row, row_text
from .rows import Rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual import events

    from ..commands import Command
    from ..render.view import TraceView

_KEY = Ink("key", mood="bold")
LARGE = "-projection"
"""The class of an app that shows everything large."""


class Headline(Rows):
    """What runs, how, and what is known of it."""

    view: reactive[TraceView | None] = reactive(None)
    program: reactive[str] = reactive("")
    parameters: reactive[Mapping[str, object]] = reactive(dict)
    trouble: reactive[str] = reactive("")
    found: reactive[str] = reactive("")
    left_out: reactive[str] = reactive("")

    def drawn_for(self) -> object:
        """What the row shows."""
        shown = (self.view, self.program, self.trouble, self.found, self.left_out)
        return (*shown, tuple(self.parameters.items()), self.app.has_class(LARGE))

    def row(self, y: int) -> Row:
        """The only row."""
        if y:
            return []
        view = self.view
        return headline(
            self.program,
            self.parameters,
            view.trace if view is not None else None,
            self.size.width,
            self.trouble,
            deadlocked=view is not None and view.ends_in_deadlock,
            progress=view.progress if view is not None else "",
            found=self.found,
            left_out=self.left_out,
            large=self.app.has_class(LARGE),
        )


class Title(Rows):
    """What this is, on top of the gallery."""

    def drawn_for(self) -> object:
        """It never changes."""
        return None

    def row(self, y: int) -> Row:
        """The only row."""
        if y:
            return []
        return [
            (" paraviz", Ink("key", mood="bold")),
            ("   " + _("who ran when, and why the others waited"), QUIET),
        ]


class KeyLine(Rows):
    """The keys that matter most here; clicking one is pressing it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._hints: list[Command] = []

    def on_mount(self) -> None:
        """Follow the focus."""
        self.watch(self.screen, "focused", self.collect, init=False)
        self.call_after_refresh(self.collect)

    def collect(self) -> None:
        """What can be done now and has a word for the footer; the first thing to do comes first."""
        reached = [each for each in reachable(self.screen) if each[1].footer]
        reached.sort(key=lambda each: each[1].rank > 0 or each[0] is self.app)
        self._hints = [command for _, command in reached]
        self.refresh()

    def drawn_for(self) -> object:
        """What the row shows."""
        return tuple(self._hints)

    def _fitting(self) -> list[tuple[Command, Row]]:
        """As many hints as fit, in the order declared."""
        hints = [
            (
                command,
                [
                    (f" {_(command.footer_keys or command.shown)}", _KEY),
                    (f" {_(command.footer)} ", QUIET),
                ],
            )
            for command in self._hints
        ]
        while hints and sum(len(row_text(row)) for _, row in hints) > self.size.width:
            worst = max(range(len(hints)), key=lambda i: (hints[i][0].rank, i))
            del hints[worst]
        return hints

    def row(self, y: int) -> Row:
        """The only row."""
        if y:
            return []
        return [piece for _, row in self._fitting() for piece in row] or [("", PLAIN)]

    async def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        at = 0
        for command, row in self._fitting():
            at += len(row_text(row))
            if event.x < at:
                for node, reached in list(reachable(self.screen)):
                    if reached is command:
                        await self.app.run_action(command.action, node)
                return
