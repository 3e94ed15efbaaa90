"""From a worker that waits to whom it waits for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from paraviz.tui.widgets.run import arrows, following
from tests.app.asked import go_to
from tests.app.fakes import until
from tests.app.rows_shown import chosen, said, shown
from tests.app.test_connecting import pipe
from tests.traces import Event, lane, printers, trace
from tests.unit.test_chrome_flows import LAUNCH
from tests.unit.test_chrome_foreign import loaded

if TYPE_CHECKING:
    from pathlib import Path

US = 1_000


def queueing() -> Trace:
    """`d` waits for `right` of `c`, which waits for `left` of `b`, which waits for the end of `a`,
    which runs."""
    left = [(1 * US, ev.LOCK_ACQUIRED, 0, 0), (3 * US, ev.JOIN_BEGIN, 0, 0)]
    right = [(2 * US, ev.LOCK_ACQUIRED, 1, 0), (4 * US, ev.LOCK_WAIT, 0, 0)]
    workers: list[list[Event]] = [[], left, right, [(5 * US, ev.LOCK_WAIT, 1, 0)]]
    lanes = [lane(n, e, end_ns=90 * US) for n, e in zip("abcd", workers, strict=True)]
    return trace(lanes, [SharedObject("Lock", "left"), SharedObject("Lock", "right")], gil=False)


def crossing() -> Trace:
    """`a` and `b` have a lock each and want the other's."""
    one = [(1 * US, ev.LOCK_ACQUIRED, 0, 0), (3 * US, ev.LOCK_WAIT, 1, 0)]
    other = [(2 * US, ev.LOCK_ACQUIRED, 1, 0), (4 * US, ev.LOCK_WAIT, 0, 0)]
    lanes = [lane("a", one, end_ns=90 * US), lane("b", other, end_ns=90 * US)]
    return trace(lanes, [SharedObject("Lock", "left"), SharedObject("Lock", "right")], gil=False)


async def test_along_the_holders_until_one_runs() -> None:
    async with shown(queueing()) as (pilot, view):
        await pilot.press("down", "down", "down")
        await go_to(pilot, "10 us")
        way = [chosen(view)]
        for _ in range(4):
            await pilot.press("j")
            way.append(chosen(view))
        assert way == ["d", "c", "b", "a", "a"]
        assert view.cursor_ns == 10 * US
        assert said(pilot) == [
            "c holds what d waits for",
            "b holds what c waits for",
            "b waits for the end of a",
            "a runs, for 10 µs so far (since 0 s)",
        ]


async def test_a_deadlock_goes_round() -> None:
    async with shown(crossing()) as (pilot, view):
        await pilot.press("j", "j", "j")
        assert chosen(view) == "b"
        assert view.cursor_ns is None
        assert said(pilot) == [
            "b holds what a waits for · deadlock: a ← b ← a",
            "a holds what b waits for · deadlock: b ← a ← b",
            "b holds what a waits for · deadlock: a ← b ← a",
        ]
        assert {toast.severity for toast in pilot.app._notifications} == {"error"}


async def test_who_has_the_gil() -> None:
    async with shown(printers()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "11.2 ms")
        await pilot.press("j")
        assert chosen(view) == "thread-b"
        assert said(pilot) == ["thread-b has the GIL that thread-a waits for"]


async def test_who_ends_the_wait() -> None:
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "30 us")
        await pilot.press("j")
        assert said(pilot) == ["main ends the wait of child at 20 µs"]
        assert view.lane == 0


async def test_who_ends_it_is_worked_out_beside_the_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrows, "_AT_ONCE", 0)
    monkeypatch.setattr(arrows.Connecting, "_prepare", lambda _self, _view: None)
    monkeypatch.setattr(following, "_AT_ONCE", 0)
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "30 us")
        assert view.view is not None and not view.view.edges.are_known
        await pilot.press("j")
        await until(pilot, lambda: view.lane == 0)
        moment, told = said(pilot)
        assert moment.startswith("One moment")
        assert told == "main ends the wait of child at 20 µs"


async def test_who_chose_another_worker_meanwhile_is_left_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(arrows, "_AT_ONCE", 0)
    monkeypatch.setattr(arrows.Connecting, "_prepare", lambda _self, _view: None)
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "30 us")
        assert view.view is not None and view.cursor_ns is not None
        view._found_edges(view.view, 0, view.cursor_ns)
        view._found_edges(view.view, 1, view.cursor_ns + 1)
        assert (view.lane, said(pilot)) == (1, [])
        view._found_edges(view.view, 1, view.cursor_ns)
        await pilot.pause()
        assert (view.lane, len(said(pilot))) == (0, 1)


def waiting(cause: Event) -> Trace:
    """`a` waits for something that nobody is seen to do."""
    made = lane("a", [cause], end_ns=90 * US)
    return trace([made], [SharedObject("Event", "go"), SharedObject("task", "sleep")], gil=False)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (
            (5 * US, ev.WAIT_BEGIN, 0, 0),
            "a waits for go, for 25 µs so far (since 5 µs); who ends that is not known",
        ),
        ((5 * US, ev.SLEEP_BEGIN, -1, 0), "a sleeps, for 25 µs so far (since 5 µs)"),
        ((5 * US, ev.READ_BEGIN, -1, 0), "a waits for input, for 25 µs so far (since 5 µs)"),
        ((5 * US, ev.COROUTINE_AWAIT, 1, 0), "a awaits sleep, for 25 µs so far (since 5 µs)"),
    ],
)
async def test_who_waits_for_nobody_that_is_known(cause: Event, told: str) -> None:
    async with shown(waiting(cause)) as (pilot, view):
        await go_to(pilot, "30 us")
        await pilot.press("j")
        assert (said(pilot), view.lane) == ([told], 0)


async def test_who_does_not_live_waits_for_nobody() -> None:
    async with shown(printers()) as (pilot, _view):
        await pilot.press("down", "down")
        await go_to(pilot, "1 ms")
        await pilot.press("j")
        assert said(pilot) == ["thread-b does not live at 1 ms"]


async def test_what_is_no_worker_waits_for_nobody() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 5)
        assert chosen(view) == "◆ printer"
        await go_to(pilot, "30 us")
        await pilot.press("j")
        assert (chosen(view), said(pilot)) == ("◆ printer", [])


async def test_along_a_flow_to_where_it_began_and_back(tmp_path: Path) -> None:
    async with shown(loaded(tmp_path, LAUNCH)) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "25 us")
        await pilot.press("j")
        assert (chosen(view), view.cursor_ns) == ("thread 1", 5 * US)
        await pilot.press("j")
        assert (chosen(view), view.cursor_ns) == ("thread 2", 20 * US)
        assert said(pilot) == ["led to by thread 1 at 5 µs", "leads to thread 2 at 20 µs"]
