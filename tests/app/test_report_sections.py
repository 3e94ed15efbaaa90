"""The sections of the report: a key, the palette and the footer lead to each, enter from there."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input, OptionList

from paraviz.analysis import figures as figure_rules
from paraviz.formats import load
from paraviz.tui.render.places import lock_places, path_places, task_place
from paraviz.tui.render.sections import SECTIONS, section_of
from paraviz.tui.screens.report import ReportScreen
from paraviz.tui.widgets.bars import KeyLine
from paraviz.tui.widgets.run.reporting import FIGURES
from tests.app.fakes import until
from tests.app.reported import PHILOSOPHERS, RECORDINGS, opened, report, rows, text
from tests.app.rows_shown import shown


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (100, 30), (200, 60)])
async def test_one_key_leads_to_each_section(size: tuple[int, int]) -> None:
    async with shown(load(PHILOSOPHERS), size) as (pilot, _):
        found = await opened(pilot)
        await pilot.press("pagedown")
        for number in (9, 3, 0, 8, 1, 6, 4, 2, 7, 5):
            await pilot.press(str(number))
            above = found.size.height - found.body
            seen = rows(pilot)[above:]
            (at,) = [y for y, row in enumerate(seen) if row.startswith(f" {number} ")]
            assert seen[at].startswith(f" {number} {SECTIONS[number].title}")
            assert at == (number == 0) or found.top == found.most()
            assert found.section == number
            inked = found.row(above + at)
            assert number == 0 or {ink.fore for _text, ink in inked} == {"cursor"}
            named = [
                words for row in found._head()[1:] for words, ink in row if ink.fore == "cursor"
            ]
            assert "".join(named).strip().split(maxsplit=1) == [str(number), SECTIONS[number].title]


async def test_scrolling_tells_which_section_is_reached() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, _):
        found = await opened(pilot)
        reached = []
        for _row in range(found.most()):
            found.scroll_to_row(found.top + 1)
            reached.append(found.section)
        assert reached == sorted(reached) and set(reached) >= {0, 1, 2, 3, 4, 5, 6}


async def test_a_key_may_come_before_the_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    plain = figure_rules.figures

    def slow(*given: object, **named: object) -> object:
        assert go_on.wait(10)
        return plain(*given, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(figure_rules, "figures", slow)
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, _):
        await pilot.press("i")
        found = report(pilot)
        await pilot.press("4")
        assert found.figures is None and found.top == 0
        go_on.set()
        await until(pilot, lambda: found.figures is not None)
        assert rows(pilot)[found.size.height - found.body].startswith(" 4 states ──")


async def test_findings_that_come_later_move_nothing_that_is_read() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, _):
        found = await opened(pilot)
        late = found.found
        found.found = ()
        await pilot.press("6", "down")
        seen = rows(pilot)
        assert any("▶" in row for row in seen)
        found.found = late
        assert rows(pilot) == seen
        await pilot.press("up")
        assert rows(pilot) != seen


@pytest.mark.parametrize("figure", range(len(FIGURES)))
async def test_the_palette_leads_to_each_figure(figure: int) -> None:
    from textual.command import CommandPalette

    command = FIGURES[figure]
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, _):
        await pilot.press("ctrl+p")
        await until(pilot, lambda: isinstance(pilot.app.screen, CommandPalette))
        pilot.app.screen.query_one("CommandInput", Input).value = command.name
        options = pilot.app.screen.query_one("CommandList", OptionList)
        await until(pilot, lambda: options.option_count > 0)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(pilot.app.screen, ReportScreen))
        found = report(pilot)
        await until(pilot, lambda: found.figures is not None)
        opened_by, key = command.shown.split()
        assert opened_by == "i" and found.section == int(key)
        assert f"\n {key} {SECTIONS[int(key)].title} ──" in text(pilot)


async def test_every_figure_has_one_section_and_a_name_in_the_palette() -> None:
    async with shown() as (pilot, _):
        found = await opened(pilot)
        assert found.figures is not None
        names = [figure.name for figure in figure_rules.explained(found.figures)]
        assert sorted(names) == sorted(name for each in SECTIONS for name in each.figures)
        told = {figure.name: figure.title for figure in figure_rules.explained(found.figures)}
        assert {
            (f"report({name!r})", f"i {section_of(name)}", f"Figures: {told[name]}")
            for name in names
        } == {(command.action, command.shown, command.name) for command in FIGURES}


def test_no_name_of_a_figure_is_the_findings() -> None:
    assert section_of("") == 0


async def test_a_part_of_the_critical_path_is_gone_to() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, view):
        found = await opened(pilot)
        assert found.figures is not None
        place = path_places(found.figures)[2]
        assert place is not None
        await pilot.press("6", "down", "down", "enter")
        await until(pilot, lambda: view.cursor_ns is not None)
        assert (view.lane, view.cursor_ns) == (place.lane_index, place.at_ns)


async def test_the_longest_wait_for_a_lock_is_gone_to() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, view):
        found = await opened(pilot)
        assert found.figures is not None and view.view is not None
        _first, place = lock_places(view.view, found.figures, 2)
        assert place is not None
        loss = found.figures.locks[1]
        assert place.until_ns - place.at_ns == loss.longest_wait_ns
        await pilot.press("7", "down", "enter")
        await until(pilot, lambda: view.cursor_ns is not None)
        assert (view.lane, view.cursor_ns) == (place.lane_index, place.at_ns)


async def test_the_longest_task_is_gone_to() -> None:
    async with shown(load(RECORDINGS / "image_pool.pviz"), (80, 24)) as (pilot, view):
        found = await opened(pilot)
        assert found.figures is not None
        place = task_place(found.figures)
        assert place is not None
        await pilot.press("8", "enter")
        await until(pilot, lambda: view.cursor_ns is not None)
        assert (view.lane, view.cursor_ns) == (place.lane_index, place.at_ns)


async def test_where_a_section_has_no_place_enter_goes_to_none_that_is_hidden() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, view):
        await opened(pilot)
        await pilot.press("3")
        assert "▶" not in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ReportScreen))
        assert view.cursor_ns is None


async def test_the_keys_stand_in_the_footer() -> None:
    async with shown(load(PHILOSOPHERS), (80, 24)) as (pilot, _):
        await opened(pilot)
        line = pilot.app.screen.query_one(KeyLine)
        await until(pilot, lambda: " 0–9 section" in line.render_line(0).text)
