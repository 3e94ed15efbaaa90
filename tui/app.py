"""The app: wires screens, themes and commands, and ends every run it began."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from msgspec.structs import asdict
from textual.app import App, SystemCommand
from textual.reactive import var

from paraviz.text.translation import N_, _

from .choices import Choices, Layout
from .commands import Command, bindings
from .compat import QuietApp, begin_with_theme
from .driver import leave_with_terminal
from .themes import DEFAULT_THEME, THEMES, fitting, opposite, tones
from .widgets.bars import LARGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.command import Provider
    from textual.screen import Screen

    from paraviz.programs.parameters import Runnable

    from .live import SessionFactory, Watch
    from .messages import LayoutChosen
    from .render.view import TraceView

INTERRUPTED = 130
_COMMANDS = (
    Command("help", "question_mark,f1", "?", "Help", "All keys and glyphs", "help", rank=0),
    Command("screenshot_here('svg')", "P", "P", "Picture", "Write the screen as an SVG"),
    Command(
        "screenshot_here('png')", "alt+p", "alt p", "Picture as PNG", "Write the screen as a PNG"
    ),
    Command(
        "screenshot_here('txt')",
        "alt+t",
        "alt t",
        "Screen as text",
        "Write the screen as plain text",
    ),
    Command("tour", "f3", "F3", "Tour", "The first steps, one key each"),
    Command("command_palette", "ctrl+p", "^p", "Commands", "Find any command by its name"),
    Command(
        "toggle_light", "T", "T", "Light or dark", "Switch between the light and the dark theme"
    ),
    Command(
        "projection",
        "V",
        "V",
        "Projection",
        "Everything large, few words, more contrast: for the last row of a lecture room",
    ),
    Command("language", "D", "D", "Language", "Switch between English and German (Deutsch)"),
    Command("interrupt", "ctrl+c", "^c", "Interrupt", "Leave at once"),
)
_OF_TEXTUAL = {
    N_("Theme"): N_("Change the current theme"),
    N_("Quit"): N_("Quit the application as soon as possible"),
}
"""The framework's own commands that are offered, and what they do."""


@runtime_checkable
class Retold(Protocol):
    """A screen that keeps words, and can say them in another language."""

    def retell(self) -> None:
        """Say everything in the current language."""


def _provider() -> type[Provider]:
    from .provider import CommandProvider

    return CommandProvider


