"""What the program says: its streams, its log, its own marks."""

from __future__ import annotations

from paraviz.observe.probes.output import logs, marks, stdio

FAMILIES = (
    stdio,
    logs,
    marks,
)
