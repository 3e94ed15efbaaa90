"""What was run of a deck: the last run of each block, by the block's number."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.lecture.programs import program_of
from paraviz.programs.switches import LOCK_PARAMETER

from .messages import RunEnded, RunJudged, SnapshotTaken

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.lecture.deck import Block
    from paraviz.lecture.sidecar import Binding
    from paraviz.programs.parameters import Runnable

    from .live import Watch
    from .render.view import TraceView

    Told = SnapshotTaken | RunEnded | RunJudged
    NewWatch = Callable[[Runnable, Sequence[str], Callable[[TraceView], None]], Watch]


class BlockRuns:
    """Begins runs and keeps what came of them. Only its `watch` and `judge` are for threads."""

    def __init__(self, new_watch: NewWatch, tell: Callable[[Told], object]) -> None:
        """`tell` gets what is new of a run, from any thread; its number is that of the run."""
        self._new_watch, self._tell = new_watch, tell
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        """Where programs are, once one is run."""
        self._flipped: set[int] = set()
        self._watches: dict[int, Watch] = {}
        self._blocks: dict[int, Block] = {}
        """Of each run, by its number."""
        self._last: dict[int, int] = {}
        """The number of the last run of each block."""
        self.views: dict[int, TraceView] = {}
        self.points: dict[int, str] = {}
        self.troubles: dict[int, str] = {}

    async def begin(self, block: Block, binding: Binding) -> int:
        """Begin a run of a block; the one before has ended by then. Returns its number, for
        `watch`. Raises ParavizError, OSError."""
        await self.end(block)
        number = len(self._blocks) + 1
        self._blocks[number], self._last[block.number] = block, number
        for known in (self.points, self.troubles):
            known.pop(block.number, None)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="paraviz-")
        runnable, argv = program_of(block, binding, Path(self._folder.name))
        if block.number in self._flipped:
            values = runnable.values(argv)
            values[LOCK_PARAMETER] = not values[LOCK_PARAMETER]
            argv = tuple(runnable.argv(values))

        def deliver(view: TraceView) -> None:
            self._tell(SnapshotTaken(view, number))

        watch = self._new_watch(runnable, argv, deliver)
        watch.session.start()
        self._watches[block.number] = watch
        return number

    def watch(self, number: int) -> None:
        """The body of the thread that watches a run."""
        trouble = ""
        try:
            self._watches[self._blocks[number].number].run()
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        self._tell(RunEnded(number, trouble))

    def judge(self, number: int, binding: Binding) -> None:
        """The body of the thread that looks for the point of a run that is over."""
        view = self.views[self._blocks[number].number]
        self._tell(RunJudged(number, point_of(view, binding)))

    def block_of(self, number: int) -> Block | None:
        """What a run is of; None if a later one took its place."""
        block = self._blocks[number]
        return block if self._last[block.number] == number else None

    def flip(self, block: Block) -> None:
        """From the next run on with `locked` turned."""
        self._flipped ^= {block.number}

    async def end(self, block: Block) -> None:
        """End the run of a block, if there is one; the screen goes on meanwhile."""
        watch = self._watches.get(block.number)
        if watch is not None:
            await asyncio.to_thread(watch.end)

    def close(self) -> None:
        """End all of them, and leave no file. Blocks."""
        for watch in self._watches.values():
            watch.end()
        if self._folder is not None:
            self._folder.cleanup()


def point_of(view: TraceView, binding: Binding) -> str:
    """What a run shows, in one sentence of the current language: how it failed, else what `point`
    says, else what the deck does; "" where there is nothing."""
    from msgspec.structs import replace

    from paraviz.analysis.costs import costs
    from paraviz.analysis.figures import Material
    from paraviz.analysis.findings.within import findings_within
    from paraviz.analysis.point import point
    from paraviz.text.endings import ending

    trace, says = view.trace, binding.said
    if binding.expect.claim:
        trace = replace(trace, program=replace(trace.program, claims=(binding.expect.claim,)))
    if trace.exit_code:
        return f"✗ {says or ending(trace.end_reason)}"
    found = findings_within(trace, view.index) or ()
    about = point(trace, found, costs(trace, Material(trace, view.edges, view.locks)))
    return f"{about.mark} {about.told.told}" if about is not None else says
