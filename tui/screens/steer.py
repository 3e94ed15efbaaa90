"""The screen on which one is the scheduler of a program."""

from __future__ import annotations

import asyncio
import linecache
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal

from paraviz.errors import ParavizError
from paraviz.text.translation import _

from ..commands import Command, bindings
from ..widgets.bars import KeyLine
from ..widgets.steering import Code, Lanes, SteerHead, Turn, Values, Workers, Written
from .searching import Searching
from .steer_commands import COMMANDS, DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

    from paraviz.programs.parameters import Runnable
    from paraviz.steering.state import State, Worker
    from paraviz.steering.steering import Steering

_MOST_LANES = 5
_ROWS_LARGE = 5
_PLAY_S = (2.0, 1.0, 0.5, 0.25, 0.1)
"""How long a step stays, from slow to fast."""


class SteerScreen(Searching):
    """A program stands still; keys say who goes on."""

    commands: ClassVar[tuple[Command, ...]] = COMMANDS
    BINDINGS: ClassVar = [*bindings(COMMANDS), *DIGITS]

    def __init__(
        self, runnable: Runnable, argv: Sequence[str], *, python: str = "", schedule: str = ""
    ) -> None:
        super().__init__()
        self._runnable, self._argv = runnable, list(argv)
        self._python, self._schedule = python, schedule
        self._state: State | None = None
        self._shows_locals = False
        self._playing = False
        self._speed = 2
        self._path = ""

    def compose(self) -> ComposeResult:
        """Workers, their lines and values, output and lanes, whose turn it is."""
        yield SteerHead()
        yield Workers()
        with Horizontal(id="steer-middle"):
            yield Code()
            yield Values()
        with Horizontal(id="steer-below"):
            yield Written()
            yield Lanes()
        yield Turn()
        yield KeyLine()

    def on_mount(self) -> None:
        """Start the program."""
        name = PurePath(self._runnable.name).name
        self.query_one(SteerHead).called = " ".join([name, *self._argv])
        self.query_one(Code).show(self._runnable.path, self._runnable.source)
        self.watch(self.app, "projection", self._enlarge)
        self._later(self._begin())

    def retell(self) -> None:
        """Say everything in the current language: what is drawn is drawn anew."""

    def on_unmount(self) -> None:
        """The program ends with its screen."""
        if self._steering is not None:
            self._steering.close()

    def _later(self, work: Any) -> None:
        self.run_worker(work, group="steer", exit_on_error=False)

    async def _begin(self) -> None:
        from paraviz.steering.steering import Steering

        def begin() -> Steering:
            return Steering(
                self._runnable, self._argv, python=self._python, schedule=self._schedule
            )

        async with self._one_at_a_time:
            try:
                steering = await asyncio.to_thread(begin)
            except (ParavizError, OSError) as error:
                self.query_one(Turn).said = str(error)
                self.notify(
                    str(error), title=_("cannot be steered"), severity="error", markup=False
                )
                return
            if not self.is_attached:
                steering.close()
                return
            self._steering = steering
            self._choose_able()
            await self._show()

    # Showing where it stands.

    @property
    def _worker(self) -> Worker | None:
        workers = self._state.workers if self._state is not None else ()
        return workers[self._chosen] if self._chosen < len(workers) else None

    def _choose_able(self) -> None:
        """Where the chosen worker cannot go on, the first one that can."""
        assert self._steering is not None
        workers = self._steering.state.workers
        if self._chosen < len(workers) and workers[self._chosen].enabled:
            return
        for place, each in enumerate(workers):
            if each.enabled:
                self._chosen = place
                return

    async def _show(self) -> None:
        steering = self._steering
        assert steering is not None
        self._state = state = steering.state
        self._share(len(state.workers))
        head = self.query_one(SteerHead)
        head.state, head.ahead = state, len(steering.ahead)
        self.query_one(Written).state = state
        self._show_chosen()
        await self._show_locals()
        await self._draw_lanes()

    def _show_chosen(self) -> None:
        state, worker, code = self._state, self._worker, self.query_one(Code)
        if worker is not None and worker.file and worker.file != code.file:
            code.show(worker.file, "".join(linecache.getlines(worker.file)))
        for part in (self.query_one(Workers), code, self.query_one(Turn)):
            part.state, part.chosen = state, self._chosen
        code.reveal()
        self.query_one(Values).state = state

    async def _show_locals(self) -> None:
        values, worker = self.query_one(Values), self._worker
        if not self._shows_locals or worker is None or self._steering is None:
            values.frames = None
            return
        values.of = worker.name
        frames = await asyncio.to_thread(self._steering.locals, worker.number)
        values.frames = tuple(frames)

    async def _draw_lanes(self) -> None:
        """The steps so far, unless there are already others."""
        steering = self._steering
        assert steering is not None
        if not steering.path or steering.state.is_lost or not self.query_one(Lanes).display:
            self.query_one(Lanes).view = None
            return

        def work() -> Any:
            from msgspec.structs import replace

            from ..render.view import TraceView

            trace = steering.trace()
            if not steering.state.is_over:
                # They are not at their ends.
                lanes = tuple(replace(lane, end_reason="") for lane in trace.lanes)
                trace = replace(trace, lanes=lanes)
            return TraceView.of(trace)

        try:
            self.query_one(Lanes).view = await asyncio.to_thread(work)
        except ParavizError:
            self.query_one(Lanes).view = None

    def on_resize(self) -> None:
        """Other heights."""
        self._share(len(self._state.workers) if self._state is not None else 1)

    def _enlarge(self, large: bool) -> None:
        self.query_one(Turn).large = self.query_one(Workers).large = large
        self._share(len(self._state.workers) if self._state is not None else 1)

    def _share(self, workers: int) -> None:
        """Who gets how many rows."""
        rows, large = self.size.height, self.query_one(Turn).large
        self.query_one(Workers).styles.height = min(workers, max(rows // 3, 3))
        below = min(workers, _MOST_LANES) + 1
        room = rows - min(workers, max(rows // 3, 3)) - below
        self.query_one("#steer-below").display = room >= (14 if large else 10)
        self.query_one("#steer-below").styles.height = below
        self.query_one(Turn).styles.height = _ROWS_LARGE if large else 2
        self.query_one(KeyLine).display = not large

    # Going on, and back.

    def _do(self, act: Callable[[Steering], object], *, follow: bool = False) -> None:
        """Do something with the program, after what was asked before; `follow`: choose another
        worker where the chosen one cannot go on."""
        self._later(self._done(act, follow))

    async def _done(self, act: Callable[[Steering], object], follow: bool) -> None:
        async with self._one_at_a_time:
            steering = self._steering
            if steering is None:
                return
            try:
                await asyncio.to_thread(act, steering)
            except ParavizError as error:
                self.notify(error.message, severity="warning", markup=False, timeout=3)
            except OSError as error:
                self.notify(str(error), severity="error", markup=False)
            if not self.is_attached:
                return
            if follow:
                self._choose_able()
            self.query_one(Turn).said = ""
            await self._show()

    def action_step(self, place: int = -1) -> None:
        """Let the worker of this row, or the chosen one, go one step."""
        self._go(place, "")

    def action_go_to(self, to: str) -> None:
        """Let the chosen worker go on up to something."""
        self._go(-1, to)

    def _go(self, place: int, to: str) -> None:
        self._playing = False

        def act(steering: Steering) -> None:
            workers = steering.state.workers
            at = self._chosen if place < 0 else place
            if at >= len(workers):
                return
            self._chosen = at
            steering.step(workers[at].number, to)

        self._do(act)

    def action_undo(self, steps: int = 1) -> None:
        """Take steps back."""
        self._playing = False
        self._do(partial(_undo, steps=steps), follow=True)

    def action_redo(self, steps: int = 1) -> None:
        """Go on along what was undone, or found."""
        self._playing = False
        self._redo(steps)

    def _redo(self, steps: int) -> None:
        def act(steering: Steering) -> None:
            if not steering.ahead:
                self.app.call_from_thread(self._say_nothing_ahead)
                return
            steering.redo(steps)
            self._chosen = min(steering.path[-1], len(steering.state.workers) - 1)

        self._do(act, follow=False)

    def _say_nothing_ahead(self) -> None:
        self._playing = False
        self.notify(_("Nothing is ahead: f or o finds what could be."), markup=False, timeout=3)

    def action_choose(self, by: int) -> None:
        """Choose another worker."""
        count = len(self._state.workers) if self._state is not None else 0
        self._chosen = min(max(self._chosen + by, 0), max(count - 1, 0))
        self._show_chosen()
        if self._shows_locals:
            self._do(lambda _steering: None)

    def on_workers_clicked(self, message: Workers.Clicked) -> None:
        """Choose it, or let it go on."""
        if message.place == self._chosen:
            self.action_step(message.place)
        else:
            self.action_choose(message.place - self._chosen)

    def action_locals(self) -> None:
        """What workers share, or what the chosen one has for itself."""
        self._shows_locals = not self._shows_locals
        self._do(lambda _steering: None)

    # Playing what is ahead.

    def action_play(self) -> None:
        """Take what is ahead step by step, or stop."""
        self._playing = not self._playing
        if self._playing:
            self._tick()

    def _tick(self) -> None:
        steering = self._steering
        if not self._playing or steering is None or not self.is_attached:
            return
        if not steering.ahead:
            self._playing = False
            return
        self._redo(1)
        self.set_timer(_PLAY_S[self._speed], self._tick)

    def action_speed(self, by: int) -> None:
        """Play faster, or slower."""
        self._speed = min(max(self._speed + by, 0), len(_PLAY_S) - 1)
        words = _("{seconds} s a step").format(seconds=f"{_PLAY_S[self._speed]:g}")
        self.notify(words, markup=False, timeout=1)

    # Keeping.

    def action_token(self) -> None:
        """Tell the schedule so far, and copy it."""

        def act(steering: Steering) -> None:
            token = steering.token
            self.app.call_from_thread(self._tell_token, token)

        self._do(act)

    def _tell_token(self, token: str) -> None:
        self.app.copy_to_clipboard(token)
        words = _("Copied: {schedule}").format(schedule=token)
        self.notify(words, markup=False, timeout=8)

    def action_save(self) -> None:
        """Ask where to, and save a recording of the steps so far."""
        from .open import PathScreen

        steering = self._steering
        if steering is None:
            return
        stem = PurePath(self._runnable.name.removeprefix("-m ")).stem or "run"
        hint = _(".pviz is paraviz's own; .json(.gz) opens in Perfetto · esc cancels")
        path = self._path or f"{stem}.pviz"

        def save(path: str, _progress: Callable[[float], None]) -> str:
            from paraviz.user.recent_files import remember

            steering.save(Path(path))
            remember(Path(path))
            return path

        self.app.push_screen(PathScreen(_("Save the recording"), hint, path, save), self._saved)

    def _saved(self, path: object) -> None:
        if path is not None:
            self._path = str(path)
            self.notify(_("saved as {file}").format(file=path), markup=False)

    def action_back(self) -> None:
        """Leave; the program ends."""
        if len(self.app.screen_stack) > 2 or (
            len(self.app.screen_stack) > 1 and self.app.screen_stack[0] is not self
        ):
            self.app.pop_screen()
        else:
            self.app.exit()


def _undo(steering: Steering, steps: int) -> None:
    steering.undo(steps)
