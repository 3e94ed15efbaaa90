"""The command palette's entries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.command import DiscoveryHit, Hit, Hits, Provider

from paraviz.text.translation import _

from .commands import offered_by, reachable

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterator

    from .commands import Command


class CommandProvider(Provider):
    """Offers every command that keys could reach on the screen below the palette."""

    def _entries(self) -> Iterator[tuple[Command, partial[Coroutine[object, object, bool]]]]:
        for node, command in reachable(self.screen):
            yield command, partial(self.app.run_action, command.action, node)
        for node in (self.screen.focused or self.screen).ancestors_with_self:
            for command in offered_by(node):
                yield command, partial(self.app.run_action, command.action, node)

    async def discover(self) -> Hits:
        """All of them, before anything is typed."""
        for command, run in self._entries():
            name, keys = _(command.name), _(command.shown)
            yield DiscoveryHit(f"{name}  ({keys})", run, help=_(command.help))

    async def search(self, query: str) -> Hits:
        """Those that match."""
        matcher = self.matcher(query)
        for command, run in self._entries():
            name = _(command.name)
            score = matcher.match(name)
            if score > 0:
                text = matcher.highlight(name)
                yield Hit(score, text, run, help=f"{_(command.shown)} · {_(command.help)}")
