"""The report on the screen, and what its rows say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.tui.screens.report import Report
from tests.app.fakes import until

if TYPE_CHECKING:
    from textual.pilot import Pilot

RECORDINGS = Path(__file__).parents[2] / "scenarios" / "recordings"
PHILOSOPHERS = RECORDINGS / "philosophers.pviz"


def report(pilot: Pilot[None]) -> Report:
    return pilot.app.screen.query_one(Report)


def rows(pilot: Pilot[None]) -> list[str]:
    shown = report(pilot)
    return [shown.render_line(y).text.rstrip() for y in range(shown.size.height)]


def text(pilot: Pilot[None]) -> str:
    return "\n".join(rows(pilot))


async def opened(pilot: Pilot[None]) -> Report:
    """Press i and wait until all is worked out."""
    await pilot.press("i")
    found = report(pilot)
    await until(pilot, lambda: found.figures is not None)
    rows(pilot)
    return found
