"""The speaker's screen of a lecture: notes, what comes next, the clock, what a run is to show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar

from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Markdown, Static

from paraviz.lecture.sidecar import Binding, binding_of
from paraviz.text.translation import _

from ..commands import Command, bindings
from ..render.characters import one_cell
from ..widgets.bars import KeyLine
from ..widgets.slide import SlideView

if TYPE_CHECKING:
    from pathlib import Path

    from textual.app import ComposeResult

    from paraviz.lecture.deck import Deck
    from paraviz.lecture.sidecar import Sidecar
    from paraviz.lecture.stage import Standing

    from ..app import ParavizApp

_COMMANDS = (
    Command("go(1)", "pagedown,space,right,n", "page down", "Next", "Go on", "next", "← →", rank=0),
    Command("go(-1)", "pageup,left,p,backspace", "page up", "Previous", "Go back"),
    Command("scroll(1)", "down", "↓", "Down", "Read on in the notes"),
    Command("scroll(-1)", "up", "↑", "Up", "Back in the notes"),
    Command("clock", "0", "0", "Clock", "Begin the clock anew", "clock", rank=2),
    Command("back", "q,escape", "q", "Back", "Leave; the slides stay", "back", rank=1),
)


class SpeakerScreen(Screen[None]):
    """In step with the presentation of the same deck in another terminal."""

    app: ParavizApp
    commands: ClassVar = _COMMANDS
    BINDINGS: ClassVar = bindings(_COMMANDS)

    def __init__(self, deck: Deck, sidecar: Sidecar, path: Path) -> None:
        from paraviz.lecture.stage import Attendance

        super().__init__()
        self._deck, self._sidecar = deck, sidecar
        self._attendance = Attendance(path)
        self._standing: Standing | None = None
        self._began = 0.0

    def compose(self) -> ComposeResult:
        """Where one is and the time; the run; notes; the next slide."""
        yield Static("", id="speaker-head", markup=False)
        yield Static("", id="speaker-run", markup=False)
        with VerticalScroll(id="speaker-notes") as notes:
            notes.can_focus = False
            yield Markdown("", open_links=False)
        yield Static("", id="speaker-next", markup=False)
        yield SlideView()
        yield KeyLine()

    def on_mount(self) -> None:
        """Follow the slides."""
        self.set_interval(1, self._tell_time)
        self._tell_time()
        self.run_worker(self._follow(), exit_on_error=False)

    def on_unmount(self) -> None:
        """Listen no more."""
        self._attendance.close()

    async def _follow(self) -> None:
        async for standing in self._attendance.standings():
            before, self._standing = self._standing, standing
            if standing is not None:
                self._began = self._began or standing.began
                if before is None or before.slide != standing.slide:
                    await self._show(standing)
                self._tell_run(standing)
            self._tell_time()

    def _tell_time(self) -> None:
        standing = self._standing
        clock = time.strftime("%H:%M")
        if standing is None:
            words = _("no presentation of this deck yet: paraviz present {deck}")
            told = words.format(deck=self._deck.path)
        else:
            passed = int(max(time.time() - self._began, 0))
            spent = f"{passed // 3600}:{passed // 60 % 60:02}:{passed % 60:02}"
            where = f"{standing.slide + 1}/{len(self._deck.slides)}"
            step = f" · {standing.stop + 1}/{standing.stops}" if standing.stops > 1 else ""
            blank = f" · {_('blank')}" if standing.blank else ""
            told = f"{spent} · {where}{step}{blank} · {self._title(standing.slide)}"
        self.query_one("#speaker-head", Static).update(f" {clock} · {told}")

    def _title(self, place: int) -> str:
        slides = self._deck.slides
        return one_cell(slides[place].title) if place < len(slides) else ""

    def _tell_run(self, standing: Standing) -> None:
        """What the code does, or is to do."""
        found = [
            (slide, block) for slide, block in self._deck.blocks if block.number == standing.block
        ]
        told = ""
        if standing.runs:
            told = f"▶ {_('runs')}"
        elif standing.shown:
            told = standing.shown
        elif found:
            binding = binding_of(self._deck, self._sidecar, *found[0])
            words = _("enter there runs the code: {shows}")
            told = words.format(shows=_is_to_show(binding) or _("nothing is known of it"))
        self.query_one("#speaker-run", Static).update(f" {one_cell(told)}")

    async def _show(self, standing: Standing) -> None:
        """Notes of the slide, and the next one."""
        slides = self._deck.slides
        if standing.slide >= len(slides):
            return
        notes = slides[standing.slide].notes or f"*{_('no notes')}*"
        await self.query_one(Markdown).update(notes)
        self.query_one("#speaker-notes").scroll_home(animate=False)
        after = self.query_one("#speaker-next", Static)
        view = self.query_one(SlideView)
        if standing.slide + 1 < len(slides):
            coming = slides[standing.slide + 1]
            after.update(f" {_('next')}: {one_cell(coming.title)}")
            bound = [
                binding_of(self._deck, self._sidecar, coming, each) if each.number else Binding()
                for each in coming.blocks
            ]
            await view.show(coming, bound, len(coming.parts))
            view.mark(0, ())
        else:
            after.update(f" {_('this is the last slide')}")
            await view.remove_children()

    def action_go(self, step: int) -> None:
        """Ask the presentation for it."""
        self._attendance.go(step)

    def action_scroll(self, step: int) -> None:
        """Read on."""
        self.query_one("#speaker-notes").scroll_relative(y=3 * step, animate=False)

    def action_clock(self) -> None:
        """From now on."""
        self._began = time.time()
        self._tell_time()

    def action_back(self) -> None:
        """Leave."""
        self.app.exit()


def _is_to_show(binding: Binding) -> str:
    """What is known of a run before it."""
    expect = binding.expect
    output = (expect.output or "").strip()
    parts = [
        binding.said,
        expect.exception and _("ends with {name}").format(name=expect.exception),
        output and _("writes {text}").format(text=output[:60]),
        binding.scenario and not binding.said and binding.scenario,
    ]
    return "; ".join(part for part in parts if part)
