"""The report of a run, from key to key."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from paraviz.analysis import findings as finding_rules
from paraviz.formats import load
from paraviz.text import language
from paraviz.tui.screens.report import ReportScreen
from tests.app.asked import go_to
from tests.app.fakes import until
from tests.app.reported import PHILOSOPHERS, opened, report, rows, text
from tests.app.rows_shown import chosen, shown
from tests.traces import printers, trace

if TYPE_CHECKING:
    from paraviz.trace import Trace
    from paraviz.trace.index import StateIndex


async def test_it_opens_with_findings_and_figures() -> None:
    async with shown(load(PHILOSOPHERS), (80, 60)) as (pilot, view):
        found = await opened(pilot)
        assert rows(pilot)[0] == " philosophers   the whole run"
        assert rows(pilot)[1].startswith(" 0 findings  1 time  2 parallelism ")
        assert found.found is not None
        assert f" 0 findings: {len(found.found)} ──" in text(pilot)
        assert " ▶ ✗ deadlock of 5 workers" in text(pilot)
        assert "   wall time " in text(pilot) and " 4 states ──" in text(pilot)
        assert found.top == 0
        await pilot.press("q")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ReportScreen))
        assert view.cursor_ns is None


async def test_what_could_not_be_observed_is_read_below_the_findings() -> None:
    notices = ("the probe for time.sleep is off: ValueError: no", "not shown: 1 instant")
    async with shown(replace(load(PHILOSOPHERS), notices=notices), (80, 60)) as (pilot, _):
        await opened(pilot)
        assert "   ✗ note: the probe for time.sleep is off: ValueError: no" in text(pilot)
        assert "     note: not shown: 1 instant" in text(pilot)


@pytest.mark.parametrize("key", ["q", "escape", "i"])
async def test_every_way_back(key: str) -> None:
    async with shown() as (pilot, view):
        await opened(pilot)
        await pilot.press(key)
        await until(pilot, lambda: not isinstance(pilot.app.screen, ReportScreen))
        assert view.cursor_ns is None and view.has_focus


async def test_a_finding_is_chosen_and_gone_to() -> None:
    async with shown(load(PHILOSOPHERS), (80, 40)) as (pilot, view):
        found = await opened(pilot)
        assert found.found is not None
        first, second = found.found
        (line,) = [row for row in rows(pilot) if "▶" in row]
        await pilot.press("down")
        (other,) = [row for row in rows(pilot) if "▶" in row]
        assert other != line
        await pilot.press("up")
        assert [row for row in rows(pilot) if "▶" in row] == [line]
        await pilot.press("down", "enter")
        await until(pilot, lambda: view.cursor_ns is not None)
        assert (view.lane, view.cursor_ns) == (second.lane_index, second.at_ns)
        assert view.view is not None
        assert chosen(view) == view.view.labels[second.lane_index]
        assert view.viewport is not None
        assert view.viewport.shows(second.at_ns) and view.viewport.shows(second.until_ns - 1)
        await opened(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: view.cursor_ns == first.at_ns)
        assert view.viewport.shows(first.at_ns) and view.lane == first.lane_index


async def test_where_nothing_has_a_place_enter_goes_back() -> None:
    async with shown(size=(100, 18)) as (pilot, view):
        await opened(pilot)
        assert " 0 findings ──" in text(pilot)
        assert "nothing that the recording proves" in text(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ReportScreen))
        assert view.cursor_ns is None


async def test_it_is_of_the_selected_span() -> None:
    async with shown() as (pilot, _):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "30 us")
        await pilot.press("enter")
        found = await opened(pilot)
        assert rows(pilot)[0] == " program.py   from 25 µs to 60.1 µs"
        assert found.figures is not None and found.figures.wall_ns == 35_100


async def test_it_is_of_what_lies_between_mark_and_cursor() -> None:
    async with shown() as (pilot, _):
        await go_to(pilot, "60 us")
        await pilot.press("m")
        found = await opened(pilot)
        assert rows(pilot)[0] == " program.py   the whole run"
        await pilot.press("q")
        await go_to(pilot, "20 us")
        found = await opened(pilot)
        assert rows(pilot)[0] == " program.py   from 20 µs to 60 µs"
        assert " 0 findings in the whole run ──" in text(pilot)
        assert found.figures is not None and found.figures.wall_ns == 40_000


def unmarked(rows: list[str]) -> list[str]:
    return [row.replace("▶", " ") for row in rows]


async def test_pages() -> None:
    async with shown(load(PHILOSOPHERS), (80, 20)) as (pilot, _):
        found = await opened(pilot)
        above = found.size.height - found.body
        head, first = rows(pilot)[:above], unmarked(rows(pilot)[above:])
        await pilot.press("pagedown")
        assert found.top == found.body - 2
        second = rows(pilot)
        assert second[:above] == head
        # What stood at the bottom stands at the top now.
        assert unmarked(second[above : above + 2]) == first[-2:]
        await pilot.press("pageup")
        assert unmarked(rows(pilot)[above:]) == first
        await pilot.press(*["space"] * 12)
        last = found.top
        await pilot.press("pagedown", "down")
        assert found.top == last
        assert rows(pilot)[-1]
        await pilot.press("pageup", "up", "up")
        assert found.top == last - (found.body - 2) - 2


async def test_the_arrows_choose_first_and_then_scroll() -> None:
    async with shown(load(PHILOSOPHERS), (60, 14)) as (pilot, _):
        found = await opened(pilot)
        await pilot.press("down")
        assert found.chosen == 1
        assert any("▶" in row for row in rows(pilot))
        top = found.top
        await pilot.press("down")
        assert (found.chosen, found.top) == (1, top + 1)


async def test_keys_before_anything_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    plain = finding_rules.findings

    def slow(
        trace: Trace, index: StateIndex, is_cancelled: object = None, **_others: object
    ) -> object:
        assert is_cancelled is None or go_on.wait(10)
        return plain(trace, index)

    monkeypatch.setattr(finding_rules, "findings", slow)
    async with shown(load(PHILOSOPHERS), (80, 40)) as (pilot, view):
        await pilot.press("i")
        assert "one moment …" in text(pilot) and "working out the figures …" in text(pilot)
        await pilot.press("down", "up", "pagedown", "pageup")
        found = report(pilot)
        assert (found.chosen, found.top) == (0, 0)
        assert view.view is not None
        found.found = finding_rules.findings(view.view.trace, view.view.index)
        found.action_choose(1)
        assert found.chosen == 1
        go_on.set()
        await pilot.press("q")
        assert view.cursor_ns is None


async def test_who_leaves_before_it_is_worked_out_leaves_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, over = threading.Event(), threading.Event()
    asked: list[bool] = []

    def endless(
        _trace: object, _index: object, is_cancelled: object, **_others: object
    ) -> tuple[()]:
        begun.set()
        assert callable(is_cancelled)
        while not is_cancelled():
            over.wait(0.002)
        asked.append(True)
        return ()

    monkeypatch.setattr(finding_rules, "findings", endless)
    async with shown() as (pilot, _):
        await pilot.press("i")
        await until(pilot, begun.is_set)
        await pilot.press("q")
        await until(pilot, lambda: bool(asked))
        await until(pilot, lambda: not [each for each in pilot.app.workers if each.is_running])
        assert not isinstance(pilot.app.screen, ReportScreen)


async def test_nothing_of_an_empty_run() -> None:
    async with shown(trace([])) as (pilot, _):
        await pilot.press("i")
        assert not isinstance(pilot.app.screen, ReportScreen)


async def test_another_width_breaks_it_elsewhere() -> None:
    async with shown(load(PHILOSOPHERS), (120, 20)) as (pilot, _):
        found = await opened(pilot)
        for size in ((60, 20), (200, 40), (80, 20)):
            found.action_page(100)
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert rows(pilot)[0].startswith(" philosophers")
            assert found.top <= found.most()
            assert max(map(len, rows(pilot))) <= size[0]


async def test_it_changes_with_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", None)
    async with shown(printers(), (100, 40)) as (pilot, _):
        await opened(pilot)
        english = text(pilot)
        await pilot.press("D")
        await pilot.pause()
        assert text(pilot) != english
