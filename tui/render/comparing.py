"""Two runs one above the other: their titles and figures as rows, with what is better or worse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.reports.compare_text import (
    OUTPUT_WORDS,
    figure_cells,
    figure_text,
    notices,
    ratio_text,
    table,
)
from paraviz.programs.switches import told_apart
from paraviz.text.durations import duration
from paraviz.text.translation import N_, _, localized

from .inks import FAINT, PLAIN, QUIET, Ink, Row, joined, row_text, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.compare import Comparison, Figure
    from paraviz.trace import Trace

_SHORT_NAMES = {
    "wall": N_("wall"),
    "lost_updates": N_("lost updates"),
    "deadlocks": N_("deadlocks"),
    "waiting_lock": N_("waiting for locks"),
    "waiting_gil": N_("waiting for the GIL"),
    "waiting_cpu": N_("waiting for a CPU"),
    "context_switches": N_("switches"),
    "running_at_once": N_("at once"),
    "processes": N_("processes"),
    "workers": N_("workers"),
    "cpu": N_("CPU"),
    "running": N_("running"),
    "blocked": N_("blocked"),
    "events": N_("events"),
}
"""What the line of figures tells, what matters most first; of the waits, what differs most."""
_WAITS = ("waiting_lock", "waiting_gil", "waiting_cpu")
_LESS_IS_BETTER = (
    *("wall", *_WAITS, "longest_lock_wait"),
    *("deadlocks", "lost_updates", "dropped"),
)
"""The figures of which less is a gain whatever the program does; of the others that depends."""
_NOISE, _SMALL = 20, 100
"""A time that differs by less than a 20th of the longer one, or than a 100th of the longer run, is
as long: so much differs from run to run."""
_CUT_SHORT = ("stopped", "killed")
"""How a run ends whose length says nothing of the program."""
_BETTER, _WORSE = Ink("good", mood="bold"), Ink("error", mood="bold")
_FEW = 3
"""Figures beside the wall time where all is large."""
_MOST_HEAD = 16
"""Cells of a column's head in the table."""
_BETWEEN: Row = [(" · ", FAINT)]


def gain(figure: Figure, comparison: Comparison) -> int:
    """1 where the second run is better by this figure, -1 where it is worse; 0 where it is as good,
    where neither can be said, or where one of the runs was cut short."""
    a, b = figure.a, figure.b
    if figure.name not in _LESS_IS_BETTER or a is None or b is None or a == b:
        return 0
    if not _both_ended(comparison):
        return 0
    if figure.unit == "ns":
        apart = abs(b - a)
        longest = max(comparison.a.wall_ns, comparison.b.wall_ns)
        if apart * _NOISE < max(a, b) or apart * _SMALL < longest:
            return 0
    return 1 if b < a else -1


def _both_ended(comparison: Comparison) -> bool:
    """Whether both runs came to an end of their own."""
    runs = comparison.a, comparison.b
    return not any(run.live or run.end_reason.startswith(_CUT_SHORT) for run in runs)


def run_row(
    name: str,
    trace: Trace,
    columns: int,
    *,
    chosen: bool,
    comparison: Comparison | None = None,
    large: bool = False,
) -> Row:
    """The line above a run: what it is called, how long it took, and whether that is less."""
    wall = localized(duration(trace.wall_ns))
    pace = _pace(trace, comparison)
    room = columns - len(wall) - 8
    if len(row_text(pace)) + len(name) > room:
        pace = pace[:1]
    pace = [*_BETWEEN, *pace] if pace and len(row_text(pace)) + 12 <= room else []
    name = shortened(name, room - len(row_text(pace)))
    rest = columns - len(name) - len(wall) - len(row_text(pace)) - 7
    tone = Ink("cursor" if chosen else "text", mood="bold")
    line = (" " + "─" * max(rest, 0), FAINT)
    time = Ink("text", mood="bold") if large else PLAIN
    mark = ("▶▶ ", tone) if large and chosen else ("── ", FAINT)
    return [mark, (name, tone), *_BETWEEN, (wall, time), *pace, line]


def _pace(trace: Trace, comparison: Comparison | None) -> Row:
    """Whether this run is the faster or the slower one, and by how much; [] for neither."""
    if comparison is None:
        return []
    wall = next(each for each in comparison.figures if each.name == "wall")
    better = gain(wall, comparison) * (1 if trace is comparison.b else -1)
    if not better or comparison.a is comparison.b:
        return []
    if better > 0:
        return [("✓ " + _("faster"), _BETTER)]
    ratio = max(wall.ratio or 0, 1 / wall.ratio if wall.ratio else 0)
    return [("✗ " + _("slower"), _WORSE), (" " + ratio_text(ratio), _WORSE)]


def figures_row(comparison: Comparison, columns: int) -> Row:
    """The figures that differ most in meaning, as many as fit: `wall 26.1 → 41.7 ms ✗ · …`."""
    row: Row = []
    for figure in _most_telling(comparison):
        words = _(_SHORT_NAMES[figure.name])
        value = (pair_text(figure), Ink("text", mood="bold"))
        piece: Row = [(f"{words} ", QUIET), value, *_sign(gain(figure, comparison))]
        longer = [*row, *(_BETWEEN if row else [(" ", PLAIN)]), *piece]
        if len(row_text(longer)) <= columns:
            row = longer
    return row


