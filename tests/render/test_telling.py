"""The report's rows: how wide they are, and what they add up to."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from rich.cells import cell_len

from paraviz.analysis.figures import Figures, figures
from paraviz.analysis.findings import Finding, findings
from paraviz.text import language
from paraviz.text.translation import phrase
from paraviz.trace import Trace
from paraviz.tui.render.charts import (
    length_rows,
    lock_rows,
    queue_rows,
)
from paraviz.tui.render.inks import Row, row_text
from paraviz.tui.render.places import path_rows
from paraviz.tui.render.sections import SECTIONS, Page, add_figures, contents_rows
from paraviz.tui.render.telling import finding_rows, heading, marked, range_title, told_rows
from paraviz.tui.render.view import TraceView
from tests.render.arranged import workshop
from tests.render.figured import NAMES, of, recorded, tasks, texts, told
from tests.traces import MS, printers

WIDTHS = range(60, 201)


def renamed(shown: Trace, name: str) -> Trace:
    return replace(shown, lanes=tuple(replace(each, name=name) for each in shown.lanes))


def report(view: TraceView, numbers: Figures, columns: int) -> list[Row]:
    page = Page([], [], [])
    page.begin("findings", columns)
    add_figures(page, view, numbers, columns)
    return page.rows


@pytest.mark.parametrize("words", ["en", "de"])
@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_wider_than_the_screen(
    name: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_chosen", words)
    view = recorded(name)
    numbers, found = told(view), findings(view.trace, view.index)
    for columns in (*range(60, 82), *range(82, 201, 17), 200):
        rows = [*contents_rows(columns, 6), *report(view, numbers, columns)]
        for finding in found:
            rows += finding_rows(finding, columns)
        rows += [
            marked(row, columns, first=True) for row in rows if row_text(row).startswith("   ")
        ]
        assert max(cell_len(row_text(row)) for row in rows) <= columns


@pytest.mark.parametrize(
    "name", ["a name that is long enough for two rows of text " * 3, "日本" * 40]
)
def test_long_and_wide_names_do_not_widen_a_row(name: str) -> None:
    view, numbers = of(renamed(workshop(), name))
    for columns in WIDTHS:
        rows = report(view, numbers, columns)
        assert max(cell_len(row_text(row)) for row in rows) <= columns


def finding(words: str) -> Finding:
    return Finding("deadlock", "fault", phrase(words), 5 * MS, 9 * MS, 0)


def test_a_finding_is_wrapped_beside_its_place() -> None:
    rows = finding_rows(finding("one two three four five six seven"), 40)
    assert texts(rows) == [
        "   ✗ one two three four five   at 5 ms",
        "     six seven",
    ]
    chosen = [marked(row, 40, first=not number) for number, row in enumerate(rows)]
    assert texts(chosen) == [
        " ▶ ✗ one two three four five   at 5 ms",
        "     six seven",
    ]
    assert {len(row_text(row)) for row in chosen} == {40}
    assert {ink.back for row in chosen for _, ink in row} == {"panel"}
    assert {ink.back for row in rows for _, ink in row} == {""}


def test_a_number_stays_with_its_unit() -> None:
    (first, second) = texts(finding_rows(finding("one two three four 12 ms"), 37))
    assert first.startswith("   ✗ one two three four ") and second == "     12 ms"


def test_what_a_program_named_moves_no_cursor() -> None:
    (row,) = finding_rows(finding("lock \x1b[2J日 is lost"), 80)
    assert "lock ·[2J· is lost" in row_text(row)


def test_who_has_not_begun_does_nothing_yet() -> None:
    view = recorded("philosophers")
    rows = texts(path_rows(view, told(view), 100))
    assert "    5.358 ms  at 11.6 ms    Arendt has not begun yet" in rows


def test_nothing_of_what_there_is_none() -> None:
    view, numbers = of(printers())
    assert length_rows(numbers, 80) == lock_rows(numbers, 80) == queue_rows(numbers, 80) == []
    rows = "\n".join(texts(report(view, numbers, 80)))
    for number, section in enumerate(SECTIONS[1:], 1):
        assert f"\n {number} {section.title} ──" in rows
    assert "no tasks were under way" in rows and "no queue was used" in rows


def test_nothing_of_a_moment() -> None:
    view = TraceView.of(workshop())
    moment = figures(view.trace, view.index, 50, 50)
    assert moment is not None
    rows = "\n".join(texts(report(view, moment, 80)))
    assert "nobody ran, so nothing decided when it ended" in rows
    assert "its longest parts" not in rows


def test_what_is_open_stands_out_among_the_contents() -> None:
    wide, two, narrow = (texts(contents_rows(columns, 6)) for columns in (120, 80, 40))
    assert wide == [
        " 0 findings  1 time  2 parallelism  3 switches  4 states  5 fairness  6 critical path"
        "  7 locks  8 tasks  9 queues"
    ]
    assert two == [
        " 0 findings  1 time  2 parallelism  3 switches  4 states  5 fairness",
        " 6 critical path  7 locks  8 tasks  9 queues",
    ]
    assert narrow == [" 0  1  2  3  4  5  6 critical path  7", " 8  9"]


def test_names_of_figures_stand_before_several() -> None:
    from paraviz.analysis.figures import explained

    _view, numbers = of(replace(printers(), truth="kernel"))
    wall, cpu, *_ = explained(numbers)
    assert texts(told_rows([wall], 80)) == [f"   {wall.phrase.english}"]
    assert texts(told_rows([wall, cpu], 80)) == [
        f"   wall time             {wall.phrase.english}",
        f"   CPU time              {cpu.phrase.english}",
    ]


def test_the_longest_parts_of_the_critical_path_come_first() -> None:
    view = recorded("philosophers")
    rows = texts(path_rows(view, told(view), 120))
    assert 1 <= len(rows) <= 8
    path = told(view).critical
    longest = path.longest(8)
    lengths = [int(path.ends[part] - path.starts[part]) for part in longest]
    assert lengths == sorted(lengths, reverse=True)


def test_what_it_is_of() -> None:
    view = TraceView.of(printers())
    assert range_title(view, view.trace.start_ns, view.trace.end_ns) == "the whole run"
    assert range_title(view, MS, 2 * MS) == "from 1 ms to 2 ms"


def test_a_heading_fills_its_row() -> None:
    assert row_text(heading("figures", 20, "1")) == " 1 figures ────────"
    assert row_text(heading("figures", 5, "1")) == " 1 figures "


def test_once_is_one_time_and_one_task_is_told_alone() -> None:
    view, numbers = of(tasks(5_000))
    rows = "\n".join(texts(report(view, numbers, 200)))
    assert "   one task was under way, `…` of w: it took 5.00 µs" in rows
    switched = " ".join(texts(report(*of(workshop()), 200)))
    assert "workers ceased to run 1 time because they had to wait; how often" in switched
