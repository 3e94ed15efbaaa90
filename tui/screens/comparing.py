"""Comparing the run that is shown: with another one of the same program, or another recording."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.screen import Screen

from paraviz.programs.switches import changed, switches
from paraviz.text.translation import _

from ..commands import Command
from ..render.inks import shortened
from ..render.view import TraceView
from ..widgets.run import RunView
from .open import PathScreen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from paraviz.programs.parameters import Runnable, Value

COMPARE = Command(
    "compare",
    "c",
    "c",
    "Compare",
    "Run again with one switch flipped, or take another recording, and show both",
    "compare",
    rank=4,
)
_SOON_S = 0.5
"""Within which a short run has ended."""
_NAMES = 30
"""Characters of parameters' names in the question."""


class Comparing(Screen[None]):
    """A screen of a run that can be compared."""

    _runnable: Runnable | None
    _argv: list[str]
    _number: int

    def __init__(self) -> None:
        super().__init__()
        self._before: tuple[int, TraceView] | None = None
        """The number of the second run, and the first one."""

    def action_rerun(self) -> None:
        """Another run begins, which is not the second of two unless that is said after this."""
        self._before = None

    def action_compare(self) -> None:
        """Make a second run, or take another recording, and show it below this one."""
        view = self.query_one(RunView).view
        if view is None or view.trace.live:
            self.notify(_("A run can be compared when it has ended."), markup=False)
        elif self._runnable is None:
            self._ask_for_a_recording(view)
        else:
            self._ask_what_to_change(self._runnable, view)

    def _ask_for_a_recording(self, view: TraceView) -> None:
        screen = PathScreen(
            _("Compare with another recording"),
            _("a recording (.pviz, .json, .json.gz) · → completes · esc cancels"),
            "",
            _load,
        )
        self.app.push_screen(screen, partial(self._show_both, view))

    def _ask_what_to_change(self, runnable: Runnable, view: TraceView) -> None:
        """Ask only where there is more than one switch, or none but other parameters."""
        values = runnable.values(self._argv)
        offered = switches(runnable)
        if len(offered) == 1:
            self._run_beside(view, changed(runnable, values, offered[0].name))
        elif not runnable.parameters:
            self._run_beside(view, values)
        else:
            others = [f"{each.name}=…" for each in runnable.parameters if each not in offered]
            names = shortened(", ".join([*(each.name for each in offered), *others]), _NAMES)
            first = offered[0].name if offered else f"{runnable.parameters[0].name}="
            self.query_one(RunView).ask(
                _("run again with another {names}:").format(names=names),
                first,
                lambda words: self._run_beside(view, changed(runnable, values, words)),
            )

    def _run_beside(self, view: TraceView, values: Mapping[str, Value]) -> None:
        """Begin the second run."""
        assert self._runnable is not None
        if self._runnable.parameters:
            self._argv = self._runnable.argv(values)
        self.action_rerun()
        self._before = (self._number + 1, view)
        self.set_timer(_SOON_S, self._announce)

    def _announce(self) -> None:
        """Say what one waits for; over a comparison that is there already it would only lie."""
        if self._before is not None:
            self.notify(
                _("When this second run has ended, both are compared."), markup=False, timeout=3
            )

    def compare_at_end(self, number: int, *, lost: bool) -> None:
        """Run `number` has ended: show it below the first one, if it is the second of two."""
        if self._before is None:
            return
        due, before = self._before
        self._before = None
        if number == due and not lost:
            self._show_both(before, self.query_one(RunView).view)

    def _show_both(self, above: TraceView, below: object) -> None:
        from .compare import CompareScreen

        if isinstance(below, TraceView):
            self.app.push_screen(CompareScreen(above, below))


def _load(path: str, progress: Callable[[float], None]) -> TraceView:
    from pathlib import Path

    from paraviz.commands.progress_bar import load_any

    return TraceView.at_first(load_any(Path(path), progress))
