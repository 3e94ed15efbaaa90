"""Keeping what was found in a run: bookmarks with notes, and copies of what is selected."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from paraviz.text.translation import _, ngettext
from paraviz.trace.model import Bookmark

from ...commands import Command
from ...render.copying import as_json, as_text
from ...render.times import time_text
from ...render.tracks import Track
from ..panes import Sentence
from .moving import Moving

if TYPE_CHECKING:
    from ...choices import Layout
    from ...render.view import TraceView

KEEPING = (
    Command(
        "bookmark", "b", "b", "Bookmark", "Note something at the cursor; an empty note drops it"
    ),
    Command(
        "next_bookmark", "apostrophe", "'", "Next bookmark", "To the next bookmark, or the first"
    ),
    Command("copy_text", "y", "y", "Copy as text", "Copy what is told of the selection"),
    Command("copy_json", "Y", "Y", "Copy as JSON", "Copy the selection for a program"),
)


class Keeping(Moving):
    """Keys that keep something."""

    def __init__(self, layout: Layout | None = None) -> None:
        super().__init__(layout)
        self._bookmarks: tuple[Bookmark, ...] | None = None
        self.bookmarks_changed = False
        """Whether there are bookmarks that were not saved."""

    def show(self, view: TraceView) -> None:
        """Show a trace with the bookmarks made here."""
        if self._bookmarks is not None:
            view = _with_bookmarks(view, self._bookmarks)
        super().show(view)

    def restart(self) -> None:
        """Another run has none of them."""
        super().restart()
        self._bookmarks = None
        self.bookmarks_changed = False

    def action_bookmark(self) -> None:
        """Ask for the note of a bookmark at the cursor."""
        view, cursor = self.view, self.cursor_ns
        if view is None:
            return
        if cursor is None:
            self.notify(_("← → put a cursor to the moment first."), markup=False)
            return
        here = [each.note for each in view.trace.bookmarks if each.at_ns == cursor]
        self.ask(
            _("note at {time}").format(time=time_text(cursor)),
            here[0] if here else "",
            lambda note: self._note(cursor, note.strip()),
        )

    def _note(self, at_ns: int, note: str) -> None:
        view = self.view
        if view is None:
            return
        lane = self.selected.number if self.selected.kind == "lane" else -1
        kept = [each for each in view.trace.bookmarks if each.at_ns != at_ns]
        if note:
            kept.append(Bookmark(at_ns, note, lane))
        self._bookmarks = tuple(sorted(kept, key=lambda each: each.at_ns))
        self.bookmarks_changed = True
        self.view = _with_bookmarks(view, self._bookmarks)
        if note:
            self.notify(_("s saves it with the recording"), markup=False, timeout=3)

    def action_next_bookmark(self) -> None:
        """To the next bookmark after the cursor, or the first one."""
        view = self.view
        marks = view.trace.bookmarks if view is not None else ()
        if not marks:
            self.notify(_("No bookmark yet: b makes one."), markup=False)
            return
        cursor = self.cursor_ns
        after = [each for each in marks if cursor is not None and each.at_ns > cursor]
        found = (after or list(marks))[0]
        if found.lane_index >= 0:
            self.choose(Track("lane", found.lane_index))
        self.move_cursor(found.at_ns)

    def action_copy_text(self) -> None:
        """Copy what the sentence says."""
        if self.view is not None:
            self._copy(as_text(*self.query_one(Sentence).told()))

    def action_copy_json(self) -> None:
        """Copy the selection as JSON."""
        if self.view is not None and self.tracks is not None:
            chosen = (self.selected, self.cursor_ns, self.span, self.mark_ns)
            self._copy(as_json(self.view, self.tracks, *chosen))

    def _copy(self, text: str) -> None:
        self.app.copy_to_clipboard(text)
        words = ngettext(
            "copied {count:,} character (where the terminal allows it)",
            "copied {count:,} characters (where the terminal allows it)",
            len(text),
        )
        self.notify(words.format(count=len(text)), markup=False, timeout=3)


def _with_bookmarks(view: TraceView, bookmarks: tuple[Bookmark, ...]) -> TraceView:
    return replace(view, trace=replace(view.trace, bookmarks=bookmarks))
