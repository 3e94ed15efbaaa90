"""Starting the app: on its gallery, a live run, a recording or two; what it ran ends with it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from .app import ParavizApp
from .choices import Choices, Look
from .compat import set_pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.screen import Screen

    from paraviz.lecture.deck import Deck
    from paraviz.lecture.sidecar import Sidecar
    from paraviz.levels.level import Level
    from paraviz.programs.parameters import Runnable
    from paraviz.session import Kernel
    from paraviz.session.care import Care
    from paraviz.trace import Trace

    from .live import LiveSession, SessionFactory

_AS_CHOSEN = Look()


def _run(
    first: Callable[[ParavizApp], Screen[None]],
    look: Look,
    make_session: SessionFactory | None = None,
    *,
    tour: bool = True,
    keeps_runs: bool = True,
) -> tuple[int, ParavizApp]:
    """Run the app, and its exit code; its programs end with it, however it ends. Without `tour` the
    first steps are not shown now, but the next time. Without `keeps_runs` its runs are not kept:
    something else does."""
    choices = Choices(look)
    choices.keeps_runs &= keeps_runs
    choices.toured |= not tour
    app = ParavizApp(
        first, make_session, choices.theme, projection=choices.projection, choices=choices
    )
    set_pace()
    try:
        app.run()
    finally:
        app.stop_sessions()
    return app.return_code or 0, app


def show_gallery(look: Look = _AS_CHOSEN, *, python: str = "") -> int:
    """The app on its gallery, from which `python` runs what is chosen. Returns the exit code."""
    from paraviz.programs.catalogue import scenarios

    from .screens.gallery import Gallery

    make_session, forget = _sessions(None, python=python, typed=True)
    code, _app = _run(lambda _: Gallery(scenarios()), look, make_session)
    forget()
    return code


def show_run(
    runnable: Runnable,
    argv: Sequence[str],
    *,
    time_limit_s: float | None = None,
    save_to: Path | None = None,
    kernel: Kernel = "auto",
    python: str = "",
    follow: bool = False,
    options: Sequence[str] = (),
    care: Care | None = None,
    look: Look = _AS_CHOSEN,
) -> int:
    """The app on a live run; the last run is saved at the end. Returns the exit code.

    Raises ParavizError, OSError when it cannot be saved.
    """
    from .screens.run import run_screen

    make_session, forget = _sessions(
        care,
        time_limit_s=time_limit_s,
        kernel=kernel,
        python=python,
        follow=follow,
        typed=True,
        options=options,
    )
    code, app = _run(
        lambda app: run_screen(app, runnable, argv),
        look,
        make_session,
        keeps_runs=save_to is None,
    )
    if save_to is not None and app.watches:
        from paraviz.formats import save
        from paraviz.user.recent_files import remember

        last = app.watches[-1].session
        while last.pump(0.1):
            pass
        save(last.snapshot(), save_to)
        remember(save_to)
    forget()
    return code


def _sessions(
    care: Care | None, **settings: Any
) -> tuple[Callable[[Runnable, Sequence[str]], LiveSession], Callable[[], None]]:
    """What makes sessions, each of which keeps on disk what arrives, should the app be lost; and
    what takes that away once all went well."""
    from msgspec.structs import replace

    from paraviz.session import Session
    from paraviz.session.care import USUAL
    from paraviz.session.spill import spill_in_state

    made: list[Session] = []

    def make(runnable: Runnable, argv: Sequence[str]) -> LiveSession:
        own = replace(care or USUAL, spill=spill_in_state())
        made.append(Session(runnable, argv, care=own, **settings))
        return made[-1]

    def forget() -> None:
        for session in made:
            session.close_spill(keep=False)

    return make, forget


def show_trace(trace: Trace, path: Path, look: Look = _AS_CHOSEN) -> int:
    """The app on a recording that was read from `path`. Returns the exit code."""
    from .screens.run import RunScreen

    return _run(lambda _: RunScreen(path.name, trace=trace, path=str(path)), look)[0]


def show_comparison(a: Trace, b: Trace, look: Look = _AS_CHOSEN) -> int:
    """The app on two recordings, one above the other. Returns the exit code."""
    from .render.view import TraceView
    from .screens.compare import CompareScreen

    views = TraceView.at_first(a), TraceView.at_first(b)
    return _run(lambda _: CompareScreen(*views), look, tour=False)[0]


def show_steering(
    runnable: Runnable, argv: Sequence[str], *, python: str = "", schedule: str = ""
) -> int:
    """The app on a program that is steered. Returns the exit code."""
    from .screens.steer import SteerScreen

    def first(_app: ParavizApp) -> SteerScreen:
        return SteerScreen(runnable, argv, python=python, schedule=schedule)

    return _run(first, _AS_CHOSEN, tour=False)[0]


def show_levels(levels: list[Level], *, python: str = "") -> int:
    """The app on levels to play. Returns the exit code."""
    from .screens.levels import LevelsScreen

    return _run(lambda _: LevelsScreen(levels, python=python), _AS_CHOSEN, tour=False)[0]


def show_deck(deck: Deck, sidecar: Sidecar, *, python: str = "") -> int:
    """The app on a lecture, whose code `python` runs. Returns the exit code."""
    from .screens.deck import DeckScreen

    make_session, forget = _sessions(None, python=python, typed=False)
    path = Path(deck.path)

    def first(_app: ParavizApp) -> DeckScreen:
        return DeckScreen(deck, sidecar, path=path)

    code, _app = _run(first, _AS_CHOSEN, make_session, tour=False)
    forget()
    return code


def show_speaker(deck: Deck, sidecar: Sidecar) -> int:
    """The speaker's screen of a lecture that is presented elsewhere. Returns the exit code."""
    from .screens.speaker import SpeakerScreen

    path = Path(deck.path)
    return _run(lambda _: SpeakerScreen(deck, sidecar, path), _AS_CHOSEN, tour=False)[0]
