"""The app: wires screens, themes and commands, and ends every run it began."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from textual.app import App, SystemCommand

from paraviz.words import N_, _

from .commands import Command, bindings
from .compat import QuietApp, ready_for_children
from .themes import DEFAULT_THEME, THEMES, tones

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from textual.command import Provider
    from textual.screen import Screen

    from paraviz.program import Runnable
    from paraviz.session import Kernel
    from paraviz.trace import Trace

    from .live import SessionFactory, Watch
    from .render.view import TraceView

INTERRUPTED = 130
_COMMANDS = (
    Command("help", "question_mark,f1", "?", "Help", "All keys and glyphs", "help", rank=0),
    Command("screenshot_here", "P", "P", "Picture", "Write the screen as an SVG"),
    Command("command_palette", "ctrl+p", "^p", "Commands", "Find any command by its name"),
    Command(
        "toggle_light", "T", "T", "Light or dark", "Switch between the light and the dark theme"
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
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012
    VERTICAL_BREAKPOINTS = [(0, "-short"), (30, "-tall")]  # noqa: RUF012

    def __init__(
        self,
        first: Callable[[ParavizApp], Screen[None]],
        make_session: SessionFactory | None = None,
        theme: str = DEFAULT_THEME,
    ) -> None:
        """`first` makes the first screen, `make_session` what runs a program there."""
        super().__init__()
        self._first = first
        self._make_session = make_session
        self.watches: list[Watch] = []
        """Every run that was begun, the newest last."""
        self.animation_level = "none"
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme

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

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            try:
                loop.add_signal_handler(number, partial(self.exit, return_code=128 + number))
            except (NotImplementedError, RuntimeError, ValueError):
                return

    def new_watch(
        self, runnable: Runnable, argv: Sequence[str], deliver: Callable[[TraceView], None]
    ) -> Watch:
        """A session that ends with the app at the latest, and what watches it."""
        from .live import Watch

        if self._make_session is not None:
            session = self._make_session(runnable, argv)
        else:
            from paraviz.session import Session

            session = Session(runnable, argv)
        self.watches.append(Watch(session, deliver))
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
            self.push_screen(HelpScreen([command for _, command in reachable(self.screen)]))

    def action_screenshot_here(self) -> None:
        """Write the screen into the working directory."""
        from .picture import save_screen

        try:
            path = save_screen(self)
        except OSError as error:
            self.notify(str(error), title=_("no picture"), severity="error")
        else:
            self.notify(_("saved as {file}").format(file=path))

    def action_toggle_light(self) -> None:
        """Switch the theme."""
        dark, light = (theme.name for theme in THEMES)
        self.theme = light if self.current_theme.dark else dark

    def action_command_palette(self) -> None:
        """All commands, in the current language."""
        from textual.command import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            asked = _("Search for commands…")
            self.push_screen(CommandPalette(placeholder=asked, id="--command-palette"))

    def action_language(self) -> None:
        """Switch the language, for this session; every screen says at once what it says anew."""
        from paraviz import language

        from .widgets.rows import Rows

        language.choose("en" if language.current() == "de" else "de")
        for screen in self.screen_stack:
            if isinstance(screen, Retold):
                screen.retell()
            for rows in screen.query(Rows):
                rows.notify_style_update()
                rows.refresh()

    def action_interrupt(self) -> None:
        """Leave as a program does on Ctrl-C."""
        self.exit(return_code=INTERRUPTED)


def _run(app: ParavizApp) -> int:
    """Run the app; its programs end with it, however it ends."""
    ready_for_children()
    try:
        app.run()
    finally:
        app.stop_sessions()
    return app.return_code or 0


def show_gallery() -> int:
    """The app on its gallery. Returns the exit code."""
    from paraviz.catalogue import scenarios

    from .screens.gallery import Gallery

    return _run(ParavizApp(lambda _: Gallery(scenarios())))


def show_run(
    runnable: Runnable,
    argv: Sequence[str],
    *,
    time_limit_s: float | None = None,
    save_to: Path | None = None,
    kernel: Kernel = "auto",
) -> int:
    """The app on a live run; the last run is saved at the end. Returns the exit code.

    Raises ParavizError, OSError when it cannot be saved.
    """
    from paraviz.session import Session

    from .screens.run import run_screen

    app = ParavizApp(
        lambda app: run_screen(app, runnable, argv),
        lambda runnable, argv: Session(runnable, argv, time_limit_s=time_limit_s, kernel=kernel),
    )
    code = _run(app)
    if save_to is not None and app.watches:
        from paraviz.formats import save
        from paraviz.recent import remember

        last = app.watches[-1].session
        while last.pump(0.1):
            pass
        save(last.snapshot(), save_to)
        remember(save_to)
    return code


def show_trace(trace: Trace, path: Path) -> int:
    """The app on a recording that was read from `path`. Returns the exit code."""
    from .screens.run import RunScreen

    return _run(ParavizApp(lambda _: RunScreen(path.name, trace=trace, path=str(path))))
