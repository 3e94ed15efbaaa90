"""The questions of a run view: which workers are shown, and what one is called."""

from __future__ import annotations

from textual.widgets import Input

from paraviz.errors import ParavizError
from paraviz.tui.widgets.prompt import Prompt
from tests.app.rows_shown import EVERYBODY, RESOURCES, chosen, names, said, sentence, shown
from tests.app.test_run_screen import head


async def test_shift_f_filters_with_enter() -> None:
    async with shown() as (pilot, view):
        await pilot.press("F")
        assert view.query_one(Prompt).display
        await pilot.press(*"WORKER", "enter")
        assert not view.query_one(Prompt).display
        assert view.has_focus
        assert names(view) == [*EVERYBODY[2:], *RESOURCES]
        assert chosen(view) == "worker-1"
        assert "F WORKER: 3 of 5 workers" in head(pilot)
        await pilot.press("F", "backspace", "escape")
        assert view.has_focus
        assert names(view) == [*EVERYBODY[2:], *RESOURCES]
        await pilot.press("F", *["backspace"] * 6, "enter")
        assert names(view) == EVERYBODY + RESOURCES
        assert chosen(view) == "main"
        await pilot.press("F", *"WORKER", "enter", "h")
        assert "F WORKER: 2 of 5 workers" in head(pilot)
        await pilot.press("H")
        assert "workers" not in head(pilot)


async def test_a_filter_that_nobody_passes_says_so() -> None:
    async with shown() as (pilot, view):
        await pilot.press("F", *"nobody", "enter")
        assert said(pilot) == ["No worker has such a name."]
        assert names(view) == RESOURCES
        await pilot.press("H")
        assert names(view) == EVERYBODY + RESOURCES


async def test_f2_renames_a_lane_and_an_empty_name_is_its_own() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "f2")
        assert view.query_one(Input).value == "logger"
        await pilot.press(*["backspace"] * 6, *" scribe ", "enter")
        assert names(view)[:2] == ["main", "scribe"]
        assert sentence(view).startswith("scribe")
        await pilot.press("o")
        assert names(view)[1] == "scribe"
        await pilot.press("f2", *["backspace"] * 6, "enter")
        assert names(view)[:2] == ["logger", "main"]


async def test_f2_asks_nothing_of_what_is_no_lane() -> None:
    async with shown() as (pilot, view):
        await pilot.press("g", "down", "down", "f2")
        assert not view.query_one(Prompt).display


async def test_an_answer_that_is_refused_can_be_mended() -> None:
    async with shown() as (pilot, view):
        answers = []

        def act(answer: str) -> None:
            if not answer.isdigit():
                raise ParavizError("That is no number.")
            answers.append(answer)

        view.ask("how many", "x", act)
        await pilot.press("enter")
        prompt = view.query_one(Prompt)
        assert prompt.display
        assert "That is no number." in str(prompt.query_one("#complaint").render())
        await pilot.press("backspace", "7", "enter")
        assert (answers, prompt.display, view.has_focus) == (["7"], False, True)
