"""The gallery, as it greets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.tui.picture import screen_svg
from paraviz.tui.screens.gallery import Gallery

from paraviz.program import Parameter, Runnable

if TYPE_CHECKING:
    from textual.pilot import Pilot

SOURCE = """from threading import Lock, Thread

lock = Lock()


def print_multiple(text, n):
    for i in range(n):
        print(text, end="")


def print_multiple_locked(text, n):
    with lock:
        print_multiple(text, n)
"""
PROGRAM = Runnable(
    name="printers",
    path="printers.py",
    title="Two printers",
    text="Two threads print their letter again and again. Without the lock their letters "
    "interleave; with the lock the first one finishes before the second one may start.",
    source=SOURCE,
    parameters=(Parameter("locked", "bool", False), Parameter("n", "int", 20)),
)


def make() -> str:
    """The picture, once the source has its colours."""

    async def coloured(pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        while isinstance(screen, Gallery) and not screen.is_highlighted:
            await pilot.pause(0.01)

    return screen_svg(lambda _: Gallery([PROGRAM]), coloured, size=(100, 30))