def _most_telling(comparison: Comparison) -> list[Figure]:
    """The figures of the line, those that differ and the wall time in any case."""
    by_name = {each.name: each for each in comparison.figures}
    names = list(_SHORT_NAMES)
    places = slice(names.index(_WAITS[0]), names.index(_WAITS[-1]) + 1)
    names[places] = sorted(_WAITS, key=lambda name: -abs(by_name[name].difference or 0))
    told = [by_name[name] for name in names]
    return [each for each in told if each.name == "wall" or _differs(each)]


def _differs(figure: Figure) -> bool:
    """Whether it is told that it does: 1.001 and 1.002 are both told as 1.00."""
    return figure_text(figure, figure.a) != figure_text(figure, figure.b)


def _sign(better: int) -> Row:
    """Better or worse, by a glyph and a colour."""
    if not better:
        return []
    return [(" ✓", _BETTER)] if better > 0 else [(" ✗", _WORSE)]


def large_figures(comparison: Comparison) -> tuple[str, tuple[Row, Row]]:
    """For a projector: by how much the second run is faster or slower, as a time, "" where it is
    neither; the same in words; and the figures that tell why."""
    wall, *others = _most_telling(comparison)
    better = gain(wall, comparison)
    if better > 0:
        head: Row = [("✓ " + _("below is faster"), _BETTER)]
    elif better < 0:
        head = [("✗ " + _("below is slower"), _WORSE)]
    else:
        words = _("about as long") if _both_ended(comparison) else _("wall")
        head = [(words, PLAIN)]
    head.append((f" · {pair_text(wall)}", PLAIN))
    if better:
        head.append((f" · {ratio_text(wall.ratio)}", PLAIN))
    why = [
        [
            (f"{_(_SHORT_NAMES[figure.name])} {pair_text(figure)}", PLAIN),
            *_sign(gain(figure, comparison)),
        ]
        for figure in others[:_FEW]
    ]
    time = localized(duration(abs(round(wall.difference or 0)))) if better else ""
    return time, (head, joined(why, " · "))


def pair_text(figure: Figure) -> str:
    """Both values of a figure; a unit they have in common stands once."""
    a, b = figure_text(figure, figure.a), figure_text(figure, figure.b)
    number, _space, unit = a.partition(" ")
    return f"{number if unit and b.endswith(' ' + unit) else a} → {b}"


def figure_rows(comparison: Comparison, columns: int) -> list[Row]:
    """The table of all figures, each with the sign of a gain or a loss, and, below it, what was
    written and what the runs showed."""
    figures = _ordered(comparison)
    (above, below), lines = _lines(comparison, figures, columns)
    words = {0: "", 1: " ✓ " + _("better"), -1: " ✗ " + _("worse")}
    widest = max(map(len, words.values()))
    rows: list[Row] = [[(" " + lines[0], QUIET)]]
    for line, figure in zip(lines[1:], figures, strict=True):
        better = gain(figure, comparison)
        row: Row = [(" " + line, PLAIN if figure.difference else FAINT)]
        if better:
            said = words[better] if len(line) + 1 + widest <= columns else words[better][:2]
            row.append((said, _BETTER if better > 0 else _WORSE))
        rows.append(row)
    width = len(lines[0]) + widest + 4
    if 2 * width <= columns:
        rows = _beside(rows, width)
    rows.append([(" " + _(OUTPUT_WORDS[comparison.output]), PLAIN)])
    rows += [[(f" {notice}", Ink("error"))] for notice in notices(comparison)]
    for pair in comparison.claims:
        for place, claim in ((above, pair.a), (below, pair.b)):
            if claim is not None:
                rows.append(
                    [(f" {claim.mark} ", QUIET), (f"{place}: ", QUIET), (claim.told, PLAIN)]
                )
    return rows


def _ordered(comparison: Comparison) -> list[Figure]:
    """The wall time, what went wrong in one run only, what is better or worse, all else."""

    def place(figure: Figure) -> int:
        if figure.name == "wall":
            return 0
        return 3 if not gain(figure, comparison) else 1 if figure.unit == "" else 2

    return sorted(comparison.telling, key=place)


def _lines(
    comparison: Comparison, figures: Sequence[Figure], columns: int
) -> tuple[tuple[str, str], list[str]]:
    """What both runs are called, and the aligned lines: the most telling form that fits."""
    place = (_("above"), _("below"))
    for names, cells in ((heads(comparison), 5), (place, 5), (place, 4)):
        head = ("", *names, _("difference"), _("ratio"))[:cells]
        lines = table((head, *(figure_cells(each)[:cells] for each in figures)))
        if len(lines[0]) + 3 <= columns:
            break
    return names, lines


def heads(comparison: Comparison) -> tuple[str, str]:
    """What both runs are called in a table: what sets them apart, if that is short."""
    above, below = told_apart(comparison.a, comparison.b)
    if above and below and above != below and max(len(above), len(below)) <= _MOST_HEAD:
        return above, below
    return _("above"), _("below")


def _beside(rows: Sequence[Row], width: int) -> list[Row]:
    """A table with its second half beside the first, under the same head."""
    head, *body = rows
    half = (len(body) + 1) // 2
    right = [head, *body[half:], *[[] for _missing in range(2 * half - len(body))]]
    return [
        [*left, (" " * (width - len(row_text(left))), PLAIN), *beside]
        for left, beside in zip([head, *body[:half]], right, strict=True)
    ]
