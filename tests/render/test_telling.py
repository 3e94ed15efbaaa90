"""The report's rows: how wide they are, and what they add up to."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from paraviz import events as ev
from paraviz import language
from paraviz.formats import load
from paraviz.trace import State, Trace
from paraviz.trace.figures import Figures, figures
from paraviz.trace.findings import Finding, findings
from paraviz.words import phrase
from tests.render.arranged import workshop
from tests.traces import MS, Event, lane, printers, trace
from tui.render.inks import Row, row_text
from tui.render.telling import (
    finding_rows,
    heading,
    length_rows,
    parallelism_rows,
    path_rows,
    range_title,
    share_rows,
    told_rows,
)
from tui.render.view import TraceView

RECORDINGS = Path(__file__).parents[2] / "scenarios" / "recordings"
WIDTHS = range(60, 201)


@cache
def recorded(name: str) -> TraceView:
    return TraceView.of(load(RECORDINGS / f"{name}.pviz"))


def told(view: TraceView) -> Figures:
    result = figures(view.trace, view.index, view.trace.start_ns, view.trace.end_ns)
    assert result is not None
    return result


def of(shown: Trace) -> tuple[TraceView, Figures]:
    view = TraceView.of(shown)
    return view, told(view)


def tasks(*lengths: int) -> Trace:
    """A worker with tasks of so many ns."""
    rows: list[Event] = []
    at = 0
    for length in lengths:
        rows += [(at, ev.TASK_BEGIN, -1, 0), (at + length, ev.TASK_END, -1, 0)]
        at += length + 10
    return trace([lane("w", rows, end_ns=at + 10)], gil=False)


def renamed(shown: Trace, name: str) -> Trace:
    return replace(shown, lanes=tuple(replace(each, name=name) for each in shown.lanes))


def texts(rows: list[Row]) -> list[str]:
    return [row_text(row).rstrip() for row in rows]


NAMES = ["philosophers", "prime_threads", "prime_executor", "image_pool", "hello"]


@pytest.mark.parametrize("words", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_wider_than_the_screen(
    name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_chosen", words)
    view = recorded(name)
    numbers, found = told(view), findings(view.trace, view.index)
    for columns in (*range(60, 82), *range(82, 201, 17), 200):
        rows = told_rows(view, numbers, columns)
        for finding in found:
            rows += finding_rows(finding, columns, chosen=True)
        assert max(cell_len(row_text(row)) for row in rows) <= columns


@pytest.mark.parametrize(
    "name", ["a name that is long enough for two rows of text " * 3, "日本" * 40]
)
def test_long_and_wide_names_do_not_widen_a_row(name: str) -> None:
    view, numbers = of(renamed(workshop(), name))
    for columns in WIDTHS:
        rows = [*share_rows(view, numbers, columns), *path_rows(view, numbers, columns)]
        assert max(cell_len(row_text(row)) for row in rows) <= columns


def finding(words: str) -> Finding:
    return Finding("deadlock", "fault", phrase(words), 5 * MS, 9 * MS, 0)


def test_a_finding_is_wrapped_beside_its_place() -> None:
    rows = finding_rows(finding("one two three four five six seven"), 40, chosen=True)
    assert texts(rows) == [
        " ▶ ✗ one two three four five   at 5 ms",
        "     six seven",
    ]
    assert {ink.back for row in rows for _, ink in row} == {"panel"}
    (first, *_) = finding_rows(finding("one"), 40, chosen=False)
    assert row_text(first).startswith("   ✗ one ")
    assert {ink.back for _, ink in first} == {""}


def test_what_a_program_named_moves_no_cursor() -> None:
    (row,) = finding_rows(finding("lock \x1b[2J日 is lost"), 80, chosen=False)
    assert "lock ·[2J· is lost" in row_text(row)


def test_the_shares_of_a_worker_add_up() -> None:
    view, numbers = of(printers())
    columns = 100
    rows = share_rows(view, numbers, columns)
    for index, row in enumerate(rows):
        times = numbers.times[:, index]
        alive = int(times.sum() - times[State.NOT_ALIVE])
        percent = 100 * int(times[State.RUNNING]) / alive
        assert row_text(row).endswith(f" {percent:5.1f} %")
        room = columns - 12 - len("thread-a ")
        bar = row[1:-1]
        assert sum(len(text) for text, _ in bar) == room
        drawn = sum(len(text) for text, _ in bar if text.strip())
        assert abs(drawn - room * alive / numbers.wall_ns) <= 1
        runs = sum(len(text) for text, ink in bar if ink.fore == f"worker-{index}")
        assert abs(runs - room * int(times[State.RUNNING]) / numbers.wall_ns) <= 1


def test_who_is_not_there_has_no_share() -> None:
    view = TraceView.of(printers())
    early = figures(view.trace, view.index, 0, MS // 2)
    assert early is not None
    shares = [text.split()[-1] for text in texts(share_rows(view, early, 80))]
    assert shares == ["%", "–", "–"]


def test_of_many_workers_the_first_are_shown() -> None:
    view = recorded("prime_threads")
    rows = texts(share_rows(view, told(view), 80))
    assert len(rows) == 41
    assert rows[-1] == "   … and 25 more"


@pytest.mark.parametrize("name", NAMES)
def test_how_many_ran_at_once_adds_up(name: str) -> None:
    rows = texts(parallelism_rows(told(recorded(name)), 80))
    shares = [float(re.findall(r"([\d.]+) %$", row)[0]) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(rows))
    for row, share in zip(rows, shares, strict=True):
        assert bool(row.count("█")) == (share > 0 or "█" in row)
        assert abs(row.count("█") - share * (80 - 36) / 100) <= 1


def test_lengths_of_tasks() -> None:
    _view, numbers = of(tasks(0, 1_000, 1_000, 1_023, 5_000))
    rows = texts(length_rows(numbers, 80))
    words = [" ".join(re.findall(r"[^█\s]+", row)) for row in rows]
    assert words[0] == "from 0 s on: 1"
    assert words[10] == "from 512 ns on: 3"
    assert words[11] == "from 1.024 µs on: 0"
    assert words[-1] == "from 4.096 µs on: 1"
    assert len(rows) == 14
    counted = [int(each.rpartition(" ")[2]) for each in words]
    assert sum(counted) == numbers.tasks.count == 5
    bars = [row.count("█") for row in rows]
    assert (bars[10], bars[11]) == (80 - 36, 0)
    assert bars[0] == bars[-1] == round((80 - 36) / 3)


def test_nothing_of_what_there_is_none() -> None:
    view, numbers = of(workshop())
    assert length_rows(of(printers())[1], 80) == []
    assert "lengths of tasks" not in "".join(texts(told_rows(*of(printers()), 80)))
    assert any("critical path" in text for text in texts(told_rows(view, numbers, 80)))


def test_the_longest_parts_of_the_critical_path_come_first() -> None:
    view = recorded("philosophers")
    rows = texts(path_rows(view, told(view), 120))
    assert 1 <= len(rows) <= 6
    path = told(view).critical
    longest = path.longest(6)
    lengths = [int(path.ends[part] - path.starts[part]) for part in longest]
    assert lengths == sorted(lengths, reverse=True)


def test_what_it_is_of() -> None:
    view = TraceView.of(printers())
    assert range_title(view, view.trace.start_ns, view.trace.end_ns) == "the whole run"
    assert range_title(view, MS, 2 * MS) == "from 1 ms to 2 ms"


def test_a_heading_fills_its_row() -> None:
    assert row_text(heading("figures", 20)) == " figures ──────────"
    assert row_text(heading("figures", 5)) == " figures "
