"""Threads, and what they share in one process."""

from __future__ import annotations

from paraviz.observe.probes.threads import (
    conditions,
    green,
    imports,
    locks,
    queues,
    raw_threads,
    semaphores,
    sleeping,
    starting,
)

FAMILIES = (
    starting,
    raw_threads,
    locks,
    conditions,
    semaphores,
    queues,
    sleeping,
    green,
    imports,
)
