"""Answering what a run view asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input

from paraviz.tui.widgets.prompt import Prompt

if TYPE_CHECKING:
    from textual.pilot import Pilot

    from paraviz.tui.widgets.run import RunView


async def answer(pilot: Pilot[None], key: str, text: str) -> None:
    """Press a key that asks, and answer with a text: put in at once, as typing takes its time."""
    await pilot.press(key)
    prompt = pilot.app.screen.query_one(Prompt)
    assert prompt.display, f"{key} asks nothing"
    prompt.query_one(Input).value = text
    await pilot.press("enter")


async def go_to(pilot: Pilot[None], text: str) -> None:
    """Put the cursor to a time."""
    await answer(pilot, "G", text)


def complaint(view: RunView) -> str:
    """What is wrong with the last answer."""
    return str(view.query_one("#complaint").render())
