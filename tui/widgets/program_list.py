"""The shelf: programs to choose from, in groups, filtered as one types."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual.message import Message
from textual.reactive import reactive

from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.inks import FAINT, QUIET, Ink, Row, shortened
from .rows import Rows

if TYPE_CHECKING:
    from textual import events

    from paraviz.programs.parameters import Runnable

_COMMANDS = (
    Command("choose(-1)", "up", "↑", "Previous program", "Choose the program above"),
    Command(
        "choose(1)", "down", "↓", "Next program", "Choose the program below", "choose", "↑ ↓", 2
    ),
    Command(
        "filter", "slash", "/", "Filter", "Type to see matching programs only", "filter", rank=3
    ),
    Command("clear", "escape", "esc", "Clear the filter", "See all programs again"),
)


_HEAD = 2
"""Rows above the list: the filter, and a blank one."""


class Entry(Struct, frozen=True):
    """Something on the shelf."""

    group: str
    """The heading it stands under."""
    runnable: Runnable | None = None
    """What it runs."""
    recording: str = ""
    """The path of the recording it opens instead."""

    @property
    def name(self) -> str:
        """What it is called."""
        return self.runnable.name if self.runnable else PurePath(self.recording).name

    @property
    def place(self) -> tuple[str, str]:
        """What stays the same of it when a program is written anew, or told in other words."""
        return self.group, self.runnable.path or self.name if self.runnable else self.recording

    @property
    def words(self) -> str:
        """What a filter looks into."""
        return f"{self.name} {self.runnable.title if self.runnable else ''}".lower()


class Shelf(Rows, can_focus=True):
    """A list that is always one key away from its filter."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    entries: reactive[tuple[Entry, ...]] = reactive((), init=False)
    filter_text: reactive[str] = reactive("", init=False)
    filtering: reactive[bool] = reactive(False)
    chosen: reactive[int] = reactive(0, init=False)

    @dataclass
    class Chosen(Message):
        """Another program is highlighted."""

        entry: Entry | None
        """What it is, or None where nothing matches."""

        def can_replace(self, message: Message) -> bool:
            """Only the last choice counts."""
            return isinstance(message, Shelf.Chosen)

    def __init__(self, entries: tuple[Entry, ...] = (), *, reserved: str = "") -> None:
        """`reserved` letters are commands as long as no filter is being typed."""
        super().__init__()
        self.set_reactive(Shelf.entries, entries)
        self._reserved = reserved
        self._top = 0

    @property
    def matching(self) -> list[Entry]:
        """The entries that the filter lets through."""
        words = self.filter_text.lower().split()
        return [entry for entry in self.entries if all(word in entry.words for word in words)]

    @property
    def entry(self) -> Entry | None:
        """What is highlighted."""
        matching = self.matching
        return matching[min(self.chosen, len(matching) - 1)] if matching else None

    def put_out(self, entries: tuple[Entry, ...], chosen: Entry | None = None) -> None:
        """Other entries. What is highlighted is `chosen`, or what was before, wherever it stands
        now."""
        wanted = chosen or self.entry
        last = self.chosen
        # Nobody is to be told of what stands meanwhile where the highlight was.
        self.set_reactive(Shelf.entries, entries)
        places = [each.place for each in self.matching]
        at = places.index(wanted.place) if wanted and wanted.place in places else last
        self.set_reactive(Shelf.chosen, max(min(at, len(places) - 1), 0))
        self.refresh()
        self._tell()

    def drawn_for(self) -> object:
        """What the rows show."""
        return (self.entries, self.filter_text, self.filtering, self.chosen, self.has_focus)

    def row(self, y: int) -> Row:
        """The filter, then headings and programs."""
        if y == 0:
            return self._filter_row()
        lines = self._lines()
        at = next((i for i, line in enumerate(lines) if line == self.chosen), 0)
        rows = self.size.height - _HEAD
        self._top = min(max(self._top, at - rows + 1, 0), max(at - 1, 0))
        line = self._top + y - _HEAD
        if not self._top <= line < len(lines):
            return []
        content = lines[line]
        if isinstance(content, str):
            return [(f" {shortened(_(content), self.size.width - 1)}", QUIET)]
        name = self.matching[content].name
        if content != self.chosen:
            return [(f"   {shortened(name, self.size.width - 4)}", Ink("text"))]
        shown = shortened(name, self.size.width - 4).ljust(max(self.size.width - 3, 0))
        back = "panel" if self.has_focus else ""
        return [(" ▶ ", Ink("cursor", back, "bold")), (shown, Ink("key", back, "bold"))]

    def _filter_row(self) -> Row:
        if not self.filtering:
            return [(" " + _("type to filter"), FAINT)]
        count = len(self.matching)
        words = _("{count} of {all}") if count else _("no match · esc")
        found = "  " + words.format(count=count, all=len(self.entries))
        return [
            (" / ", QUIET),
            (self.filter_text, Ink("text", mood="bold")),
            ("▏", Ink("cursor")),
            (found, QUIET if count else Ink("error")),
        ]

    def _lines(self) -> list[str | int]:
        """Headings as text, entries as their place in `matching`, blank lines between groups."""
        lines: list[str | int] = []
        group = None
        for place, entry in enumerate(self.matching):
            if entry.group != group:
                lines += ["", entry.group] if lines else [entry.group]
                group = entry.group
            lines.append(place)
        return lines

    def _tell(self) -> None:
        self.post_message(self.Chosen(self.entry))

    def watch_entries(self) -> None:
        """Another choice may be on offer."""
        self._tell()

    def watch_filter_text(self) -> None:
        """The first match is highlighted."""
        self.chosen = 0
        self._tell()

    def watch_chosen(self) -> None:
        """Tell of it."""
        self._tell()

    def on_focus(self) -> None:
        """Show the highlight."""
        self.refresh()

    def on_blur(self) -> None:
        """Take it back."""
        self.refresh()

    def action_choose(self, step: int) -> None:
        """Highlight another program."""
        self.chosen = min(max(self.chosen + step, 0), max(len(self.matching) - 1, 0))

    def action_filter(self) -> None:
        """Begin to type a filter."""
        self.filtering = True

    def action_clear(self) -> None:
        """See everything."""
        self.filter_text = ""
        self.filtering = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Escape passes on when there is no filter to clear."""
        return self.filtering if action == "clear" else True

    def on_key(self, event: events.Key) -> None:
        """Letters filter, save those that are commands while nothing is typed yet."""
        character = event.character
        if event.key == "backspace" and self.filtering:
            self.filtering = bool(self.filter_text)
            self.filter_text = self.filter_text[:-1]
        elif character is None or not event.is_printable:
            return
        elif self.filtering or (character.isalnum() and character not in self._reserved):
            self.filtering = True
            self.filter_text += character
        else:
            return
        event.stop()
        event.prevent_default()

    def on_click(self, event: events.Click) -> None:
        """Highlight what was clicked."""
        at = event.get_content_offset(self)
        lines = self._lines()
        line = self._top + at.y - _HEAD if at else -1
        if self._top <= line < len(lines):
            content = lines[line]
            if isinstance(content, int):
                self.chosen = content
