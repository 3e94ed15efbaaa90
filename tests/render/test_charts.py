"""Charts and tables of figures: what they add up to, and what has no room in them."""

from __future__ import annotations

import re

import pytest

from paraviz.analysis.figures import figures
from paraviz.trace import State
from paraviz.tui.render.charts import (
    count_rows,
    course_rows,
    fair_rows,
    length_rows,
    lock_rows,
    path_share_rows,
    queue_rows,
    share_rows,
    switch_rows,
)
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.view import TraceView
from tests.render.arranged import workshop
from tests.render.figured import NAMES, of, recorded, tasks, texts, told
from tests.traces import MS, lane, printers, trace


@pytest.mark.parametrize(("columns", "told"), [(100, 5), (60, 1)])
def test_the_shares_of_a_worker_add_up(columns: int, told: int) -> None:
    view, numbers = of(printers())
    head, *rows = share_rows(view, numbers, columns)
    assert row_text(head).split() == ["██", "▒▒", "░░", "╳╳", "──"][:told]
    for index, row in enumerate(rows):
        times = numbers.times[:, index]
        alive = int(times.sum() - times[State.NOT_ALIVE])
        shares = re.findall(r"([<\d ]+)%", row_text(row))
        assert len(shares) == told
        for share, time in zip(shares, times[1:].tolist(), strict=False):
            least = float(share.replace("<", ""))
            assert abs(least - 100 * time / alive) <= 1
        bar = row[1:-1]
        room = columns - 3 - len("thread-a ") - 6 * told - 1
        assert sum(len(text) for text, _ in bar) == room
        drawn = sum(len(text) for text, _ in bar if text.strip())
        assert abs(drawn - room * alive / numbers.wall_ns) <= 1
        runs = sum(len(text) for text, ink in bar if ink.fore == f"worker-{index}")
        assert abs(runs - room * int(times[State.RUNNING]) / numbers.wall_ns) <= 1


def test_who_is_not_there_has_no_share() -> None:
    view = TraceView.of(printers())
    early = figures(view.trace, view.index, 0, MS // 2)
    assert early is not None
    shares = [text.split()[-1] for text in texts(share_rows(view, early, 80))[1:]]
    assert shares == ["0%", "–", "–"]


def test_of_many_workers_the_first_are_shown() -> None:
    view = recorded("prime_threads")
    rows = texts(share_rows(view, told(view), 80))
    assert len(rows) == 42
    assert rows[-1] == "   … and 25 more"


@pytest.mark.parametrize("name", NAMES)
def test_how_many_ran_at_once_adds_up(name: str) -> None:
    rows = texts(count_rows(told(recorded(name)), 80))
    shares = [float(re.findall(r"([\d.]+)%$", row)[0]) for row in rows]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(rows))
    for row, share in zip(rows, shares, strict=True):
        assert bool(row.count("█")) == (share > 0 or "█" in row)
        assert abs(row.count("█") - share * (80 - 35) / 100) <= 1


@pytest.mark.parametrize("columns", [60, 80, 200])
@pytest.mark.parametrize("name", NAMES)
def test_the_course_of_parallelism_adds_up(name: str, columns: int) -> None:
    found = told(recorded(name))
    *rows, axis = texts(course_rows(found, columns))
    cells = [row.partition("│")[2].ljust(columns) for row in rows]
    eighths = sum(" ▁▂▃▄▅▆▇█".index(cell) for row in cells for cell in row)
    top = int(rows[0].split()[0])
    room = columns - 3 - 1 - 2
    average = eighths / (8 * len(rows)) * top / room
    assert average == pytest.approx(found.parallelism.average, abs=top / (8 * len(rows)))
    assert axis.split() == ["0", "s", *axis.split()[-2:]]


def test_the_course_of_parallelism() -> None:
    """A worker for 60 ns, a second one for the last 15 of them."""
    lanes = [lane("a", [], end_ns=60), lane("b", [], start_ns=45, end_ns=60)]
    _view, numbers = of(trace(lanes, gil=False))
    assert texts(course_rows(numbers, 66)) == [
        "   2 │" + " " * 45 + "█" * 15,
        "     │" + "█" * 60,
        "      0 s" + "60 ns".rjust(57),
    ]


def test_lengths_of_tasks() -> None:
    _view, numbers = of(tasks(0, 1_000, 1_000, 1_023, 5_000))
    rows = texts(length_rows(numbers, 80))
    words = [" ".join(re.findall(r"[^█\s]+", row)) for row in rows]
    assert words[0] == "0 s 1"
    assert words[1] == "1 ns to 2 ns 0"
    assert words[10] == "512 ns to 1.024 µs 3"
    assert words[11] == "1.024 µs to 2.048 µs 0"
    assert words[-1] == "4.096 µs to 8.192 µs 1"
    assert len(rows) == 14
    counted = [int(each.rpartition(" ")[2]) for each in words]
    assert sum(counted) == numbers.tasks.count == 5
    bars = [row.count("█") for row in rows]
    assert (bars[10], bars[11]) == (80 - 35, 0)
    assert bars[0] == bars[-1] == round((80 - 35) / 3)


def test_tables_have_the_figures() -> None:
    """One waits for the lock for 35.1 µs, the other one has it for 40."""
    view, numbers = of(workshop())
    assert texts(lock_rows(numbers, 80)) == [
        "               lost  waits  longest wait  taken     held",
        "   printer  35.1 µs      1       35.1 µs      2  49.9 µs",
    ]
    assert texts(queue_rows(numbers, 80)) == [
        "         on average  at most  at least",
        "   todo         1.1        2         1",
    ]
    switched = texts(switch_rows(view, numbers, 80))
    assert switched[0].split() == ["voluntary", "forced"]
    assert switched[1].split() == ["worker-2", "1", "–"]
    assert len(switched) == 2


def test_a_table_leaves_out_what_has_no_room() -> None:
    _view, numbers = of(workshop())
    for columns, last in ((56, "held"), (55, "taken"), (46, "wait"), (20, "lost")):
        rows = texts(lock_rows(numbers, columns))
        assert rows[0].split()[-1] == last
        assert {len(row) for row in rows} == {len(rows[0])}


def test_who_ran_comes_before_who_ran_less() -> None:
    view = recorded("philosophers")
    numbers = told(view)
    first, *others = texts(fair_rows(view, numbers, 80))[1:]
    assert first == "   Aristotle  74.82 ms                        6%"
    assert [row.split()[0] for row in others] == ["Arendt", "Confucius", "Kant", "Hypatia", "main"]
    shares = [float(row.split()[-1][:-1]) for row in texts(path_share_rows(view, numbers, 80))]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))
