"""The run screen: a live run, or a recording."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.worker import get_current_worker

from paraviz.errors import ParavizError
from paraviz.programs.switches import LOCK_PARAMETER
from paraviz.text.translation import _

from ..choices import Layout
from ..commands import Command, bindings
from ..live import Watch
from ..messages import InputAwaited, RunEnded, RunJudged, SnapshotTaken
from ..render.view import TraceView
from ..widgets.bars import Headline, KeyLine
from ..widgets.entry import Entry
from ..widgets.run import RunView
from .comparing import COMPARE, Comparing
from .entering import TYPE, Entering
from .explore import EXPLORE, ExploreScreen
from .saving import SAVE, Saving
from .steer_commands import STEER_RUN
from .steered_from import can_be_steered, steered_from

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import App, ComposeResult
    from textual.message import Message

    from paraviz.programs.parameters import Runnable
    from paraviz.trace import Trace

_READ_S = 8
"""How long several lines stay to be read."""
_COMMANDS = (
    Command("rerun", "r", "r", "Run again", "Run the program once more", "run again", rank=1),
    Command(
        "toggle_lock",
        "l",
        "l",
        "Lock on or off",
        "Run again with the lock switched",
        "lock",
        rank=1,
    ),
    Command(
        "parameters",
        "e",
        "e",
        "Parameters",
        "Change the parameters and run again",
        "parameters",
        rank=4,
    ),
    TYPE,
    COMPARE,
    SAVE,
    STEER_RUN,
    EXPLORE,
    Command("back", "q", "q", "Back", "Back to the gallery, or out", "back", rank=1),
)
NewWatch = Callable[
    ["Runnable", Sequence[str], Callable[[TraceView], None], Callable[[bool], None]], Watch
]
"""Makes a session for a program and its arguments, and what watches it for the last two: who gets
its views, and who is told when it waits for input."""


class RunScreen(Comparing, Saving, Entering):
    """Shows a trace; when it comes from a program, runs it, again and again."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS: ClassVar = [*bindings(_COMMANDS), Binding("escape", "step_back", show=False)]
    AUTO_FOCUS = "RunView"

    def __init__(
        self,
        name: str,
        *,
        trace: Trace | None = None,
        runnable: Runnable | None = None,
        argv: Sequence[str] = (),
        new_watch: NewWatch | None = None,
        path: str = "",
    ) -> None:
        """A recording's `trace` and `path`, or a program and what watches its runs."""
        super().__init__()
        self._path = path
        self._warned = False
        self.program = name
        self._trace = trace
        self._runnable = runnable
        self._argv = list(argv)
        self._new_watch = new_watch
        self._watch: Watch | None = None
        self._number = 0

    def compose(self) -> ComposeResult:
        """The headline, the run, the keys."""
        yield Headline()
        yield RunView(_layout(self.app))
        yield Entry()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the recording, or run the program."""
        headline = self.query_one(Headline)
        headline.program = self.program
        run = self.query_one(RunView)
        self.watch(run, "left_out", partial(setattr, headline, "left_out"))
        if self._trace is not None:
            headline.parameters = _recorded_parameters(self._trace)
            view = TraceView.at_first(self._trace)
            self._show(view)
            later = self._look_back if view.whole else self._complete
            self.call_after_refresh(later, view)
        else:
            self._begin()

    def retell(self) -> None:
        """Say everything in the current language."""
        self.query_one(RunView).retell()
        headline = self.query_one(Headline)
        if self._runnable is not None:
            from paraviz.programs.catalogue import retold

            self._runnable = retold(self._runnable)
            headline.parameters = self._parameters()
        elif self._trace is not None:
            headline.parameters = _recorded_parameters(self._trace)

    def _show(self, view: TraceView) -> None:
        self.query_one(Headline).view = view
        self.query_one(RunView).show(view)

    def _complete(self, view: TraceView) -> None:
        """Work out what the first frame went without."""

        def work() -> None:
            self._deliver(SnapshotTaken(view.completed(view.revision + 1), self._number))

        self.run_worker(work, "complete the view", thread=True)

    def _look_back(self, view: TraceView) -> None:
        """Look for what is wrong in a recording, and for its point; a run that went on when it was
        recorded has none yet."""
        if view.trace.live:
            self.query_one(RunView).judge(None)
        else:
            self._find(view)

    def _find(self, view: TraceView) -> None:
        self.run_worker(
            partial(self._judge, view, self._number),
            "judge the run",
            group="judge",
            thread=True,
            exit_on_error=False,
        )

    def _begin(self) -> None:
        """Start a run and the thread that watches it."""
        if self._runnable is None or self._new_watch is None:
            return
        headline = self.query_one(Headline)
        headline.trouble = headline.found = ""
        self.query_one(RunView).forget_point()
        self._number += 1
        number = self._number
        try:
            headline.parameters = self._parameters()
            self._watch = self._new_watch(
                self._runnable,
                self._argv,
                lambda view: self._deliver(SnapshotTaken(view, number)),
                lambda awaited: self._deliver(InputAwaited(number, awaited)),
            )
            self._watch.keeps = keeps_runs(self.app)
            self._watch.session.start()
        except (ParavizError, OSError) as error:
            headline.trouble = _("did not start")
            self.notify(str(error), title=_("cannot run"), severity="error", markup=False)
            return
        self.run_worker(
            partial(self._watch_run, self._watch, number),
            "watch the run",
            group="watch",
            thread=True,
            exit_on_error=False,
        )

    def _watch_run(self, watch: Watch, number: int) -> None:
        """The body of the thread."""
        worker = get_current_worker()
        trouble = ""
        try:
            watch.run(lambda: worker.is_cancelled)
        except Exception as error:
            trouble = f"{type(error).__name__}: {error}"
        self._deliver(RunEnded(number, trouble))
        if watch.keeps and watch.last is not None:
            from ..keeping import keep_run

            not_kept = keep_run(watch.last)
            if not_kept and not worker.is_cancelled:
                self.app.call_from_thread(self.notify, not_kept, severity="warning", markup=False)

    def _deliver(self, message: Message) -> None:
        self.post_message(message)

    def on_snapshot_taken(self, message: SnapshotTaken) -> None:
        """Show it, unless it is of a run that another one has replaced."""
        if message.session_number != self._number:
            return
        view = self.query_one(RunView)
        if view.view is not None and message.view.revision < view.view.revision:
            view.restart()
        self._show(message.view)
        if self._trace is not None:
            self._look_back(message.view)

    def on_run_ended(self, message: RunEnded) -> None:
        """Say what the timeline cannot."""
        if message.session_number != self._number or self._watch is None:
            return
        self.query_one(Entry).close()
        said = self._watch.session.diagnostics.strip()
        if message.trouble:
            self.notify(
                message.trouble, title=_("paraviz lost the run"), severity="error", timeout=_READ_S
            )
        elif said:
            self.notify(
                "\n".join(said.splitlines()[-5:]),
                title=_("the program said"),
                markup=False,
                timeout=_READ_S,
            )
        self.compare_at_end(message.session_number, lost=bool(message.trouble))
        view = self.query_one(RunView).view
        if view is not None and not view.trace.live:
            self._find(view)

    def _judge(self, view: TraceView, number: int) -> None:
        """The body of the thread that looks for what is wrong."""
        from .finding import found_in

        worker = get_current_worker()
        try:
            found, point = found_in(view, lambda: worker.is_cancelled)
        except Exception:
            # Whoever waits for the point, such as a picture, gets none.
            self._deliver(RunJudged(number, "", None))
            raise
        if not worker.is_cancelled:
            self._deliver(RunJudged(number, found, point))

    def on_run_judged(self, message: RunJudged) -> None:
        """Say it in the headline, and the point under the lanes; `i` tells all of it."""
        if message.session_number == self._number:
            self.query_one(Headline).found = message.found
            self.query_one(RunView).judge(message.point)

    def _parameters(self) -> Mapping[str, object]:
        """What the headline tells of the program's arguments."""
        assert self._runnable is not None
        if not self._runnable.parameters:
            return {_("arguments"): " ".join(self._argv)} if self._argv else {}
        return self._runnable.values(self._argv)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """A recording is not run again; only some programs have parameters, or a lock."""
        known = [each.name for each in self._runnable.parameters] if self._runnable else []
        if action in ("rerun", "type"):
            return self._runnable is not None
        if action == "parameters":
            return bool(known)
        if action == "steer":
            return self._runnable is not None or can_be_steered(self._trace)
        if action == "explore":
            return self._runnable is not None
        if action == "toggle_lock":
            return LOCK_PARAMETER in known
        return True

    def action_rerun(self) -> None:
        """End this run, and begin the next."""
        super().action_rerun()
        self.run_worker(
            self._rerun(), "run again", group="rerun", exclusive=True, exit_on_error=False
        )

    async def _rerun(self) -> None:
        if self._watch is not None:
            await asyncio.to_thread(self._watch.end)
        self._begin()

    def action_explore(self) -> None:
        """Try the program under all schedules."""
        if self._runnable is not None:
            self.app.push_screen(ExploreScreen(self._runnable, self._argv))

    def action_steer(self) -> None:
        """Be the scheduler of the program; of a recorded schedule, from its end on."""
        screen = steered_from(self._runnable, self._argv, self._trace)
        if isinstance(screen, str):
            self.notify(screen, severity="error", markup=False)
        else:
            self.app.push_screen(screen)

    def action_toggle_lock(self) -> None:
        """Run again with `locked` turned."""
        assert self._runnable is not None
        values = self._runnable.values(self._argv)
        values[LOCK_PARAMETER] = not values[LOCK_PARAMETER]
        self._argv = self._runnable.argv(values)
        self.action_rerun()

    def action_parameters(self) -> None:
        """Ask for other values."""
        from .parameters import ParameterScreen

        assert self._runnable is not None
        screen = ParameterScreen(self._runnable, self._runnable.values(self._argv))
        self.app.push_screen(screen, self._rerun_with)

    def _rerun_with(self, values: Mapping[str, object] | None) -> None:
        if values is not None and self._runnable is not None:
            self._argv = self._runnable.argv(values)  # type: ignore[arg-type]
            self.action_rerun()

    def action_step_back(self) -> None:
        """Escape lets go of things: one too many leaves a recording for the gallery, but neither
        ends what runs nor the app."""
        view = self.query_one(RunView).view
        runs = view is None or view.trace.live
        if runs or len(self.app.screen_stack) == 1:
            self.notify(_("q leaves"), markup=False, timeout=2)
        else:
            self.action_back()

    def action_back(self) -> None:
        """Leave; the run ends with its screen. Of bookmarks that would be lost it warns once."""
        if self.query_one(RunView).bookmarks_changed and not self._warned:
            self._warned = True
            self.notify(
                _("The bookmarks are not saved: s saves them, q leaves them."), markup=False
            )
            return
        if len(self.app.screen_stack) > 1:
            self.app.pop_screen()
        else:
            self.app.exit()


def _layout(app: App[None]) -> Layout:
    """How the user likes runs to be laid out."""
    from ..app import ParavizApp

    return app.layout if isinstance(app, ParavizApp) else Layout()


def keeps_runs(app: App[None]) -> bool:
    """Whether the user wants the last runs to be kept, and nothing else keeps them."""
    from ..app import ParavizApp

    return isinstance(app, ParavizApp) and app.keeps_runs


def _recorded_parameters(trace: Trace) -> Mapping[str, object]:
    """What a recording tells of its program's arguments."""
    argv = " ".join(trace.program.argv)
    return {_("arguments"): argv} if argv else {}


def run_screen(app: App[None], runnable: Runnable, argv: Sequence[str]) -> RunScreen:
    """The screen that runs a program in this app."""
    from ..app import ParavizApp

    assert isinstance(app, ParavizApp)
    return RunScreen(runnable.name, runnable=runnable, argv=argv, new_watch=app.new_watch)
