"""The app for a visitor in a browser, who may look and not run: `python -m paraviz.tui.visiting`.

A key that runs, steers, writes or opens something else is refused with one line. Were one
forgotten, the process itself can no longer do so: an audit hook refuses to start anything, to write
any file, and to read what is neither Python's own nor what is shown.
"""

from __future__ import annotations

import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ParavizError, UsageError
from paraviz.text.translation import _

from .app import ParavizApp
from .refusing import refuse_all_but_looking

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.dom import DOMNode
    from textual.screen import Screen

_LOOKING = """
    access back blank bookmark cancel choose clear clock close command_palette copy_json copy_text
    edge end end_or_delete event everybody figures filter filter_lanes fit fold
    fold_all follow go go_on go_to group help hide hint interrupt lane language leave let_go levels
    lock loop mark match next_bookmark no order other_run page pan pane pin play projection
    report resources reverse row scroll search show_all slides span speed step step_back switch
    texts to toggle_light tour turn view_back view_forward wait wait_length zoom_in zoom_out
    zoom_to
"""
LOOKING = frozenset(_LOOKING.split())
"""Actions of ours that only look."""
_REFUSED = """
    anew compare edit explore find flip locals next_level open parameters play_level preset prove
    redo rename rerun run save screenshot_here steer stop take toggle_lock token type undo yes
"""
REFUSED = frozenset(_REFUSED.split())
"""Actions of ours that do more; what is in neither is refused as well."""
_NOT_OF_TEXTUAL = frozenset(("suspend_process", "screenshot", "save_screenshot"))
_LOOK_EVERY_S = 1.0
_GREETING_S = 8


class VisitorApp(ParavizApp):
    """The app, that looks and does not run."""

    def on_mount(self) -> None:
        """Say what one may."""
        words = _("You are a guest here: look around; nothing runs.")
        self.call_after_refresh(self.notify, words, markup=False, timeout=_GREETING_S)

    def allows(self, namespace: DOMNode, action: str) -> bool:
        """Whether a guest may do this."""
        method = getattr(namespace, f"_action_{action}", None) or getattr(
            namespace, f"action_{action}", None
        )
        if method is None:
            return True
        if str(getattr(method, "__module__", "")).startswith("paraviz."):
            return action in LOOKING
        return action not in _NOT_OF_TEXTUAL

    async def _dispatch_action(self, namespace: DOMNode, action_name: str, params: Any) -> bool:
        if self.allows(namespace, action_name):
            return await super()._dispatch_action(namespace, action_name, params)
        words = _("For guests nothing runs, and nothing is written.")
        self.notify(words, markup=False)
        return True

    def new_watch(self, *_arguments: Any, **_options: Any) -> Any:
        """Nothing runs. Raises UsageError."""
        raise UsageError(_("programs do not run for guests"))


def main(told: str, *, trunk: bool = False) -> int:
    """Show what the server says: JSON with `kind` (recording, deck or gallery), `path`, `sidecar`,
    `language` and `runs`; once, or for each visitor. Returns the exit code."""
    from paraviz.text import language

    asked = json.loads(told)
    language.choose(asked["language"])
    try:
        make = _first(asked["kind"], asked["path"], asked.get("sidecar") or None)
    except ParavizError as error:
        print(f"paraviz: {error.message}", file=sys.stderr)
        return 2
    paths = [asked["path"]] if asked["path"] else []
    visit = partial(_visit, make, paths, runs=asked["runs"])
    if not trunk:
        return visit()
    from .trunk import be_trunk

    return be_trunk(visit)


def _visit(make: Callable[[ParavizApp], Screen[None]], paths: Sequence[str], *, runs: bool) -> int:
    from .themes import DEFAULT_THEME

    app = (ParavizApp if runs else VisitorApp)(make, theme=DEFAULT_THEME)
    _end_with_server(app)
    _focus_with_browser(app)
    if not runs:
        refuse_all_but_looking(paths)
    try:
        app.run()
    finally:
        app.stop_sessions()
    return app.return_code or 0


def _focus_with_browser(app: ParavizApp) -> None:
    """A browser says only after the first frame that keys are for the app; until then the framework
    has nothing focused, and would leave it so."""

    def look() -> None:
        screen = app.screen
        selector = app.AUTO_FOCUS if screen.AUTO_FOCUS is None else screen.AUTO_FOCUS
        if app.app_focus and screen.focused is None and selector:
            found = next((each for each in screen.query(selector) if each.focusable), None)
            screen.set_focus(found)

    app.call_later(app.watch, app, "app_focus", look)


def _end_with_server(app: ParavizApp) -> None:
    """A server that was killed can end nobody."""
    parent = os.getppid()

    def look() -> None:
        if os.getppid() != parent:
            app.exit(return_code=1)

    app.call_later(app.set_interval, _LOOK_EVERY_S, look)


def _first(kind: str, path: str, sidecar: str | None) -> Callable[[ParavizApp], Screen[None]]:
    """What makes the first screen; what it shows is read here."""
    if kind == "recording":
        from paraviz.formats import load

        from .screens.run import RunScreen

        trace = load(Path(path))
        return lambda _app: RunScreen(Path(path).name, trace=trace, path=path)
    if kind == "deck":
        from paraviz.lecture.deck import read_deck
        from paraviz.lecture.sidecar import sidecar_of

        from .screens.deck import DeckScreen

        deck = read_deck(Path(path))
        bound = sidecar_of(Path(path), Path(sidecar) if sidecar else None)
        return lambda _app: DeckScreen(deck, bound)
    from paraviz.programs.catalogue import scenarios

    from .screens.gallery import Gallery

    return lambda _app: Gallery(scenarios(), own=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[-1], trunk="--trunk" in sys.argv))
