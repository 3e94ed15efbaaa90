"""Work that is handed out: tasks of pools, executors and asyncio, and their results."""

from __future__ import annotations

from paraviz.observe.probes.work import coroutines, interpreters, results, tasks, unasked

FAMILIES = (
    tasks,
    unasked,
    coroutines,
    results,
    interpreters,
)
