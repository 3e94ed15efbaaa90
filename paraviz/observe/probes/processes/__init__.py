"""Processes, and what goes between them."""

from __future__ import annotations

from paraviz.observe.probes.processes import (
    conditions,
    connections,
    exits,
    forks,
    killing,
    locks,
    programs,
    queues,
    starting,
)

FAMILIES = (
    locks,
    conditions,
    connections,
    queues,
    exits,
    forks,
    killing,
    programs,
    starting,
)
