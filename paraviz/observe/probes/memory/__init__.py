"""Memory that processes share."""

from __future__ import annotations

from paraviz.observe.probes.memory import blocks

FAMILIES = (blocks,)
