"""The summary as text for people: 80 columns, no colours."""

from __future__ import annotations

import textwrap
from itertools import chain
from typing import TYPE_CHECKING, Any

from paraviz.trace.durations import duration
from paraviz.trace.model import lane_label
from paraviz.trace.summary import STATE_KEYS, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from paraviz.trace.model import Trace

_WIDTH = 80
"""Columns of the text."""
_NAME_WIDTH = 18
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
            ("lane", "life", "running", "for CPU", "for GIL", "for lock", "blocked"),
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
            ("lock", "acquired", "contended", "waited", "longest", "held"),
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
        for claim in told["claims"]:
            yield f"{'✓' if claim['holds'] else '·'} {claim['text']}"
    if told["deadlocks"]:
        yield ""
        yield from _deadlocks(trace, told["deadlocks"])
    if told["shared"]:
        lossy_first = sorted(told["shared"], key=lambda row: -row["lost_updates"])
        yield ""
        yield from _table(
            ("shared memory", "read", "written", "lost updates"),
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
        yield from (f"note: {notice}" for notice in trace.notices)


def _deadlocks(trace: Trace, told: Sequence[dict[str, Any]]) -> Iterator[str]:
    """Who waited for whom in a circle."""
    for one in told[:_DEADLOCKS_SHOWN]:
        names = [lane_label(trace.lanes, lane) for lane in one["lanes"]]
        circle = ", ".join(
            f"{name} waits for `{lock}`, held by {holder}"
            for name, lock, holder in zip(names, one["locks"], [*names[1:], names[0]], strict=True)
        )
        began, lasted = duration(one["start_ns"]), duration(one["end_ns"] - one["start_ns"])
        yield f"deadlock  at {began}, for {lasted}: {circle}"
    if len(told) > _DEADLOCKS_SHOWN:
        yield f"… and {len(told) - _DEADLOCKS_SHOWN:,} more deadlocks"


def _totals(trace: Trace, told: dict[str, Any]) -> Iterator[str]:
    how = trace.end_reason or "still running"
    yield f"{' '.join((trace.program.name, *trace.program.argv))}: {how}"
    parallel = (
        f", CPU {duration(trace.cpu_ns)}, {told['parallelism']:.2f} CPUs busy on average"
        if trace.cpu_ns
        else ""
    )
    yield f"time      {duration(trace.wall_ns)}{parallel}"
    lost = f", {trace.dropped:,} more were lost" if trace.dropped else ""
    share = told["overhead"]["share"]
    cost = f", {share:.2%} of the time spent on them" if trace.emit_ns else ""
    yield f"events    {trace.events:,}{lost}{cost}"
    if trace.context_switches:
        yield f"switches  {trace.context_switches:,}"
    if trace.python:
        gil = "with a GIL" if trace.gil else "without a GIL"
        interval = f", switch interval {duration(round(trace.switch_interval_s * 1e9))}"
        yield f"Python    {trace.python} {gil}{interval if trace.gil else ''}"
    seen = "seen by the operating system" if trace.truth == "kernel" else "inferred from events"
    yield f"states    {seen}"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], total: int) -> Iterator[str]:
    """Rows under a head: a name to the left, the rest to the right, all columns equally wide."""
    width = (_WIDTH - _NAME_WIDTH) // (len(head) - 1)
    for name, *cells in (head, *rows):
        yield _fitted(name) + "".join(f"{cell:>{width}}" for cell in cells)
    if total > len(rows):
        yield f"… and {total - len(rows):,} more"


def _fitted(name: str) -> str:
    return f"{name if len(name) <= _NAME_WIDTH else name[: _NAME_WIDTH - 1] + '…':<{_NAME_WIDTH}}"


def _printable(text: str) -> str:
    """Text that can neither break a line nor drive a terminal."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)
