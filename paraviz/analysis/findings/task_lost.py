"""Tasks of a pool that were lost with their worker, which left in the middle of one: by `sys.exit`,
by `os._exit`. What a signal killed is told by `killed`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.findings.finding import Finding
from paraviz.analysis.findings.unanswered import task_of, waits_in_vain
from paraviz.text.durations import duration
from paraviz.text.translation import phrase
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from paraviz.analysis.findings.finding import Material

_OTHERWISE = ("killed", "stopped")


def task_lost(material: Material) -> list[Finding]:
    """Each worker that left in a task whose result somebody waits for in vain."""
    trace = material.trace
    result = []
    for index, lane in enumerate(trace.lanes):
        if lane.kind != "process" or not lane.end_reason or not index:
            continue
        vain = None if lane.end_reason.startswith(_OTHERWISE) else waits_in_vain(trace, lane)
        if vain is not None:
            told = phrase(
                "{worker} left in its task {task} ({how}), which nobody does again: {waiter} waits"
                " at {place} for its result in vain, for {length}",
                worker=lane_label(trace.lanes, index),
                task=trace.objects[int(lane.objects[task_of(lane)])].name,
                how=lane.end_reason,
                length=duration(vain.lasted_ns),
                **vain.values(trace),
            )
            found = Finding(
                kind="task_lost",
                severity="fault",
                told=told,
                at_ns=lane.end_ns,
                until_ns=vain.until_ns,
                lane_index=index,
                cost_ns=vain.lasted_ns,
                proof=(("waited_ns", vain.lasted_ns),),
            )
            result.append(found)
    return result
