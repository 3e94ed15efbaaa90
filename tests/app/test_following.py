"""From a worker that waits to whom it waits for."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.trace import SharedObject, Trace
from tests.app.asked import go_to
from tests.app.rows_shown import chosen, said, shown
from tests.app.test_connecting import pipe
from tests.traces import Event, lane, printers, trace
from tui.widgets.run import connecting

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
            "a runs",
        ]


async def test_a_deadlock_goes_round() -> None:
    async with shown(crossing()) as (pilot, view):
        await pilot.press("j", "j", "j")
        assert chosen(view) == "b"
        assert view.cursor_ns is None


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
        assert said(pilot) == ["main ends the wait of child"]
        assert view.lane == 0


async def test_what_is_not_worked_out_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "_AT_ONCE", 0)
    monkeypatch.setattr(connecting.Connecting, "_prepare", lambda _self, _view: None)
    async with shown(pipe()) as (pilot, view):
        await pilot.press("down")
        await go_to(pilot, "30 us")
        await pilot.press("j")
        assert said(pilot) == ["child waits for nobody that is known"]
        assert view.lane == 1


async def test_what_is_no_worker_waits_for_nobody() -> None:
    async with shown() as (pilot, view):
        await pilot.press(*["down"] * 5)
        assert chosen(view) == "◆ printer"
        await go_to(pilot, "30 us")
        await pilot.press("j")
        assert (chosen(view), said(pilot)) == ("◆ printer", [])
