"""The line on top: what runs, how, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.endings import ending
from paraviz.text.notices import blind_spots
from paraviz.text.translation import N_, _, ngettext

from .inks import PLAIN, QUIET, Ink, Piece, Row, shortened
from .large import loud
from .times import steady_text, time_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.trace import Trace

_LEAST_NAME = 12
"""Columns that a program's name keeps beside which interpreter ran it."""
_GOOD_ENDS = frozenset({"ended", ""})


def headline(
    name: str,
    parameters: Mapping[str, object],
    trace: Trace | None,
    columns: int,
    trouble: str = "",
    *,
    deadlocked: bool = False,
    progress: str = "",
    found: str = "",
    left_out: str = "",
    large: bool = False,
) -> Row:
    """One row of `columns` cells; what matters least is left out where it does not fit. For a
    projector (`large`) only what is switched on or off, the state and the wall time are told.

    `trouble` says why there is nothing to tell of a run, `deadlocked` that workers wait for each
    other at its end, or now, `progress` how far a live run has come, `found` what is wrong with one
    that is over, `left_out` which workers the user does not want to see.
    """
    facts = [[(f"✗ {trouble}", Ink("error", mood="bold"))]] if trouble else _facts(trace)
    if deadlocked:
        facts.insert(1, [(_("deadlock"), Ink("error", mood="bold"))])
    elif found and len(facts) > 1:
        facts.insert(1, [(found, Ink("error" if found.startswith("✗") else "text", mood="bold"))])
    if progress and len(facts) > 1 and not large:
        facts.insert(2, [(progress, Ink("text"))])
    least = 2
    if left_out and len(facts) > 1:
        facts.insert(1, [(left_out, Ink("key", mood="bold"))])
        least += 1
    if trace is not None and trace.executable_by and len(facts) > 1 and not large:
        facts.insert(2, [(_interpreter(trace), QUIET)])
        least += _length(_joined(facts[:3])) + _LEAST_NAME < columns
    if large:
        del facts[2 + (deadlocked or bool(found)) + bool(left_out) :]
        facts.append([("? ", Ink("key")), (_("help"), QUIET)])
        parameters = {key: on for key, on in parameters.items() if isinstance(on, bool)}
    settings = [_setting(key, value) for key, value in parameters.items()]
    title: Row = [(f" {name}", Ink("text", mood="bold"))]
    while True:
        left = [*title, *(piece for setting in settings for piece in setting)]
        right = _joined(facts)
        room = columns - _length(left) - _length(right) - 1
        if room >= 1 or (len(facts) <= least and not settings):
            break
        # The state, the wall time and a chosen interpreter stay; settings go before the last
        # figures do.
        if len(facts) > 4 or not settings:
            facts.pop()
        else:
            settings.pop()
    if room < 1:
        title = [(" " + shortened(name, max(columns - _length(right) - 3, 3)), title[0][1])]
        left = title
        room = max(columns - _length(left) - _length(right) - 1, 1)
    row = [*left, (" " * room, PLAIN), *right, (" ", PLAIN)]
    return loud(row) if large else row


def _interpreter(trace: Trace) -> str:
    # The first frame goes without NumPy.
    from paraviz.trace.labels import interpreter_label

    return interpreter_label(trace)


def _setting(key: str, value: object) -> Row:
    if isinstance(value, bool):
        shown, ink = (_("on"), Ink("good", mood="bold")) if value else (_("off"), Ink("text"))
    else:
        shown, ink = shortened(str(value), 16), Ink("text")
    return [(f"   {key} ", QUIET), (shown, ink)]


def _facts(trace: Trace | None) -> list[Row]:
    if trace is None:
        return [[("● " + _("starting"), Ink("good", mood="bold"))]]
    facts = [_state(trace)]
    wall = steady_text(trace.wall_ns) if trace.live else time_text(trace.wall_ns)
    if trace.is_steered:
        wall = ngettext("{count:,} step", "{count:,} steps", trace.steps).format(count=trace.steps)
    facts.append([(wall, PLAIN)])
    if trace.is_steered:
        facts.append([(_("along a schedule, a step is 1 ms"), Ink("key"))])
    blind = len(blind_spots(trace.notices))
    if blind:
        words = ngettext("{count:,} blind spot", "{count:,} blind spots", blind)
        facts.append([(f"✗ {words.format(count=blind)}", Ink("error"))])
    if trace.dropped:
        words = ngettext("{count:,} event lost", "{count:,} events lost", trace.dropped)
        facts.append([(f"✗ {words.format(count=trace.dropped)}", Ink("error"))])
    lanes, events = len(trace.lanes), trace.events
    facts.append(
        [(ngettext("{count:,} lane", "{count:,} lanes", lanes).format(count=lanes), QUIET)]
    )
    # Before what may be left out where there is no room.
    if trace.core == "python":
        facts.append([(_("heavier: no compiled core"), QUIET)])
    facts.append(
        [(ngettext("{count:,} event", "{count:,} events", events).format(count=events), QUIET)]
    )
    blind = sum(not lane.probes and not lane.helper for lane in trace.lanes)
    if blind:
        facts.append([(_("{count:,} without probes").format(count=blind), QUIET)])
    if trace.is_steered:
        return facts
    truth = _("sampled") if trace.is_sampled else _(_TRUTH[trace.truth])
    by_spans = trace.is_foreign and trace.truth == "inferred"
    facts.append([(_("by its spans") if by_spans else truth, QUIET)])
    if trace.python:
        facts.append([("GIL" if trace.gil else _("no GIL"), QUIET)])
    if trace.python and not trace.executable_by:
        facts.append([(f"Python {trace.python}", QUIET)])
    return facts


_TRUTH = {"inferred": N_("inferred"), "kernel": N_("kernel truth")}


def _state(trace: Trace) -> Row:
    if trace.live:
        return [("● " + _("live"), Ink("good", mood="bold"))]
    if trace.end_reason in _GOOD_ENDS:
        return [("✓ " + _("ended"), Ink("good"))]
    return [(f"✗ {ending(trace.end_reason)}", Ink("error", mood="bold"))]


def _joined(facts: list[Row]) -> Row:
    row: list[Piece] = []
    for fact in facts:
        row += [(" · ", Ink("faint")), *fact] if row else fact
    return row


def _length(row: Row) -> int:
    return sum(len(text) for text, _ in row)
