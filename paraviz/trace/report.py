"""The summary as text for people: 80 columns, no colours."""

from __future__ import annotations

import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraviz.endings import ending
from paraviz.trace.claims import claims
from paraviz.trace.durations import duration
from paraviz.trace.model import lane_label
from paraviz.trace.summary import STATE_KEYS, summary
from paraviz.words import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.trace.model import Trace

_WIDTH = 80
"""Columns of the text."""
_NAME_WIDTH = 18
_HEADS = (N_("time"), N_("events"), N_("switches"), N_("states"), N_("deadlock"))
_LANES_SHOWN = 40
"""Lines of lanes, of locks and of shared memory in the text; the JSON has them all."""
_DEADLOCKS_SHOWN = 5


def summary_text(trace: Trace) -> str:
    """The summary as plain text of 80 columns, without the output, ending in a newline."""
    lines = (_printable(line).rstrip() for line in _lines(trace))
    fitting = (
        textwrap.wrap(line, _WIDTH, subsequent_indent="  ") if len(line) > _WIDTH else [line]
        for line in lines
    )
    return "".join(f"{line}\n" for line in chain.from_iterable(fitting))


def _lines(trace: Trace) -> Iterator[str]:
    told: dict[str, Any] = summary(trace)
    yield from _totals(trace, told)
    if trace.lanes:
        yield ""
        yield from _table(
            (
                *(_("lane"), _("life"), _("running")),
                *(_("for CPU"), _("for GIL"), _("for lock"), _("blocked")),
            ),
            [
                (
                    lane_label(trace.lanes, index),
                    duration(row["end_ns"] - row["start_ns"]),
                    *(duration(row[key]) for key in STATE_KEYS.values()),
                )
                for index, row in enumerate(told["lanes"][:_LANES_SHOWN])
            ],
            len(trace.lanes),
        )
    if told["locks"]:
        yield ""
        yield from _table(
            (_("lock"), _("acquired"), _("contended"), _("waited"), _("longest"), _("held")),
            [
                (
                    row["name"],
                    f"{row['acquisitions']:,}",
                    f"{row['contended']:,}",
                    duration(row["wait_ns"]),
                    duration(row["longest_wait_ns"]),
                    duration(row["held_ns"]),
                )
                for row in told["locks"][:_LANES_SHOWN]
            ],
            len(told["locks"]),
        )
    if told["claims"]:
        yield ""
        for claim in claims(trace):
            yield f"{'✓' if claim.holds else '·'} {claim.told}"
    if told["deadlocks"]:
        yield ""
        yield from _deadlocks(trace, told["deadlocks"])
    if told["shared"]:
        lossy_first = sorted(told["shared"], key=lambda row: -row["lost_updates"])
        yield ""
        yield from _table(
            (_("shared memory"), _("read"), _("written"), _("lost updates")),
            [
                (
                    row["name"],
                    f"{row['reads']:,}",
                    f"{row['writes']:,}",
                    f"{row['lost_updates']:,}",
                )
                for row in lossy_first[:_LANES_SHOWN]
            ],
            len(told["shared"]),
        )
    if trace.notices:
        yield ""
        yield from (_("note: {notice}").format(notice=notice) for notice in trace.notices)


def _deadlocks(trace: Trace, told: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Who waited for whom in a circle."""
    for one in told[:_DEADLOCKS_SHOWN]:
        names = [lane_label(trace.lanes, lane) for lane in one["lanes"]]
        circle = ", ".join(
            _("{worker} waits for `{lock}`, held by {holder}").format(
                worker=name, lock=lock, holder=holder
            )
            for name, lock, holder in zip(names, one["locks"], [*names[1:], names[0]], strict=True)
        )
        began, lasted = duration(one["start_ns"]), duration(one["end_ns"] - one["start_ns"])
        about = _("at {time}, for {length}: {circle}")
        about = about.format(time=began, length=lasted, circle=circle)
        yield _row(_("deadlock"), about)
    more = len(told) - _DEADLOCKS_SHOWN
    if more > 0:
        words = ngettext("… and {count:,} more deadlock", "… and {count:,} more deadlocks", more)
        yield words.format(count=more)


def _totals(trace: Trace, told: dict[str, Any]) -> Iterator[str]:
    how = ending(trace.end_reason) or _("still running")
    yield f"{' '.join((trace.program.name, *trace.program.argv))}: {how}"
    facts = [duration(trace.wall_ns)]
    if trace.cpu_ns:
        facts.append(f"CPU {duration(trace.cpu_ns)}")
        busy = told["parallelism"]
        facts.append(_("{count:.2f} CPUs busy on average").format(count=busy))
    yield _row(_("time"), *facts)
    facts = [f"{trace.events:,}"]
    if trace.dropped:
        facts.append(_("{count:,} more were lost").format(count=trace.dropped))
    if trace.emit_ns:
        share = told["overhead"]["share"]
        facts.append(_("{share:.2%} of the time spent on them").format(share=share))
    yield _row(_("events"), *facts)
    if trace.context_switches:
        yield _row(_("switches"), f"{trace.context_switches:,}")
    if trace.python:
        yield _row("Python", *_python(trace))
    yield _row(
        _("states"),
        _("seen by the operating system") if trace.truth == "kernel" else _("inferred from events"),
    )


def _python(trace: Trace) -> Iterator[str]:
    """Which one, and how it takes turns."""
    if not trace.gil:
        yield _("{version} without a GIL").format(version=trace.python)
        return
    yield _("{version} with a GIL").format(version=trace.python)
    interval = duration(round(trace.switch_interval_s * 1e9))
    yield _("switch interval {length}").format(length=interval)


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
    return f"{name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + '…':<{_NAME_WIDTH}}"


def _printable(text: str) -> str:
    """Text that can neither break a line nor drive a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)
