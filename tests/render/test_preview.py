"""A run in small, against literal art."""

from __future__ import annotations

import pytest

from paraviz.formats import load
from paraviz.programs import catalogue
from paraviz.programs.parameters import Runnable
from paraviz.trace import Trace
from paraviz.tui.render.inks import row_text
from paraviz.tui.render.preview import preview
from paraviz.tui.render.view import TraceView
from tests.render.drawn import write
from tests.traces import lane, printers, trace


def art(shown: Trace, columns: int, rows: int) -> list[str]:
    return [row_text(row).rstrip() for row in preview(TraceView.of(shown), columns, rows)]


def workers(count: int) -> Trace:
    """Workers that run one after the other, each writing its number's last digit."""
    lanes = [
        lane(
            f"worker-{i}",
            [write(10 * i + 5)],
            start_ns=10_000 * i,
            end_ns=10_000 * (i + 1),
            text=str(i % 10),
        )
        for i in range(count)
    ]
    return trace(lanes, gil=False)


def test_lanes_stand_under_each_other_with_their_names() -> None:
    assert art(workers(3), 42, 3) == [
        " worker-0 █████0████▋",
        " worker-1           ▐████1█████▎",
        " worker-2                      ▐████2████▉",
    ]


def test_lanes_are_as_tall_as_fits() -> None:
    assert len(art(printers(), 60, 5)) == 3
    assert len(art(printers(), 60, 6)) == 6
    assert len(art(printers(), 60, 8)) == 6
    assert art(printers(), 60, 9)[1].startswith(" main")
    assert len(art(printers(), 60, 40)) == 9


def test_where_there_is_no_room_there_are_no_names() -> None:
    assert art(workers(2), 15, 2)[0].startswith("█")
    assert art(workers(2), 16, 2)[0].startswith(" w… ")


def test_of_too_many_lanes_some_are_shown_and_the_others_counted() -> None:
    drawn = art(workers(64), 80, 6)
    assert [row.split()[0] for row in drawn[:-1]] == [
        "worker-0",
        "worker-15",
        "worker-31",
        "worker-47",
        "worker-63",
    ]
    assert drawn[-1] == " … and 59 more"
    assert art(workers(3), 42, 2)[1] == " … and 2 more"


def test_a_long_name_keeps_its_number() -> None:
    names = ("ForkPoolWorker-12", "Thread-1 (feed)", "Interpreter 2/3")
    named = trace([lane(name, [], end_ns=9) for name in names])
    drawn = [row[:14] for row in art(named, 60, 3)]
    assert drawn == [" ForkPool…-12 ", " Thread-1 (f… ", " Interpr… 2/3 "]


def test_rows_fit_whatever_the_room() -> None:
    for count in (0, 1, 2, 9, 64):
        view = TraceView.of(workers(count))
        for columns in (1, 4, 10, 35, 120):
            for rows in (0, 1, 2, 3, 8, 27):
                drawn = preview(view, columns, rows)
                assert len(drawn) <= rows
                assert {len(row_text(row)) for row in drawn} <= {columns}


@pytest.mark.parametrize("scenario", [each.name for each in catalogue.scenarios()])
def test_each_scenario_comes_with_a_recording_that_shows_it(scenario: str) -> None:
    path = catalogue.recording(scenario)
    assert path is not None
    kept = load(path)
    assert (kept.program.name, kept.truth, kept.exit_code) == (scenario, "kernel", 0)
    assert set("█▉▊▋▌▍▎▏▐▕") & set("".join(art(kept, 60, 8)))


@pytest.mark.parametrize("scenario", catalogue.scenarios(), ids=lambda scenario: scenario.name)
def test_a_recording_is_of_the_scenario_as_it_stands(scenario: Runnable) -> None:
    path = catalogue.recording(scenario.name)
    assert path is not None
    program = load(path).program
    assert (program.source, program.claims) == (scenario.source, scenario.claims), (
        f"python -m tools.recordings {scenario.name}"
    )


@pytest.mark.parametrize("scenario", [each.name for each in catalogue.scenarios()])
def test_no_recording_tells_of_the_machine_it_was_made_on(scenario: str) -> None:
    path = catalogue.recording(scenario)
    assert path is not None
    kept = load(path)
    assert kept.program.path == f"scenarios/{scenario}.py"
    assert {site.file for site in kept.sites} <= {kept.program.path}


def test_what_is_no_scenario_has_no_recording() -> None:
    assert catalogue.recording("nothing") is None
    assert catalogue.recording("../../tests/data/printers") is None
