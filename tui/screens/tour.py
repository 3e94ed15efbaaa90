"""The tour: four steps over a run, each a short sentence and a key to try.

It stands over a screen and hands the keys of its steps on to what is below. Over the gallery the
first step runs the program, and the others follow when the run has ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct
from textual.content import Content
from textual.css.query import NoMatches
from textual.screen import ModalScreen
from textual.widgets import Static

from paraviz.text.translation import N_, _

from ..commands import Command, bindings, reachable
from ..render.view import TraceView
from ..widgets.bars import Headline
from ..widgets.run.moving import MOVING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual import events
    from textual.app import App, ComposeResult
    from textual.dom import DOMNode
    from textual.screen import Screen

_COMMANDS = (
    Command("end", "escape", "esc", "End", "End the tour"),
    Command("go_on", "enter", "enter", "Go on", "To the next step of the tour"),
)


class Step(Struct, frozen=True):
    """One step of the tour."""

    text: str
    """What to see."""
    tries: tuple[str, ...]
    """The actions of commands that do it: the first one that a key reaches is to be tried."""
    leaves: bool = False
    """Whether what is tried ends the tour."""


STEPS = (
    Step(
        N_(
            "Each row is a worker, and time runs to the right: solid where it runs, a pattern"
            " where it waits."
        ),
        ("lane(1)", "run"),
    ),
    Step(
        N_("Move the cursor. The sentence at the bottom says what is so at that moment."),
        ("step(1)",),
    ),
    Step(N_("Where a worker waits, go to the one it waits for."), ("follow",)),
    Step(
        N_("Change one thing, and see what it does to the run."),
        ("toggle_lock", "compare"),
        leaves=True,
    ),
)


class Tour(ModalScreen[None]):
    """One step, over the screen that it is about."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)

    def __init__(self, number: int = 0) -> None:
        """`number`: the step to begin with, from 0."""
        super().__init__()
        self.number = number

    def compose(self) -> ComposeResult:
        """A card."""
        yield Static(id="tour", classes="dialog")

    def on_mount(self) -> None:
        """Say the first sentence."""
        self.retell()

    @property
    def below(self) -> Screen[object]:
        """What the tour is about."""
        stack = self.app.screen_stack
        # It is asked before it stands there, too.
        return stack[stack.index(self) - 1] if self in stack else stack[-1]

    def retell(self) -> None:
        """Say this step in the current language."""
        step = STEPS[self.number]
        lines = [
            Content.styled(f"{self.number + 1}/{len(STEPS)}", "$accent bold"),
            Content(_(step.text)),
        ]
        tried = self._tried()
        if tried is not None:
            key = (f"{_(tried[1].shown)}  ", "$accent bold")
            lines.append(Content.assemble(key, _(tried[1].help)))
        last = self.number + 1 == len(STEPS)
        words = _("enter goes on · esc ends the tour")
        if last or (tried is not None and tried[1].action == "run"):
            words = _("esc ends the tour")
        lines.append(Content.styled(words, "$tone-quiet"))
        self.query_one(Static).update(Content("\n").join(lines))

    def _tried(self) -> tuple[DOMNode, Command] | None:
        """What this step is to try, and whose command it is."""
        reached = {command.action: (node, command) for node, command in reachable(self.below)}
        return next((reached[each] for each in STEPS[self.number].tries if each in reached), None)

    async def on_key(self, event: events.Key) -> None:
        """Do below what the step tries; one may move about as well."""
        tried = self._tried()
        for node, command in list(reachable(self.below)):
            of_step = tried is not None and command is tried[1]
            if (of_step or command in MOVING) and event.key in command.keys.split(","):
                if any(event.key in own.keys.split(",") for own in _COMMANDS) and not of_step:
                    return
                event.stop()
                event.prevent_default()
                await self._do(node, command, leaves=of_step)
                return

    async def _do(self, node: DOMNode, command: Command, *, leaves: bool) -> None:
        """Do it; where it leads to another screen the tour goes first."""
        leads_on = command.action == "run"
        if leads_on or (leaves and STEPS[self.number].leaves):
            self.dismiss()
            following = self.number + 1 if leads_on else None
            self.app.call_later(_leave, self.app, command.action, node, following)
        else:
            await self.app.run_action(command.action, node)

    async def action_go_on(self) -> None:
        """To the next step; over the gallery by running the program."""
        tried = self._tried()
        if tried is not None and tried[1].action == "run":
            await self._do(*tried, leaves=True)
        elif self.number + 1 == len(STEPS):
            self.action_end()
        else:
            self.number += 1
            self.retell()

    def action_end(self) -> None:
        """Leave the rest to the user."""
        self.dismiss()


async def _leave(app: App[None], action: str, node: DOMNode, following: int | None) -> None:
    """Do what leads away from the tour, and go on with a step if one follows."""
    await app.run_action(action, node)
    if following is not None:
        app.screen.call_after_refresh(begin, app, following)


def begin(
    app: App[None],
    number: int = 0,
    *,
    while_live: bool = False,
    wanted: Callable[[], bool] = lambda: True,
) -> None:
    """Show a step over the gallery, or over a run when that has ended and a worker is seen in it;
    `while_live`: as soon as one is. `wanted` is asked just before it is shown."""
    from .gallery import Gallery

    screen = app.screen
    if isinstance(screen, Gallery):
        if number == 0 and wanted():
            app.push_screen(Tour())
        return
    try:
        headline = screen.query_one(Headline)
    except NoMatches:
        app.notify(_("The tour goes over a run: open one first."), markup=False)
        return
    begun = False

    def look(view: TraceView | None) -> None:
        nonlocal begun
        if begun or view is None or not view.trace.lanes or app.screen is not screen:
            return
        if while_live or not view.trace.live:
            begun = True
            if wanted():
                screen.call_after_refresh(app.push_screen, Tour(number))

    screen.watch(headline, "view", look)
