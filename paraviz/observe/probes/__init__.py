"""Probes: what makes events of one kind of thing. One file a family.

A probe module has `install(recorder)`. It replaces functions of the standard library by ones that
do the same and report it. A probe that cannot be installed says so and leaves things as they were.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.observe.probes import (
    channels,
    conditions,
    connections,
    coroutines,
    exits,
    forks,
    locks,
    logs,
    marks,
    process_conditions,
    process_locks,
    process_queues,
    processes,
    raw_threads,
    results,
    semaphores,
    shared_memory,
    sleeping,
    stdio,
    tasks,
    threads,
)

if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder

FAMILIES = (
    threads,
    raw_threads,
    locks,
    conditions,
    semaphores,
    process_locks,
    process_conditions,
    channels,
    connections,
    process_queues,
    sleeping,
    stdio,
    exits,
    forks,
    processes,
    tasks,
    coroutines,
    results,
    shared_memory,
    logs,
    marks,
)


def install(recorder: Recorder) -> None:
    """Install every probe."""
    for family in FAMILIES:
        try:
            family.install(recorder)
        except Exception as error:
            name = family.__name__.rpartition(".")[2]
            recorder.notice(f"the probe for {name} is off: {type(error).__name__}: {error}")
