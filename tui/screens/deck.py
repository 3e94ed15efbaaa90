"""A lecture: slides, and what their code does as lanes beneath them."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen
from textual.widgets import Static

from paraviz.errors import ParavizError
from paraviz.lecture.programs import has_lock
from paraviz.lecture.sidecar import Binding, binding_of
from paraviz.text.translation import _

from ..block_runs import BlockRuns
from ..commands import bindings
from ..speaker_link import SpeakerLink
from ..widgets.bars import KeyLine
from ..widgets.block_run import BlockRun
from ..widgets.slide import SlideView
from .deck_commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult

    from paraviz.lecture.deck import Block, Deck, Slide
    from paraviz.lecture.sidecar import Sidecar
    from paraviz.programs.parameters import Runnable

    from ..app import ParavizApp
    from ..live import Watch
    from ..messages import RunEnded, RunJudged, SnapshotTaken
    from ..render.view import TraceView

_LEAST_SLIDE = 6
"""Rows that a slide keeps beside a run; half of the screen, where that is more."""


class DeckScreen(Screen[None]):
    """One slide at a time; what was run stays with its block."""

    app: ParavizApp
    commands: ClassVar = COMMANDS
    BINDINGS: ClassVar = bindings(COMMANDS)

    def __init__(self, deck: Deck, sidecar: Sidecar, *, path: Path | None = None) -> None:
        """With the deck's `path` the speaker's screen is told where one is."""
        super().__init__()
        self._speaker = SpeakerLink(self, path)
        self._deck, self._sidecar = deck, sidecar
        self._at = 0
        self._stop = 0
        self._chosen = 0
        self._trusted = False
        self._runs = BlockRuns(self._new_watch, self.post_message)
        self._showing = asyncio.Lock()

    def _new_watch(
        self, runnable: Runnable, argv: Sequence[str], deliver: Callable[[TraceView], None]
    ) -> Watch:
        return self.app.new_watch(runnable, argv, deliver)

    def compose(self) -> ComposeResult:
        """Where one is, the slide, its run, the keys."""
        yield Static("", id="deck-head", markup=False)
        yield SlideView()
        yield BlockRun()
        yield KeyLine()

    async def on_mount(self) -> None:
        """Begin with the first slide."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._mark())
        await self._speaker.open()
        await self._show()

    def on_unmount(self) -> None:
        """Nothing stays behind."""
        self._speaker.close()
        self._runs.close()

    def _tell(self) -> None:
        number = self.block.number if self.block is not None else 0
        view = self._runs.views.get(number)
        self._speaker.tell(
            slide=self._at,
            stop=self._stop,
            stops=len(self.slide.stops),
            block=number,
            runs=view is not None and view.trace.live,
            shown=self._runs.troubles.get(number) or self._runs.points.get(number, ""),
            blank=self.has_class("-blank"),
        )

    @property
    def slide(self) -> Slide:
        """The one that is shown."""
        return self._deck.slides[self._at]

    @property
    def block(self) -> Block | None:
        """The code that enter runs."""
        runs = self.slide.runs
        return runs[min(self._chosen, len(runs) - 1)] if runs else None

    def _binding(self, block: Block) -> Binding:
        slide = next(slide for slide, each in self._deck.blocks if each.number == block.number)
        return binding_of(self._deck, self._sidecar, slide, block)

    async def _show(self) -> None:
        async with self._showing:
            slide = self.slide
            stops = self.slide.stops
            self._stop = min(self._stop, len(stops) - 1)
            parts, _lines = stops[self._stop]
            bound = [self._binding(each) if each.number else Binding() for each in slide.blocks]
            await self.query_one(SlideView).show(slide, bound, parts)
            self._mark()
            where = f"{self._at + 1}/{len(self._deck.slides)}"
            self.query_one("#deck-head", Static).update(f" {self._deck.title} · {where}")
            self._show_run()

    def _mark(self) -> None:
        block = self.block
        lines = self.slide.stops[self._stop][1]
        self.query_one(SlideView).mark(block.number if block is not None else 0, lines)

    def _show_run(self) -> None:
        """The run of the chosen block, if there was one."""
        run = self.query_one(BlockRun)
        number = self.block.number if self.block is not None else 0
        run.trouble = self._runs.troubles.get(number, "")
        run.view = self._runs.views.get(number)
        run.point = self._runs.points.get(number, "")
        self._share()
        self._tell()

    def _share(self) -> None:
        """The run gets what it needs, the slide what is left."""
        run = self.query_one(BlockRun)
        rows = self.size.height - 2
        most = max(rows - max(_LEAST_SLIDE, rows // 2), 3)
        run.styles.height = run.get_content_rows(most)
        self.query_one(KeyLine).collect()

    def on_resize(self, _event: events.Resize) -> None:
        """Keep the place, and share anew."""
        if self.is_mounted:
            self._share()

    async def action_go(self, step: int) -> None:
        """To the next stop, or the slide after the last one."""
        stop = self._stop + step
        if 0 <= stop < len(self.slide.stops):
            self._stop = stop
        elif 0 <= self._at + step < len(self._deck.slides):
            self._at += step
            self._chosen = 0
            self._stop = 0 if step > 0 else len(self.slide.stops) - 1
        else:
            return
        await self._show()

    async def _to(self, place: int | None) -> None:
        if place is not None:
            self._at, self._stop, self._chosen = place % len(self._deck.slides), 0, 0
            await self._show()

    async def action_to(self, place: int) -> None:
        """To a slide, from the last one on if it is negative."""
        await self._to(place)

    def action_slides(self) -> None:
        """Choose one."""
        from .slides import SlidesScreen

        self.app.push_screen(SlidesScreen(self._deck, self._at), self._to)

    async def action_choose(self) -> None:
        """The next code of the slide."""
        runs = self.slide.runs
        if runs:
            self._chosen = (self._chosen + 1) % len(runs)
            self._mark()
            self._show_run()

    def action_blank(self) -> None:
        """Nothing to look at but who speaks."""
        self.toggle_class("-blank")
        self._tell()

    def action_run(self) -> None:
        """Run the chosen code; whose deck it is is asked about once."""
        block = self.block
        if block is None:
            self.notify(_("There is no code to run on this slide."), markup=False)
        elif not self._trusted:
            self._ask(block)
        else:
            self._start(block)

    def _ask(self, block: Block) -> None:
        from .asking_deck import AskingDeckScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self._trusted = True
                self._start(block)

        self.app.push_screen(AskingDeckScreen(self._deck), answered)

    def action_flip(self) -> None:
        """Run again with `locked` turned."""
        if self.block is not None:
            self._runs.flip(self.block)
            self.action_run()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """What a slide has no code for cannot be done."""
        block = self.block
        if action in ("run", "choose"):
            return block is not None
        if action == "open":
            return block is not None and block.number in self._runs.views
        if action == "flip":
            return block is not None and has_lock(self._binding(block))
        return True

    def _start(self, block: Block) -> None:
        name = f"start {block.number}"
        self.run_worker(self._begin(block), group=name, exclusive=True, exit_on_error=False)

    async def _begin(self, block: Block) -> None:
        """Start the program of a block, and the thread that watches it."""
        try:
            number = await self._runs.begin(block, self._binding(block))
        except (ParavizError, OSError) as error:
            self._runs.troubles[block.number] = str(error)
            self._show_run()
            return
        self.run_worker(
            partial(self._runs.watch, number),
            group=f"block {block.number}",
            thread=True,
            exit_on_error=False,
        )

    def on_snapshot_taken(self, message: SnapshotTaken) -> None:
        """Keep it with its block, and show it if that is the chosen one."""
        block = self._runs.block_of(message.session_number)
        if block is not None:
            self._runs.views[block.number] = message.view
            self._show_if_chosen(block)

    def on_run_ended(self, message: RunEnded) -> None:
        """Look for the point of it."""
        block = self._runs.block_of(message.session_number)
        if message.trouble:
            self.notify(message.trouble, severity="error", markup=False)
        elif block is not None and block.number in self._runs.views:
            judge = partial(self._runs.judge, message.session_number, self._binding(block))
            self.run_worker(judge, group="judge", thread=True, exit_on_error=False)

    def on_run_judged(self, message: RunJudged) -> None:
        """Say it beneath the lanes."""
        block = self._runs.block_of(message.session_number)
        if block is not None:
            self._runs.points[block.number] = message.found
            self._show_if_chosen(block)

    def _show_if_chosen(self, block: Block) -> None:
        if self.block is not None and self.block.number == block.number:
            self._show_run()

    def action_open(self) -> None:
        """All that a run can be asked."""
        from .run import RunScreen

        block = self.block
        if block is not None and block.number in self._runs.views:
            trace = self._runs.views[block.number].trace
            self.app.push_screen(RunScreen(trace.program.name, trace=trace))

    def action_stop(self) -> None:
        """End what runs."""
        if self.block is not None:
            self.run_worker(self._runs.end(self.block), exit_on_error=False)

    def action_back(self) -> None:
        """Leave."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()
