"""The summary as text for people: 80 columns, no colours."""

from __future__ import annotations

import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraviz.analysis.claims.running import claims
from paraviz.analysis.costs import costs, untold
from paraviz.analysis.figures import Material
from paraviz.analysis.figures.running import workers
from paraviz.analysis.findings import findings
from paraviz.analysis.findings.orphaned_lock import CUT_OFF
from paraviz.analysis.reports.summary_json import STATE_KEYS, summary
from paraviz.analysis.span_table import span_table
from paraviz.text.durations import duration
from paraviz.text.endings import ending
from paraviz.text.notices import told_notice
from paraviz.text.sanitizer import shown
from paraviz.text.translation import N_, _, localized, ngettext
from paraviz.trace.index import index_of
from paraviz.trace.labels import abbreviated
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from paraviz.analysis.findings import Finding
    from paraviz.trace.model import Trace

_WIDTH = 80
"""Columns of the text."""
_NAME_WIDTH = 20
_HEADS = (N_("time"), N_("events"), N_("switches"), N_("states"))
_LANES_SHOWN = 40
"""Lines of lanes, of locks and of shared memory in the text; the JSON has them all."""
_SPANS_SHOWN = 20
"""Names of spans in the text, those with the most time."""
_ENDINGS_SHOWN = 6
"""Workers that are named of those that ended in the same way."""
_AS_USUAL = frozenset(("", "ended", "returned", "cancelled", CUT_OFF))
_STOPPED = "stopped"
_GLYPHS = {"fault": "✗", "waste": "▲"}


def summary_text(trace: Trace) -> str:
    """The summary as plain text of 80 columns, without the output, ending in a newline."""
    lines = (shown(line).rstrip() for line in _lines(trace))
    fitting = (
        textwrap.wrap(line, _WIDTH, subsequent_indent="  ") if len(line) > _WIDTH else [line]
        for line in lines
    )
    return "".join(f"{line}\n" for line in chain.from_iterable(fitting))


def _lines(trace: Trace) -> Iterator[str]:
    material = Material(trace)
    told: dict[str, Any] = summary(trace, material)
    yield from _totals(trace, told)
    # Of another tool's trace nothing is known of CPUs, of a GIL or of locks.
    keys = list(STATE_KEYS.values()) if not trace.is_foreign else ["running_ns", "blocked_ns"]
    waits: tuple[str, ...] = (_("for CPU"), _("for GIL"), _("for lock"))
    if trace.is_foreign:
        waits = ()
        if trace.truth == "kernel":
            keys.insert(1, "waiting_cpu_ns")
            waits = (_("for CPU"),)
    if trace.is_steered:
        keys.remove("waiting_gil_ns")
        waits = (_("for a turn"), _("for lock"))
    if trace.lanes:
        yield ""
        yield from _table(
            (_("lane"), _("life"), _("running"), *waits, _("blocked")),
            [
                (
                    lane_label(trace.lanes, index),
                    _length(row["end_ns"] - row["start_ns"]),
                    *(_length(row[key]) for key in keys),
                )
                for index, row in enumerate(told["lanes"][:_LANES_SHOWN])
            ],
            len(trace.lanes),
        )
    yield from _part(_endings(trace))
    if spans := span_table(trace):
        yield ""
        yield from _table(
            (_("span"), _("count"), _("total"), _("by itself"), _("longest")),
            [
                (
                    row.name,
                    localized(f"{row.count:,}"),
                    _length(row.total_ns),
                    _length(row.self_ns),
                    _length(row.longest_ns),
                )
                for row in spans[:_SPANS_SHOWN]
            ],
            len(spans),
        )
    if told["locks"]:
        yield ""
        yield from _table(
            (_("lock"), _("acquired"), _("contended"), _("waited"), _("longest"), _("held")),
            [
                (
                    row["name"],
                    localized(f"{row['acquisitions']:,}"),
                    localized(f"{row['contended']:,}"),
                    _length(row["wait_ns"]),
                    _length(row["longest_wait_ns"]),
                    _length(row["held_ns"]),
                )
                for row in told["locks"][:_LANES_SHOWN]
            ],
            len(told["locks"]),
        )
    if told["claims"]:
        yield ""
        for claim in claims(trace):
            yield f"{claim.mark} {claim.told}"
    if told["shared"]:
        lossy_first = sorted(told["shared"], key=lambda row: -row["lost_updates"])
        yield ""
        yield from _table(
            (_("shared memory"), _("read"), _("written"), _("lost updates")),
            [
                (
                    row["name"],
                    localized(f"{row['reads']:,}"),
                    localized(f"{row['writes']:,}"),
                    localized(f"{row['lost_updates']:,}"),
                )
                for row in lossy_first[:_LANES_SHOWN]
            ],
            len(told["shared"]),
        )
    yield from _part(
        _("note: {notice}").format(notice=told_notice(notice)) for notice in trace.notices
    )
    found = findings(trace, index_of(trace), material=material)
    yield from _part(_findings(found))
    dear = untold(costs(trace, material), found)
    yield from _part(f"· {_at(each.told.told, each.at_ns)}" for each in dear)


