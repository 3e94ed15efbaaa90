"""A trace from what a run left behind that paraviz did not live to finish: see `spill`."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from paraviz.session.builder import ProcessSoFar, TraceBuilder
from paraviz.session.census import Census, census
from paraviz.session.spill import read_spill
from paraviz.text.notices import RECOVERED, counted
from paraviz.trace.model import Program, Trace
from paraviz.trace.states.at_rest import with_rests
from paraviz.trace.states.budget import within_budget
from paraviz.trace.states.from_events import with_states

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paraviz.trace.model import Lane

LOST = "cut off: paraviz was lost"


def recovered(path: Path) -> Trace:
    """The trace. Raises FormatError, OSError."""
    meta, parcels = read_spill(path)
    builder = TraceBuilder()
    latest = 0
    for stamp, parcel in parcels:
        latest = stamp
        builder.feed(parcel)
        builder.standing.look(builder.tid_of)
    now = max(latest, builder.latest)
    known = census(builder, (), {}) if builder.origin is not None else Census()
    lanes = builder.lanes(now, LOST, {}, known) if builder.origin is not None else []
    process = next(iter(builder.processes.values()), None) or ProcessSoFar(
        0, 0, "", gil=True, cpu_ns=0, switches=0
    )
    stands = builder.stands(lanes) if lanes else ()
    used, cpus = builder.cpu_times(), int(meta.get("usable_cpus", 0))

    def bound(bounded: Sequence[Lane]) -> list[Lane]:
        from paraviz.kernel.spent import spent_of

        rested = with_rests(bounded, stands)
        return within_budget(rested, spent_of(), used, cpus, gil=process.gil)

    interval_s = process.switch_interval_s
    lanes = with_states(lanes, gil=process.gil, switch_interval_s=interval_s, bound=partial(bound))
    return Trace(
        program=_program(meta),
        lanes=tuple(lanes),
        objects=builder.objects(),
        forks=builder.forks(lanes),
        sites=builder.sites(),
        stands=stands,
        wall_ns=(process.left_at or now) - builder.origin if builder.origin else 0,
        truth="inferred",
        python=process.python,
        executable=str(meta.get("executable", "")),
        gil=process.gil,
        core=process.core,
        switch_interval_s=process.switch_interval_s,
        usable_cpus=cpus,
        recorded_at=str(meta.get("recorded_at", "")),
        end_reason=LOST if process.left_at is None else process.reason,
        notices=(*builder.notices, counted(RECOVERED, 1)),
    )


def _program(meta: dict[str, Any]) -> Program:
    argv = meta.get("argv", ())
    return Program(
        str(meta.get("name", "")),
        tuple(map(str, argv if isinstance(argv, list) else ())),
        str(meta.get("path", "")),
        str(meta.get("source", "")),
    )
