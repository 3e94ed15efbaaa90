"""Every key that arranges the rows of a run."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.tui.render.tracks import Track
from paraviz.tui.widgets.run.arranging import ARRANGING
from tests.app.rows_shown import (
    CPUS,
    EVERYBODY,
    RESOURCES,
    chosen,
    drawn,
    names,
    said,
    sentence,
    shown,
)
from tests.render.arranged import workshop
from tests.traces import lane, trace

TESTED = set("xXgohHkFu") | {"f2"}
"""`F` and `f2` ask: they are tried in `test_asking`."""


def test_every_key_is_tried_here() -> None:
    assert {command.keys for command in ARRANGING} == TESTED


async def test_by_themselves_few_lanes_stand_alone() -> None:
    async with shown() as (_, view):
        assert names(view) == EVERYBODY + RESOURCES
        assert chosen(view) == "main"


async def test_g_groups_by_name_by_process_and_not() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down", "g")
        assert names(view) == ["main", "logger", "▾ worker ×3", *EVERYBODY[2:], *RESOURCES]
        assert chosen(view) == "worker-2"
        assert said(pilot)[-1] == "grouped by name"
        await pilot.press("g")
        assert names(view)[:5] == ["▾ main ×2", "main", "logger", "▾ worker-1 ×3", "worker-1"]
        assert chosen(view) == "worker-2"
        await pilot.press("g")
        assert names(view) == EVERYBODY + RESOURCES
        assert chosen(view) == "worker-2"
        assert said(pilot)[-1] == "not grouped"


async def test_x_folds_the_group_of_a_lane_and_unfolds_it() -> None:
    async with shown() as (pilot, view):
        await pilot.press("g", "down", "down", "down", "down", "x")
        assert names(view) == ["main", "logger", "▸ worker ×3", *RESOURCES]
        assert chosen(view) == "▸ worker ×3"
        assert sentence(view).startswith("worker ×3: on average")
        await pilot.press("x")
        assert names(view)[2:6] == ["▾ worker ×3", *EVERYBODY[2:]]
        assert chosen(view) == "worker-2"


async def test_x_unfolds_the_calls_of_a_lane_and_folds_them() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "x")
        assert names(view)[2:6] == ["worker-1", "  └", "    └", "worker-2"]
        assert chosen(view) == "worker-1"
        await pilot.press("down", "down")
        assert view.selected == Track("spans", 2, 1)
        await pilot.press("x")
        assert names(view) == EVERYBODY + RESOURCES
        assert chosen(view) == "worker-1"


async def test_x_says_where_there_is_nothing_to_unfold() -> None:
    async with shown() as (pilot, view):
        await pilot.press("x")
        assert said(pilot) == ["There is nothing in it to unfold."]
        assert names(view) == EVERYBODY + RESOURCES


async def test_shift_x_folds_all_groups_and_the_choice_goes_along() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "x", "down", "g", "g")
        assert view.selected == Track("spans", 2, 0)
        await pilot.press("X")
        assert names(view) == ["▸ main ×2", "▸ worker-1 ×3", *RESOURCES]
        assert chosen(view) == "▸ worker-1 ×3"
        await pilot.press("X")
        assert names(view)[:3] == ["▾ main ×2", "main", "logger"]


async def test_shift_x_folds_those_that_are_open_first() -> None:
    async with shown() as (pilot, view):
        await pilot.press("g", "g", "x", "X")
        assert names(view)[:2] == ["▸ main ×2", "▸ worker-1 ×3"]


async def test_shift_x_without_groups_unfolds_the_calls_of_all() -> None:
    async with shown() as (pilot, view):
        await pilot.press("X")
        assert names(view)[2:6] == ["worker-1", "  └", "    └", "worker-2"]
        await pilot.press("X")
        assert names(view) == EVERYBODY + RESOURCES


async def test_o_orders_by_name_by_running_by_waiting_and_by_begin() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "o")
        assert names(view)[:5] == ["logger", "main", "worker-1", "worker-2", "worker-3"]
        assert chosen(view) == "logger"
        await pilot.press("o")
        assert names(view)[:5] == ["main", "worker-1", "worker-3", "worker-2", "logger"]
        await pilot.press("o")
        assert names(view)[0] == "worker-2"
        assert said(pilot)[-1] == "who waited most comes first"
        await pilot.press("o")
        assert names(view)[:5] == EVERYBODY
        assert chosen(view) == "logger"


async def test_h_hides_a_lane_and_shift_h_shows_all() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "h")
        assert names(view)[:4] == ["main", "worker-1", "worker-2", "worker-3"]
        assert chosen(view) == "worker-1"
        await pilot.press("down", "down", "h")
        assert names(view)[:3] == ["main", "worker-1", "worker-2"]
        assert chosen(view) == "◆ printer"
        await pilot.press("H")
        assert names(view) == EVERYBODY + RESOURCES


async def test_h_hides_a_group() -> None:
    async with shown() as (pilot, view):
        await pilot.press("g", "down", "down", "h")
        assert names(view) == ["main", "logger", *RESOURCES]
        assert chosen(view) == "◆ printer"


async def test_h_hides_what_is_pinned() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "k", "h")
        assert names(view)[:4] == ["main", "worker-1", "worker-2", "worker-3"]


async def test_nothing_at_all_can_be_shown() -> None:
    async with shown() as (pilot, view):
        await pilot.press("u", "u", *["h"] * 6)
        assert "No worker to show · H shows all" in drawn(view)
        await pilot.press("h", "x", "X", "X", "k", "f2", "g", "o", "down", "n", "u", "u", "H")
        assert names(view)[0] == "logger"


async def test_all_can_be_hidden_and_it_is_said_how_they_come_back() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["h"] * 5)
        assert "No worker to show · H shows all" in drawn(view)
        assert names(view) == RESOURCES
        assert chosen(view) == "◆ printer"
        await pilot.press("h", "x", "k", "f2", "n", "enter", "up", "down", "u", "down", "n", "H")
        assert names(view) == [*EVERYBODY, *RESOURCES, *CPUS]


async def test_k_pins_a_lane_and_lets_it_go() -> None:
    async with shown() as (pilot, view):
        await pilot.press("down", "down", "down", "k")
        assert names(view)[:5] == ["worker-2", "main", "logger", "worker-1", "worker-3"]
        assert chosen(view) == "worker-2"
        await pilot.press("k")
        assert names(view)[:5] == EVERYBODY
        assert chosen(view) == "worker-2"


async def test_k_pins_a_whole_group() -> None:
    async with shown() as (pilot, view):
        await pilot.press("g", "down", "down", "k")
        assert names(view)[:5] == ["worker-1", "worker-2", "worker-3", "main", "logger"]


async def test_u_shows_cpus_as_well_then_none_then_locks_and_counters() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 5)
        assert chosen(view) == "◆ printer"
        await pilot.press("u")
        assert names(view) == [*EVERYBODY, *RESOURCES, *CPUS]
        assert chosen(view) == "◆ printer"
        await pilot.press("u")
        assert names(view) == EVERYBODY
        assert chosen(view) in EVERYBODY
        await pilot.press("u")
        assert names(view) == EVERYBODY + RESOURCES
        assert chosen(view) == "◆ printer"


async def test_u_without_cpus_turns_the_others_off_and_on() -> None:
    async with shown(replace(workshop(), cpus=())) as (pilot, view):
        await pilot.press("u")
        assert names(view) == EVERYBODY
        await pilot.press("u")
        assert names(view) == EVERYBODY + RESOURCES


@pytest.mark.parametrize(("workers", "folded"), [(61, False), (62, True)])
async def test_from_64_lanes_on_they_fold_by_themselves(workers: int, folded: bool) -> None:
    async with shown(workshop(workers)) as (pilot, view):
        if not folded:
            assert names(view)[:4] == EVERYBODY[:4]
            return
        assert names(view) == ["main", "logger", "▸ worker ×62", *RESOURCES]
        await pilot.press("down", "down", "x", "down")
        assert names(view)[2:5] == ["▾ worker ×62", "worker-1", "worker-2"]
        assert chosen(view) == "worker-1"


async def test_a_choice_is_always_in_sight() -> None:
    async with shown(workshop(9), (80, 20)) as (pilot, view):
        await pilot.press("X")
        assert view.tracks is not None
        for key, tracks in (("down", view.tracks.all), ("up", view.tracks.all[::-1])):
            for track in tracks:
                assert view.selected == track
                chosen(view)
                await pilot.press(key)


async def test_every_key_on_a_trace_without_anything() -> None:
    async with shown(trace([])) as (pilot, view):
        for command in ARRANGING:
            await pilot.press(command.keys.split(",")[0], "escape")
        assert names(view) == []


async def test_what_hangs_below_a_task_is_left_alone() -> None:
    thread = lane("main", [], end_ns=9_000, kind="process", tid=1)
    task = lane("Task-1", [(5, ev.SPAN_BEGIN, -1, 0)], start_ns=2, end_ns=9_000, kind="task", tid=1)
    async with shown(trace([thread, task], gil=False)) as (pilot, view):
        await pilot.press("down", "x")
        assert names(view) == ["main", "└ Task-1", "  └"]