def _part(lines: Iterable[str]) -> Iterator[str]:
    """Lines with an empty one before them, if there are any."""
    for number, line in enumerate(lines):
        if not number:
            yield ""
        yield line


def _findings(found: Iterable[Finding]) -> Iterator[str]:
    """What is wrong or wasteful, and where."""
    for each in found:
        yield f"{_GLYPHS[each.severity]} {_at(each.told.told, each.at_ns)}"
        if each.more:
            yield _("… and {count:,} more").format(count=each.more)


def _endings(trace: Trace) -> Iterator[str]:
    """How workers ended that did not just return, and which ones."""
    by_reason: dict[str, list[str]] = {}
    for index, lane in enumerate(trace.lanes):
        if lane.end_reason not in _AS_USUAL and not lane.end_reason.startswith(_STOPPED):
            told = _at(lane_label(trace.lanes, index), lane.end_ns)
            by_reason.setdefault(ending(lane.end_reason), []).append(told)
    for reason, who in by_reason.items():
        more = ["…"] if len(who) > _ENDINGS_SHOWN else []
        yield f"{reason}: {', '.join([*who[:_ENDINGS_SHOWN], *more])}"


def _at(what: str, at_ns: int) -> str:
    return _("{what} (at {time})").format(what=what, time=_length(at_ns))


def _totals(trace: Trace, told: dict[str, Any]) -> Iterator[str]:
    how = ending(trace.end_reason) or _("still running")
    yield f"{' '.join((trace.program.name, *trace.program.argv))}: {how}"
    facts = [_length(trace.wall_ns)]
    if trace.is_steered:
        words = ngettext(
            "{count:,} step, told as 1 ms", "{count:,} steps, told as 1 ms each", trace.steps
        )
        facts = [words.format(count=trace.steps)]
    ran = sum(told["lanes"][index]["running_ns"] for index in workers(trace))
    if ran and not trace.is_steered:
        words = _("workers ran for {length}, {count:.2f} at once on average")
        if trace.is_inferred:
            words = _("inferred: workers ran for at most {length}, {count:.2f} at once on average")
        at_once = ran / (trace.end_ns - trace.start_ns)
        facts.append(words.format(length=_length(ran), count=at_once))
    yield _row(_("time"), *facts)
    if trace.cpu_ns:
        words = _("{length} with the start and end of processes and the recording")
        yield _row("CPU", words.format(length=_length(trace.cpu_ns)))
    facts = [localized(f"{trace.events:,}")]
    if trace.dropped:
        facts.append(_("{count:,} more were lost").format(count=trace.dropped))
    if trace.emit_ns:
        share = told["overhead"]["share"]
        facts.append(_("{share:.2%} of the time spent on them").format(share=share))
    yield _row(_("events"), *facts)
    if trace.context_switches:
        words = _("{count:,} with those of threads that have no lane")
        yield _row(_("switches"), words.format(count=trace.context_switches))
    if trace.python:
        yield _row("Python", *([trace.python] if trace.is_steered else _python(trace)))
    yield _row(_("states"), _states(trace))


def _states(trace: Trace) -> str:
    if trace.is_steered:
        return _("along a schedule")
    if trace.is_sampled:
        return _("sampled: looks at what the system accounts each thread")
    if trace.truth == "inferred":
        return _("by its spans") if trace.is_foreign else _("inferred from events")
    if trace.wakings:
        return _("seen by the operating system, with when threads were woken")
    return _("seen by the operating system")


def _python(trace: Trace) -> Iterator[str]:
    """Which one, and how it takes turns."""
    if trace.gil:
        yield _("{version} with a GIL").format(version=trace.python)
        interval = _length(round(trace.switch_interval_s * 1e9))
        yield _("switch interval {length}").format(length=interval)
    else:
        yield _("{version} without a GIL").format(version=trace.python)
    if trace.executable_by:
        yield f"{trace.executable} ({trace.executable_by})"
    if trace.core == "python":
        yield _("without the compiled core, which makes observing heavier")


def _length(ns: int) -> str:
    """A length of time, with the marks of the current language."""
    return localized(duration(ns))


def _row(name: str, *facts: str) -> str:
    """A name and what there is to say of it."""
    width = max(len(_(head)) for head in _HEADS) + 2
    return f"{name:<{width}}{', '.join(facts)}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: int) -> Iterator[str]:
    """Rows under a head: a name to the left, the rest to the right, all columns equally wide."""
    width = (_WIDTH - _NAME_WIDTH) // (len(head) - 1)
    for name, *cells in (head, *rows):
        yield _fitted(name) + "".join(f"{cell:>{width}}" for cell in cells)
    if total > len(rows):
        yield _("… and {count:,} more").format(count=total - len(rows))


def _fitted(name: str) -> str:
    return f"{abbreviated(name, _NAME_WIDTH - 1):<{_NAME_WIDTH}}"
