"""How many whole-program schedules a second, with fresh executions in one process and forked; how
soon two printers of three letters are tried to the end."""

from __future__ import annotations

import time
from pathlib import Path

from paraviz.programs import catalogue
from paraviz.schedule.asking import explore


def measure() -> dict[str, object]:
    """Schedules a second, and seconds from the start of paraviz's host to its last word."""
    race = catalogue.find("counter_race")
    report: dict[str, object] = {}
    for executor in ("here", "forks"):
        found = explore(race, ("--n", "4"), search="all", time_limit_s=8.0, executor=executor)
        took = float(found.notes["main_s"])
        report[f"{executor}_schedules_per_s"] = round(found.schedules / took)
    path = Path(__file__).parent / "programs" / "three_letters.py"
    began = time.perf_counter()
    found = explore(catalogue.find(str(path)), ())
    report["two_printers_s"] = round(time.perf_counter() - began, 2)
    report["two_printers_outcomes"] = len(found.outcomes)
    return report
