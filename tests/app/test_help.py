"""Help: every key of the focused part under its subject, every state, and all of it in reach."""

from __future__ import annotations

import pytest
from textual.containers import VerticalScroll
from textual.widgets import Static

from paraviz.trace import State
from paraviz.tui.app import ParavizApp
from paraviz.tui.commands import reachable
from paraviz.tui.screens.compare import CompareScreen
from paraviz.tui.screens.everybody import EverybodyScreen
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.help import OWN_GLYPHS, STATES, HelpScreen, by_subject
from paraviz.tui.screens.parameters import ParameterScreen
from paraviz.tui.screens.report import ReportScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.screens.steer import SteerScreen
from paraviz.tui.widgets.run import RunView
from tests.app.fakes import until
from tests.traces import printers


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_every_key_is_listed_under_a_subject_and_can_be_scrolled_to(
    size: tuple[int, int],
) -> None:
    app = ParavizApp(lambda _: RunScreen("printers", trace=printers()))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        reached = [command for _, command in reachable(app.screen)]
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        lines = [
            line for each in app.screen.query(Static) for line in str(each.render()).splitlines()
        ]
        text = f" {' '.join(' '.join(lines).split())} "
        for command in reached:
            assert f" {command.shown} {command.help} " in text, command.name
        assert max(map(len, lines)) <= min(84, size[0] * 94 // 100) - 8, (
            "what is longer wraps below its beginning"
        )
        for title in ("Move", "Search", "Play", "Arrange the rows", "Keep", "Everywhere"):
            assert title in lines
        scroll = app.screen.query_one(VerticalScroll)
        assert scroll.max_scroll_y > 0 and scroll.has_focus
        await pilot.press("end")
        await until(pilot, lambda: scroll.scroll_y == scroll.max_scroll_y)


async def test_it_wraps_anew_when_the_terminal_changes() -> None:
    app = ParavizApp(lambda _: RunScreen("printers", trace=printers()))
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await until(pilot, lambda: longest(app) > 60)
        await pilot.resize_terminal(60, 24)
        await until(pilot, lambda: longest(app) <= 60 * 94 // 100 - 8)
        await pilot.resize_terminal(120, 36)
        await until(pilot, lambda: longest(app) > 60)


def longest(app: ParavizApp) -> int:
    """The cells of the longest line."""
    return max(len(line) for line in said(app).splitlines())


def said(app: ParavizApp) -> str:
    return "\n".join(str(each.render()) for each in app.screen.query(Static))


@pytest.mark.parametrize(
    ("keys", "expected", "unexpected"),
    [
        ((), ("What a worker does", "What is drawn on a timeline"), ("a fault of the program",)),
        (("i",), ("What a worker does", "a fault of the program"), ("drawn on a timeline",)),
        (("s",), ("Leave everything as it is",), ("What a worker does", "Everywhere")),
    ],
)
async def test_it_tells_of_what_it_stands_over(
    keys: tuple[str, ...], expected: tuple[str, ...], unexpected: tuple[str, ...]
) -> None:
    app = ParavizApp(lambda _: RunScreen("printers", trace=printers()))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query_one(RunView).view is not None)
        for key in keys:
            await pilot.press(key)
            await until(pilot, lambda: not isinstance(app.screen, RunScreen))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        await pilot.pause()
        assert [each for each in expected if each not in said(app)] == []
        assert [each for each in unexpected if each in said(app)] == []


def test_glyphs_are_told_of_screens_that_there_are() -> None:
    screens = (
        *(Gallery, CompareScreen, EverybodyScreen, ReportScreen, ParameterScreen),
        SteerScreen,
    )
    assert set(OWN_GLYPHS) == {each.__name__ for each in screens}


def test_a_command_of_the_run_has_a_subject_and_stands_once() -> None:
    listed = [each for title, commands in by_subject(RunView.commands) for each in commands]
    assert sorted(each.action for each in listed) == sorted(e.action for e in RunView.commands)
    assert "Here" not in [title for title, _ in by_subject(RunView.commands)]


def test_every_state_is_explained() -> None:
    assert {state for state, _ in STATES} == set(State) - {State.NOT_ALIVE}
