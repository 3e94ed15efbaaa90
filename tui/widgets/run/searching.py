"""Looking for something in a run: search, the next match, the next switch, the next long wait."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from paraviz.text.translation import _

from ...commands import Command
from ...render.moment import typed_length
from ...render.spans import span_at
from ...render.times import time_text
from ...render.tracks import Track
from .moving import Moving

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace import Lane
    from paraviz.trace.search import Matches, Query

    from ...choices import Layout
    from ...render.view import TraceView

SEARCHING = (
    Command(
        "search",
        "slash",
        "/",
        "Search",
        "Find text, names, kinds, long waits: hello, name:lock wait>1ms, kind:write",
        "search",
        rank=3,
    ),
    Command("match(1)", "right_square_bracket", "]", "Next match", "To what was found next"),
    Command("match(-1)", "left_square_bracket", "[", "Previous match", "To what was found before"),
    Command(
        "switch(1)", "full_stop", ".", "Next switch", "To where the chosen worker starts or stops"
    ),
    Command("switch(-1)", "comma", ",", "Previous switch", "The same backwards"),
    Command("wait(1)", "w", "w", "Next long wait", "To the chosen worker's next long wait"),
    Command("wait(-1)", "W", "W", "Previous long wait", "The same backwards"),
    Command("wait_length", "t", "t", "Long is …", "How long a wait has to be to count as long"),
)
_LONG_NS = 1_000_000


class Searching(Moving):
    """Keys that find something."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__(layout)
        self._text = ""
        self._long_ns = _LONG_NS

    def restart(self) -> None:
        """What was found was in another run."""
        super().restart()
        self._forget()

    def action_search(self) -> None:
        """Ask what to look for; nothing ends the search."""
        if self.view is not None:
            self.ask(_("search"), self._text, self.look_for)

    def look_for(self, text: str) -> None:
        """Find all that a query asks for, and go to the first; "" ends the search."""
        self._text = text.strip()
        self._forget()
        if self._text and self.view is not None:
            # What is used now and then is imported then: the first frame does not wait for it.
            from paraviz.trace.search import parse

            query = parse(self._text)
            work = partial(self._find, self.view, query)
            self.run_worker(work, group="search", thread=True, exclusive=True)

    def _forget(self) -> None:
        """Nothing was found, and what is still being looked for is not wanted."""
        self.workers.cancel_group(self, "search")
        self.matches = self.match_row = None

    def _find(self, view: TraceView, query: Query) -> None:
        from paraviz.trace.search import find

        worker = get_current_worker()
        found = find(view.trace, view.labels, query, lambda: worker.is_cancelled)
        if found is not None and not worker.is_cancelled:
            self.app.call_from_thread(self._found, found)

    def _found(self, matches: Matches) -> None:
        self.matches = matches if len(matches) else None
        if not len(matches):
            words = _("{text}: nothing found").format(text=self._text)
            self.notify(words, markup=False)
            return
        start = self.cursor_ns if self.cursor_ns is not None else self.viewport_start()
        row = matches.next_after(start - 1)
        self._to_match(row if row is not None else 0)

    def viewport_start(self) -> int:
        """The left edge of what is shown."""
        return self.viewport.start_ns if self.viewport is not None else 0

    def action_match(self, direction: int) -> None:
        """To the next match, or the one before; behind the last comes the first."""
        matches = self.matches
        if matches is None or not len(matches):
            self.notify(_("Nothing is searched for: / asks what."), markup=False)
            return
        row = 0 if self.match_row is None else self.match_row + direction
        self._to_match(row % len(matches))

    def _to_match(self, row: int) -> None:
        matches, view = self.matches, self.view
        if matches is None or view is None:
            return
        self.match_row = row
        lane, start, end = (
            int(matches.lanes[row]),
            int(matches.starts[row]),
            int(matches.ends[row]),
        )
        self.choose(Track("lane", lane))
        self.move_cursor(start)
        span = span_at(view.trace, lane, start)
        if end > start and (span.start_ns, span.end_ns) == (start, end):
            self.span = span

    def action_switch(self, direction: int) -> None:
        """To where the chosen lane begins or ceases to run."""
        from paraviz.trace.search.navigate import next_switch, previous_switch

        self._go(next_switch if direction > 0 else previous_switch, _("no switch there"))

    def action_wait(self, direction: int) -> None:
        """To a long wait of the chosen lane."""
        from paraviz.trace.search.navigate import next_wait, previous_wait

        long_ns = self._long_ns
        move = next_wait if direction > 0 else previous_wait
        words = _("no wait longer than {time} there").format(time=time_text(long_ns))
        self._go(lambda lane, at: move(lane, at, long_ns), words)

    def action_wait_length(self) -> None:
        """Ask how long a long wait is."""
        self.ask(_("a long wait takes more than"), time_text(self._long_ns), self._long)

    def _long(self, text: str) -> None:
        if text.strip():
            self._long_ns = typed_length(text)

    def _go(self, move: Callable[[Lane, int], int | None], nothing: str) -> None:
        view = self.view
        if view is None or not view.trace.lanes:
            return
        at = self.cursor_ns if self.cursor_ns is not None else self.viewport_start() - 1
        found = move(view.trace.lanes[self.lane], at)
        if found is None:
            self.notify(nothing, markup=False, timeout=2)
        else:
            self.move_cursor(found)
