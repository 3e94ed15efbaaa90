"""A comparison as text for people: figures as words, and a table of them without colours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.durations import duration
from paraviz.text.endings import ending
from paraviz.text.sanitizer import shown
from paraviz.text.translation import N_, _, localized

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.analysis.compare import Comparison, Figure
    from paraviz.trace.model import Trace

OUTPUT_WORDS = {
    "same": N_("both wrote the same"),
    "reordered": N_("both wrote the same characters, in another order"),
    "different": N_("they wrote different texts"),
}
UNKNOWN = "–"
_GAP = "  "


def figure_text(figure: Figure, value: float | None, *, signed: bool = False) -> str:
    """A value of a figure with its unit; `signed` with a plus where it is more than nothing."""
    if value is None:
        return UNKNOWN
    if isinstance(value, float):
        # What is rounded to nothing has no sign.
        value = round(value, 2) or 0.0
    sign = "+" if signed and value > 0 else ""
    if figure.unit == "ns":
        return sign + localized(duration(round(value)))
    return sign + localized(f"{value:,.2f}" if isinstance(value, float) else f"{value:,}")


def ratio_text(ratio: float | None) -> str:
    """How many times as much: "×0.52"; more than a thousand is told without decimals."""
    if ratio is None:
        return ""
    return localized(f"×{ratio:,.2f}" if ratio < 1000 else f"×{ratio:,.0f}")


def figure_cells(figure: Figure) -> tuple[str, str, str, str, str]:
    """A figure in words: name, both values, their difference, their ratio."""
    difference = figure.difference
    return (
        _(figure.words),
        figure_text(figure, figure.a),
        figure_text(figure, figure.b),
        "=" if difference == 0 else figure_text(figure, difference, signed=True),
        "" if difference == 0 else ratio_text(figure.ratio),
    )


def comparison_text(comparison: Comparison, names: tuple[str, str]) -> str:
    """The comparison for a terminal, ending in a newline; `names` are those of the two runs."""
    return "".join(f"{shown(line).rstrip()}\n" for line in _lines(comparison, names))


def _lines(comparison: Comparison, names: tuple[str, str]) -> Iterator[str]:
    other_python = _python(comparison.a) != _python(comparison.b)
    for letter, name, trace in zip("AB", names, (comparison.a, comparison.b), strict=True):
        how = ending(trace.end_reason) or _("still running")
        python = f", Python {_python(trace)}" if other_python and trace.python else ""
        yield f"{letter}{_GAP}{name}: {how}{python}"
    yield ""
    head = ("", "A", "B", _("difference"), _("ratio"))
    yield from table((head, *(figure_cells(each) for each in comparison.telling)))
    yield ""
    yield _(OUTPUT_WORDS[comparison.output])
    for pair in comparison.claims:
        for letter, claim in zip("AB", (pair.a, pair.b), strict=True):
            if claim is not None:
                yield f"{letter} {claim.mark} {claim.told}"
    yield from (_("note: {notice}").format(notice=notice) for notice in notices(comparison))


def notices(comparison: Comparison) -> Iterator[str]:
    """What makes the runs hard to compare."""
    if not comparison.same_truth:
        yield _("the states of one run were seen by the operating system, those of the other not")
    if any(trace.live for trace in (comparison.a, comparison.b)):
        yield _("one of the runs had not ended when it was recorded")


def _python(trace: Trace) -> str:
    words = _("{version} with a GIL") if trace.gil else _("{version} without a GIL")
    return words.format(version=trace.python)


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows with their columns aligned: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]