class ParavizApp(QuietApp):
    """Shows one first screen, and whatever that leads to."""

    commands: ClassVar[tuple[Command, ...]] = _COMMANDS
    BINDINGS = bindings(_COMMANDS)
    COMMANDS = App.COMMANDS | {_provider}
    CSS_PATH = Path(__file__).with_name("app.tcss")
    TITLE = "paraviz"
    NOTIFICATION_TIMEOUT = 3
    """Seconds: what is said lies over rows."""
    projection: var[bool] = var(False)
    """Whether everything is large."""

    def __init__(
        self,
        first: Callable[[ParavizApp], Screen[None]],
        make_session: SessionFactory | None = None,
        theme: str = DEFAULT_THEME,
        *,
        projection: bool = False,
        choices: Choices | None = None,
    ) -> None:
        """`first` makes the first screen, `make_session` what runs a program there, `choices` keeps
        what the user chooses."""
        super().__init__()
        self._choices = choices
        self._layout = choices.layout if choices is not None else Layout()
        self._first = first
        self._make_session = make_session
        self.keeps_runs = choices is not None and choices.keeps_runs
        """Whether the last runs are kept unasked."""
        self.watches: list[Watch] = []
        """Every run that was begun, the newest last."""
        self.animation_level = "none"
        for each in THEMES:
            self.register_theme(each)
        begin_with_theme(self, fitting(theme, projection=projection))
        self.set_reactive(ParavizApp.projection, projection)
        self.set_class(projection, LARGE)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own tones, for the themes of others."""
        return tones(dark=self.current_theme.dark)

    def get_default_screen(self) -> Screen[None]:
        """The first screen is the only one at the bottom: no empty frame before it."""
        return self._first(self)

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of the framework's own commands those that ours leave open."""
        for command in super().get_system_commands(screen):
            if command.title in _OF_TEXTUAL:
                title, meaning = _(command.title), _(_OF_TEXTUAL[command.title])
                yield command._replace(title=title, help=meaning)

    def on_mount(self) -> None:
        """A polite request to end is obeyed, with the terminal restored."""
        import asyncio

        if self._choices is not None:
            self.theme_changed_signal.subscribe(self, lambda theme: self._keep(theme=theme.name))
            if self._choices.trouble:
                self.notify(self._choices.trouble, severity="warning", markup=False)
            if not self._choices.toured:
                self.call_after_refresh(self._tour_unasked)

        leave_with_terminal(self)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def new_watch(
        self,
        runnable: Runnable,
        argv: Sequence[str],
        deliver: Callable[[TraceView], None],
        asked_for: Callable[[bool], None] = lambda _: None,
    ) -> Watch:
        """A session that ends with the app at the latest, and what watches it."""
        from .live import Watch

        if self._make_session is not None:
            session = self._make_session(runnable, argv)
        else:
            from paraviz.session import Session

            session = Session(runnable, argv, typed=True)
        self.watches.append(Watch(session, deliver, asked_for=asked_for))
        return self.watches[-1]

    def stop_sessions(self) -> None:
        """End whatever still runs. Blocks; for after the app."""
        for watch in self.watches:
            watch.end()

    def action_help(self) -> None:
        """Keys and glyphs."""
        from .commands import reachable
        from .screens.help import HelpScreen

        if not isinstance(self.screen, HelpScreen):
            reached = [command for _, command in reachable(self.screen)]
            self.push_screen(HelpScreen(reached, type(self.screen).__name__))

    def action_tour(self) -> None:
        """The first steps, at once."""
        from .screens.tour import begin

        self._tour_is_new()
        begin(self, while_live=True)

    def _tour_unasked(self) -> None:
        """The first steps, once; they do not stand in the way of a run."""
        from .screens.tour import begin

        begin(self, wanted=self._tour_is_new)

    def _tour_is_new(self) -> bool:
        """Whether the tour was never shown; it counts as shown from now on."""
        if self._choices is None or self._choices.toured:
            return False
        self._choices.toured = True
        self._keep(toured=True)
        return True

    def action_screenshot_here(self, suffix: str) -> None:
        """Write the screen into the working directory, once the notices are gone from it."""
        from textual.widgets._toast import Toast

        self.clear_notifications()
        self.screen.query(Toast).remove()
        self.call_after_refresh(self._picture, suffix)

    def _picture(self, suffix: str) -> None:
        from .picture import save_screen

        try:
            path = save_screen(self, suffix)
        except OSError as error:
            self.notify(str(error), title=_("no picture"), severity="error")
        else:
            self.notify(_("saved as {file}").format(file=path))

    def action_toggle_light(self) -> None:
        """Switch the theme."""
        self.theme = opposite(self.theme, dark=self.current_theme.dark)

    def action_projection(self) -> None:
        """Everything large, or as it was."""
        self.projection = not self.projection
        self.set_class(self.projection, LARGE)
        self.theme = fitting(self.theme, projection=self.projection)
        self._keep(projection=self.projection)

    @property
    def layout(self) -> Layout:
        """How a run is laid out to begin with."""
        return self._layout

    def on_layout_chosen(self, message: LayoutChosen) -> None:
        """The next run is laid out so, too."""
        self._layout = message.layout
        self._keep(**asdict(message.layout))

    def _keep(self, **chosen: str | bool) -> None:
        """Remember a choice for the next time."""
        if self._choices is not None:
            self._choices.keep(**chosen)

    def action_command_palette(self) -> None:
        """All commands, in the current language."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            asked = _("Search for commands…")
            self.push_screen(CommandPalette(placeholder=asked, id="--command-palette"))

    def action_language(self) -> None:
        """Switch the language; every screen says at once what it says anew."""
        from paraviz.text import language

        from .widgets.rows import Rows

        language.choose("en" if language.current() == "de" else "de")
        self._keep(language=language.current())
        for screen in self.screen_stack:
            if isinstance(screen, Retold):
                screen.retell()
            for rows in screen.query(Rows):
                rows.notify_style_update()
                rows.refresh()

    def action_interrupt(self) -> None:
        """Leave as a program does on Ctrl-C."""
        self.exit(return_code=INTERRUPTED)
