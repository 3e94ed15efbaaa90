"""A lecture: slides, and what their code does as lanes beneath them."""

from __future__ import annotations

import asyncio
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen
from textual.widgets import Static

from paraviz.errors import ParavizError
from paraviz.lecture.programs import program_of
from paraviz.lecture.sidecar import binding_of
from paraviz.programs.switches import LOCK_PARAMETER
from paraviz.text.translation import _

from ..commands import bindings
from ..messages import RunEnded, RunJudged, SnapshotTaken
from ..widgets.bars import KeyLine
from ..widgets.block_run import BlockRun
from ..widgets.slide import SlideView
from .deck_commands import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.app import ComposeResult

    from paraviz.lecture.deck import Block, Deck, Slide
    from paraviz.lecture.sidecar import Binding, Sidecar

    from ..app import ParavizApp
    from ..live import Watch
    from ..render.view import TraceView

_LEAST_SLIDE = 6
"""Rows that a slide keeps beside a run; half of the screen, where that is more."""


class DeckScreen(Screen[None]):
    """One slide at a time; what was run stays with its block."""

    app: ParavizApp
    commands: ClassVar = COMMANDS
    BINDINGS: ClassVar = bindings(COMMANDS)

    def __init__(self, deck: Deck, sidecar: Sidecar) -> None:
        super().__init__()
        self._deck, self._sidecar = deck, sidecar
        self._at = 0
        self._stop = 0
        self._chosen = 0
        self._trusted = False
        self._folder = tempfile.TemporaryDirectory(prefix="paraviz-")
        self._results: dict[int, TraceView] = {}
        self._points: dict[int, str] = {}
        self._flipped: set[int] = set()
        self._watches: dict[int, Watch] = {}
        self._numbers: dict[int, int] = {}
        self._runs = 0
        self._showing = asyncio.Lock()

    def compose(self) -> ComposeResult:
        """Where one is, the slide, its run, the keys."""
        yield Static("", id="deck-head", markup=False)
        yield SlideView()
        yield BlockRun()
        yield KeyLine()

    async def on_mount(self) -> None:
        """Begin with the first slide."""
        self.app.theme_changed_signal.subscribe(self, lambda _theme: self._mark())
        await self._show()

    def on_unmount(self) -> None:
        """Nothing stays behind."""
        for watch in self._watches.values():
            watch.end()
        self._folder.cleanup()

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
        return binding_of(self._deck, self._sidecar, self.slide, block)

    def _stops(self) -> list[tuple[int, tuple[int, ...]]]:
        """What one sees on the way through a slide: how many of its parts, and which lines."""
        stops: list[tuple[int, tuple[int, ...]]] = []
        for count, part in enumerate(self.slide.parts, 1):
            blocks = [self.slide.blocks[item] for item in part if isinstance(item, int)]
            steps = [step for block in blocks for step in block.steps]
            stops += [(count, step) for step in steps] or [(count, ())]
        return stops or [(1, ())]

    async def _show(self) -> None:
        async with self._showing:
            slide = self.slide
            stops = self._stops()
            self._stop = min(self._stop, len(stops) - 1)
            parts, _lines = stops[self._stop]
            bound = [self._binding(block) for block in slide.blocks]
            await self.query_one(SlideView).show(slide, bound, parts)
            self._mark()
            self._say_where()
            self._show_run()

    def _mark(self) -> None:
        block = self.block
        lines = self._stops()[self._stop][1]
        self.query_one(SlideView).mark(block.number if block is not None else 0, lines)

    def _say_where(self) -> None:
        where = f"{self._at + 1}/{len(self._deck.slides)}"
        self.query_one("#deck-head", Static).update(f" {self._deck.title} · {where}")

    def _show_run(self) -> None:
        """The run of the chosen block, if there was one."""
        run = self.query_one(BlockRun)
        number = self.block.number if self.block is not None else 0
        run.trouble = ""
        run.view = self._results.get(number)
        run.point = self._points.get(number, "")
        self._share()

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
        if 0 <= stop < len(self._stops()):
            self._stop = stop
        elif 0 <= self._at + step < len(self._deck.slides):
            self._at += step
            self._chosen = 0
            self._stop = 0 if step > 0 else len(self._stops()) - 1
        else:
            return
        await self._show()

    async def _to(self, place: int | None) -> None:
        if place is not None:
            self._at, self._stop, self._chosen = place, 0, 0
            await self._show()

    async def action_first(self) -> None:
        """To the first slide."""
        await self._to(0)

    async def action_last(self) -> None:
        """To the last slide."""
        await self._to(len(self._deck.slides) - 1)

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

    def action_run(self) -> None:
        """Run the chosen code; whose deck it is is asked about once."""
        block = self.block
        if block is None:
            self.notify(_("There is no code to run on this slide."), markup=False)
        elif not self._trusted:
            self._ask(block)
        else:
            self._begin(block)

    def _ask(self, block: Block) -> None:
        from .asking_deck import AskingDeckScreen

        def answered(yes: bool | None) -> None:
            if yes:
                self._trusted = True
                self._begin(block)

        self.app.push_screen(AskingDeckScreen(self._deck), answered)

    def action_flip(self) -> None:
        """Run again with `locked` turned, where the program has it."""
        block = self.block
        if block is None or not self._binding(block).scenario:
            return
        self._flipped ^= {block.number}
        self.action_run()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """What a slide has no code for cannot be done."""
        block = self.block
        if action in ("run", "choose"):
            return block is not None
        if action == "open":
            return block is not None and block.number in self._results
        if action == "flip":
            return block is not None and bool(self._binding(block).scenario)
        return True

    def _begin(self, block: Block) -> None:
        """Start the program of a block, and the thread that watches it."""
        run = self.query_one(BlockRun)
        before = self._watches.pop(block.number, None)
        if before is not None:
            before.end()
        self._runs += 1
        number = self._runs
        self._numbers[number] = block.number
        try:
            runnable, argv = program_of(block, self._binding(block), Path(self._folder.name))
            if block.number in self._flipped:
                values = runnable.values(argv)
                if LOCK_PARAMETER in values:
                    values[LOCK_PARAMETER] = not values[LOCK_PARAMETER]
                    argv = tuple(runnable.argv(values))
            watch = self.app.new_watch(
                runnable, argv, lambda view: self._tell(SnapshotTaken(view, number))
            )
            watch.session.start()
        except (ParavizError, OSError) as error:
            run.trouble = str(error)
            self._share()
            return
        self._watches[block.number] = watch
        self._points.pop(block.number, None)
        self.run_worker(
            partial(self._watch_run, watch, number),
            group=f"block {block.number}",
            thread=True,
            exit_on_error=False,
        )

    def _tell(self, message: SnapshotTaken | RunEnded | RunJudged) -> None:
        self.post_message(message)

    def _watch_run(self, watch: Watch, number: int) -> None:
        trouble = ""
        try:
            watch.run()
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        self._tell(RunEnded(number, trouble))

    def _is_last(self, number: int) -> bool:
        """Whether no later run of the same block was begun."""
        block = self._numbers[number]
        return all(each <= number for each, of in self._numbers.items() if of == block)

    def on_snapshot_taken(self, message: SnapshotTaken) -> None:
        """Keep it with its block, and show it if that is the chosen one."""
        if self._is_last(message.session_number):
            block = self._numbers[message.session_number]
            self._results[block] = message.view
            if self.block is not None and self.block.number == block:
                self._show_run()

    def on_run_ended(self, message: RunEnded) -> None:
        """Look for the point of it."""
        block = self._numbers[message.session_number]
        if message.trouble:
            self.notify(message.trouble, severity="error", markup=False)
        elif self._is_last(message.session_number) and block in self._results:
            self.run_worker(
                partial(self._judge, self._results[block], message.session_number),
                group="judge",
                thread=True,
                exit_on_error=False,
            )

    def _judge(self, view: TraceView, number: int) -> None:
        said = next(_points_of(view, self._bound(self._numbers[number])), "")
        self._tell(RunJudged(number, said))

    def _bound(self, number: int) -> Binding:
        """What a block is bound to, by its number."""
        slide, block = next(each for each in self._deck.blocks if each[1].number == number)
        return binding_of(self._deck, self._sidecar, slide, block)

    def on_run_judged(self, message: RunJudged) -> None:
        """Say it beneath the lanes."""
        block = self._numbers[message.session_number]
        self._points[block] = message.found
        if self.block is not None and self.block.number == block:
            self._show_run()

    def action_open(self) -> None:
        """All that a run can be asked."""
        from .run import RunScreen

        block = self.block
        if block is not None and block.number in self._results:
            trace = self._results[block.number].trace
            self.app.push_screen(RunScreen(trace.program.name, trace=trace))

    def action_stop(self) -> None:
        """End what runs."""
        watch = self._watches.get(self.block.number) if self.block is not None else None
        if watch is not None:
            self.run_worker(watch.end, thread=True, exit_on_error=False)

    def action_back(self) -> None:
        """Leave."""
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()


def _points_of(view: TraceView, bound: Binding) -> Iterator[str]:
    """What a run shows, the gravest first."""
    from msgspec.structs import replace

    from paraviz.analysis.claims.running import claims
    from paraviz.analysis.findings.within import findings_within
    from paraviz.text.endings import ending

    trace, says = view.trace, bound.says
    if bound.expect.claim:
        trace = replace(trace, program=replace(trace.program, claims=(bound.expect.claim,)))
    if trace.exit_code:
        yield f"✗ {says or ending(trace.end_reason)}"
    for found in findings_within(trace, view.index) or ():
        yield f"{'✗' if found.severity == 'fault' else '▲'} {found.told.told}"
    for claim in claims(trace):
        yield f"{claim.mark} {claim.told}"
    if says:
        yield says
