"""The summary: what a trace says in numbers, as `info --json` has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.analysis.claims.running import claims
from paraviz.analysis.figures import Material
from paraviz.analysis.overhead import observing_ns, share_of_observing
from paraviz.text.notices import blind_spots
from paraviz.trace.histories.output import output_runs
from paraviz.trace.states.partition import State, state_totals

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

STATE_KEYS = {
    State.RUNNING: "running_ns",
    State.WAITING_CPU: "waiting_cpu_ns",
    State.WAITING_GIL: "waiting_gil_ns",
    State.WAITING_LOCK: "waiting_lock_ns",
    State.BLOCKED: "blocked_ns",
}


def summary(trace: Trace, material: Material | None = None) -> dict[str, object]:
    """The totals, lanes, locks, shared memory and output of a trace, ready for JSON.

    Times are ns. The five states of a lane add up to its `end_ns - start_ns`. `parallelism` is CPU
    time over wall time, `overhead.share` about what observing cost over wall time (`observing_ns`:
    events, what makes and sends them, the kernel's record); both are 0.0 where the wall time is 0.
    `output` is what went to stdout, in the order written, as
    [lane index, text]; `log` is what was logged, in the same way. Each of the `lanes` of a deadlock
    waits for the lock at the same place in its `locks`, which the next lane holds. A lock is a
    `signal` where others let go of it than those who take it; what a fork makes of a lock is the
    `copy_of` another one, and locked from then on where that lane held it,
    `copied_locked_from`. `material`: that of figures or findings of the same trace.
    """
    known = material or Material(trace)
    return {
        "program": trace.program.name,
        "argv": list(trace.program.argv),
        "path": trace.program.path,
        "recorded_at": trace.recorded_at,
        "exit_code": trace.exit_code,
        "end_reason": trace.end_reason,
        "wall_ns": trace.wall_ns,
        "cpu_ns": trace.cpu_ns,
        "parallelism": _share(trace.cpu_ns, trace.wall_ns),
        "events": trace.events,
        "dropped": trace.dropped,
        "context_switches": trace.context_switches,
        "clock": trace.clock,
        "truth": trace.truth,
        "python": trace.python,
        "executable": trace.executable,
        "executable_by": trace.executable_by,
        "gil": trace.gil,
        "core": trace.core,
        "wakings": trace.wakings,
        "switch_interval_s": trace.switch_interval_s,
        "lanes": [_lane(lane) for lane in trace.lanes],
        "locks": [
            {
                "name": lock.name,
                "kind": trace.objects[lock.object_index].kind,
                "acquisitions": lock.acquisitions,
                "contended": lock.contended,
                "wait_ns": lock.wait_ns,
                "longest_wait_ns": lock.longest_wait_ns,
                "held_ns": lock.held_ns,
                "signal": lock.is_signal,
                "copy_of": _name(trace, trace.objects[lock.object_index].copy_of),
                "copied_locked_from": lock.copied_from if lock.copied_from >= 0 else None,
            }
            for lock in known.locks
        ],
        "deadlocks": [
            {
                "start_ns": one.start_ns,
                "end_ns": one.end_ns,
                "lanes": list(one.lanes),
                "locks": [trace.objects[index].name for index in one.objects],
            }
            for one in known.circles
        ],
        "shared": [
            {
                "name": one.name,
                "kind": trace.objects[one.object_index].kind,
                "reads": one.reads,
                "writes": one.writes,
                "lost_updates": one.lost_updates,
            }
            for one in known.shared
        ],
        "claims": [
            {"name": one.name, "holds": one.holds, "text": one.text} for one in claims(trace)
        ],
        "output": [[lane, text] for lane, text in output_runs(trace, ev.STDOUT)],
        "log": [[lane, text] for lane, text in output_runs(trace, ev.LOG)],
        "overhead": {
            "emit_ns": trace.emit_ns,
            "share": share_of_observing(trace),
            "observing_ns": observing_ns(trace),
            "costs_ns": dict(trace.costs),
            "sent_ns": trace.sent_ns,
            "read_ns": trace.read_ns,
        },
        "notices": list(trace.notices),
        "blind": blind_spots(trace.notices),
    }


def _name(trace: Trace, row: int) -> str | None:
    return trace.objects[row].name if row >= 0 else None


def _lane(lane: Lane) -> dict[str, object]:
    totals = state_totals(lane)
    return {
        "name": lane.name,
        "pid": lane.pid,
        "tid": lane.tid,
        "kind": lane.kind,
        "start_ns": lane.start_ns,
        "end_ns": lane.end_ns,
        "end_reason": lane.end_reason,
        "probes": lane.probes,
        "helper": lane.helper,
        "command": lane.command,
        "events": len(lane.times),
        "dropped": lane.dropped,
        **{key: totals[state] for state, key in STATE_KEYS.items()},
    }


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
