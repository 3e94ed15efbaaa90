"""What stands over the run screen, and what moving does to it, as the terminal gets it.

`pytest --snapshot-update` draws these anew; the pictures for people are in `screenshots/`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from paraviz.formats import load
from paraviz.tui.app import ParavizApp
from paraviz.tui.screens.run import RunScreen

DATA = Path(__file__).parents[1] / "data"


def app(name: str) -> ParavizApp:
    return ParavizApp(lambda _: RunScreen(name, trace=load(DATA / f"{name}.pviz")))


@pytest.mark.parametrize(
    ("name", "keys", "size"),
    [
        ("printers", ["question_mark"], (100, 40)),
        ("printers_locked", ["plus", "plus", "n", "n", "enter"], (120, 36)),
        ("philosophers", ["down", "down", "n", "n", "n", "n"], (80, 24)),
    ],
    ids=["help", "zoomed", "stepped"],
)
def test_screen(
    snap_compare: Callable[..., bool], name: str, keys: list[str], size: tuple[int, int]
) -> None:
    assert snap_compare(app(name), press=keys, terminal_size=size)
