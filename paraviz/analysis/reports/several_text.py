"""Several runs of two sides as text: claims first, then figures with their spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.chance import LEVEL
from paraviz.analysis.compare import Figure
from paraviz.analysis.reports.compare_text import UNKNOWN, figure_text, ratio_text, table
from paraviz.text.endings import ending
from paraviz.text.sanitizer import shown
from paraviz.text.translation import _, localized, ngettext

NOISE = "≈"
"""Of a figure that does not differ by more than chance."""

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.analysis.several import Several, Spread


def several_text(found: Several, names: tuple[str, str]) -> str:
    """The comparison for a terminal, ending in a newline; `names` are those of the two sides."""
    return "".join(f"{shown(line).rstrip()}\n" for line in _lines(found, names))


def _lines(found: Several, names: tuple[str, str]) -> Iterator[str]:
    for letter, name, traces, exits in zip(
        "AB", names, (found.a, found.b), found.exits, strict=True
    ):
        runs = ngettext("{count:,} run", "{count:,} runs", len(traces)).format(count=len(traces))
        ends = ", ".join(
            f"{count} × {ending(how) or _('still running')}" for how, count in exits.items()
        )
        yield f"{letter}  {name}: {runs} ({ends})"
    for each in found.claims:
        words = _("{side} {mark} in {held} of {runs}: {told}")
        yield words.format(
            side=each.side.upper(),
            mark=each.claim.mark,
            held=each.held,
            runs=each.runs,
            told=each.claim.told,
        )
    yield ""
    span = _("least to most")
    head = ("", _("B/A"), _("A (median)"), span, _("B (median)"), span)
    telling = [each for each in found.figures if any(each.a) or any(each.b)]
    yield from table((head, *map(_cells, telling)))
    yield ""
    if any(each.verdict == "noise" and _verdict(each) == NOISE for each in telling):
        words = _("{sign} no measurable difference: by chance as large in more than {share}")
        yield words.format(sign=NOISE, share=localized(f"{LEVEL:.0%}"))
    words = _("different outputs: A {a} in {runs_a} runs, B {b} in {runs_b}")
    yield words.format(
        a=found.outputs[0], runs_a=len(found.a), b=found.outputs[1], runs_b=len(found.b)
    )
    if any(each.verdict == "few" for each in telling):
        yield _("note: {notice}").format(
            notice=_("too few runs to tell a difference from chance: five of each side are enough")
        )
    if len({trace.truth for trace in (*found.a, *found.b)}) > 1:
        yield _("note: {notice}").format(
            notice=_("the states of some runs were seen by the operating system, of others not")
        )


def _cells(each: Spread) -> tuple[str, ...]:
    a, b = (
        _side(each, values, middle)
        for values, middle in zip((each.a, each.b), each.medians, strict=True)
    )
    return (_(each.words), _verdict(each), *a, *b)


def _side(each: Spread, values: tuple[float, ...], middle: float | None) -> tuple[str, str]:
    """The median of a side, and from where to where it goes."""
    if not values or middle is None:
        return UNKNOWN, ""
    if all(isinstance(value, int) for value in values) and middle == int(middle):
        middle = int(middle)
    least, most = _told(each, min(values)), _told(each, max(values))
    if least == most:
        return _told(each, middle), ""
    unit = most.rpartition(" ")[2] if each.unit else ""
    if unit and least.endswith(f" {unit}"):
        least = least.removesuffix(f" {unit}")
    return _told(each, middle), f"{least} – {most}"


def _told(each: Spread, value: float) -> str:
    return figure_text(Figure(each.name, each.unit, each.words, value, None), value)


def _verdict(each: Spread) -> str:
    """What is to be thought of it."""
    a, b = each.medians
    if each.verdict == "differs":
        return ratio_text(b / a if a and b is not None else None) or "≠"
    if a == b and len(set(each.a + each.b)) == 1:
        return "="
    return NOISE if each.verdict == "noise" else UNKNOWN
