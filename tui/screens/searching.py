"""Searching from where a program stands that is steered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.screen import Screen

from paraviz.errors import ParavizError
from paraviz.text.translation import _, ngettext

from ..widgets.steering import Turn

if TYPE_CHECKING:
    from paraviz.schedule.result import Outcome
    from paraviz.steering.found import Found
    from paraviz.steering.steering import Steering

_FIND_S = 5.0


class Searching(Screen[None]):
    """A screen on which a program is steered, one thing after the other."""

    def __init__(self) -> None:
        super().__init__()
        self._steering: Steering | None = None
        self._one_at_a_time = asyncio.Lock()
        self._known: dict[tuple[str, str], Outcome] = {}
        """What was found before, from wherever."""
        self._chosen = 0
        """The place of the chosen worker."""

    def _later(self, work: Any) -> None:
        """Do it, after what was asked before."""
        raise NotImplementedError

    async def _show(self) -> None:
        """Show where the program stands."""
        raise NotImplementedError

    def _do(self, act: Callable[[Steering], object], *, follow: bool = False) -> None:
        """Do something with the program, after what was asked before; `follow`: choose another
        worker where the chosen one cannot go on."""
        raise NotImplementedError

    def action_find(self, kind: str) -> None:
        """How it can go wrong, or right, from here: its steps lie ahead then."""
        self._later(self._search(kind))

    async def _search(self, kind: str) -> None:
        async with self._one_at_a_time:
            steering = self._steering
            if steering is None:
                return
            if steering.state.is_over and kind != "all":
                self.notify(_("It is over: u goes back."), markup=False, timeout=3)
                return
            turn = self.query_one(Turn)
            turn.said = _("searching from here …")
            try:
                found = await asyncio.to_thread(partial(steering.find, kind, time_limit_s=_FIND_S))
            except ParavizError as error:
                turn.said = ""
                self.notify(error.message, severity="error", markup=False)
                return
            turn.said = "" if kind == "all" else _told(found, kind)
            for each in found.outcomes:
                self._known[each.kind, each.output] = each
            if kind != "all" and found.numbers and found.numbers[0]:
                await asyncio.to_thread(steering.take, found.numbers[0])
                self._choose_next()
            await self._show()
        if kind == "all":
            from .outcomes import OutcomesScreen

            seen = {(each.kind, each.output) for each in found.outcomes}
            gone = [each for key, each in self._known.items() if key not in seen]
            take = partial(self._take_found, found)
            self.app.push_screen(OutcomesScreen(found, gone), take)

    def _choose_next(self) -> None:
        """The worker whose step is ahead."""
        assert self._steering is not None
        if self._steering.ahead:
            self._chosen = self._steering.ahead[0]

    def _take_found(self, found: Found, place: int | None) -> None:
        if place is None:
            return

        def act(steering: Steering) -> None:
            steering.take(found.numbers[place])
            self._choose_next()

        self._do(act)


def _told(found: Found, kind: str) -> str:
    """What came of a search, in a sentence."""
    tried = ngettext("{count:,} schedule tried", "{count:,} schedules tried", found.schedules)
    tried = tried.format(count=found.schedules)
    if found.outcomes:
        return _("Found, it lies ahead: r takes its steps ({tried}).").format(tried=tried)
    if kind == "fault":
        words = _("From here nothing goes wrong ({tried}, all there are).")
        if found.others > 1:
            words = _("No fault from here, but {count:,} outcomes: o shows them ({tried}).")
    else:
        words = _("From here it cannot come right ({tried}, all there are).")
    if not found.exhausted and found.others < 2:
        words = _("None found ({tried}, not all there are).")
    return words.format(tried=tried, count=found.others)
